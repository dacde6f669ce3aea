// What a small transaction costs: `storage_bench [seconds per row]`. Prints one line per case; docs/storage.md explains them.
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "stratolite/storage/database.hpp"

namespace stratolite::storage {
namespace {

using BenchClock = std::chrono::steady_clock;

constexpr std::string_view kSteps[] = {
    "CREATE TABLE message (account TEXT NOT NULL, queue TEXT NOT NULL, id INTEGER NOT NULL, visible_at BIGINT NOT "
    "NULL, body TEXT NOT NULL,"
    " PRIMARY KEY (account, queue, id));"
    "CREATE INDEX message_visible ON message (account, queue, visible_at)"};

struct Case {
  const char* name;
  OpenOptions options;
  int threads;
  /// Of ten operations, so many are reads.
  int reads_of_ten;
};

double MicrosSince(BenchClock::time_point start) {
  return std::chrono::duration<double, std::micro>(BenchClock::now() - start).count();
}

/// Of the whole process, user and kernel: what is left of a figure when the machine is shared.
double CpuMicros() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void Insert(Database& db, std::int64_t id) {
  const std::string body(100, 'x');
  db.Transact([&](Txn& txn) {
    txn.Run("INSERT INTO message VALUES (?, ?, ?, ?, ?)", {"000000000000", "orders", id, id, body});
  });
}

std::int64_t Find(Database& db, std::int64_t id) {
  return db.Read([&](Reader& reader) {
    return reader.QueryInt("SELECT visible_at FROM message WHERE account = ? AND queue = ? AND id = ?",
                           {"000000000000", "orders", id});
  });
}

void RunCase(const Case& bench, double seconds) {
  const auto db = Database::Open(bench.options);
  db->Migrate({"bench", kSteps});
  std::atomic<std::int64_t> next_id = 0;
  std::atomic<std::int64_t> operations = 0;
  std::atomic<double> slowest = 0;
  const double cpu_start = CpuMicros();
  const auto start = BenchClock::now();
  const auto end = start + std::chrono::duration_cast<BenchClock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::jthread> threads;
  for (int t = 0; t < bench.threads; ++t) {
    threads.emplace_back([&] {
      std::int64_t done = 0;
      double worst = 0;
      for (auto now = BenchClock::now(); now < end; ++done) {
        if (done % 10 < bench.reads_of_ten) {
          Find(*db, next_id / 2);
        } else {
          Insert(*db, next_id++);
        }
        const auto after = BenchClock::now();
        worst = std::max(worst, std::chrono::duration<double, std::milli>(after - now).count());
        now = after;
      }
      operations += done;
      for (double seen = slowest; worst > seen && !slowest.compare_exchange_weak(seen, worst);) {
      }
    });
  }
  threads.clear();
  const double micros = MicrosSince(start);
  const double cpu = CpuMicros() - cpu_start;
  std::printf("%-28s %2d threads  %9.0f /s  %7.2f us CPU each  slowest %6.2f ms\n", bench.name, bench.threads,
              static_cast<double>(operations) / micros * 1e6, cpu / static_cast<double>(operations), slowest.load());
  if (bench.threads == 1) {
    const auto clearing = BenchClock::now();
    db->Clear();
    std::printf("%-28s clear of %lld rows %.2f ms, of none ", "", static_cast<long long>(operations),
                MicrosSince(clearing) / 1000);
    const auto again = BenchClock::now();
    db->Clear();
    std::printf("%.3f ms\n", MicrosSince(again) / 1000);
  }
}

void Opening(const std::filesystem::path& directory) {
  auto start = BenchClock::now();
  double cpu = CpuMicros();
  const auto print = [&](const char* what) {
    std::printf("%-28s %8.0f us, CPU %6.0f us\n", what, MicrosSince(start), CpuMicros() - cpu);
    start = BenchClock::now();
    cpu = CpuMicros();
  };
  auto db = Database::Open({directory});
  print("open, nothing there");
  db->Migrate({"bench", kSteps});
  print("first use: make the file");
  Insert(*db, 1);
  print("first transaction");
  db.reset();
  print("close");
  db = Database::Open({directory});
  print("open, something there");
}

}  // namespace
}  // namespace stratolite::storage

int main(int argc, char** argv) {
  using namespace stratolite::storage;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 2.0;
  const auto base = std::filesystem::temp_directory_path() /
                    ("storage-bench-" + std::to_string(BenchClock::now().time_since_epoch().count()));
  Opening(base / "open");
  int number = 0;
  const auto fresh = [&] { return base / std::to_string(number++); };
  for (const int threads : {1, 4, 16}) {
    RunCase({"insert, process", {fresh(), Durability::kProcess}, threads, 0}, seconds);
  }
  RunCase({"insert, ephemeral", {{}, Durability::kProcess}, 1, 0}, seconds);
  RunCase({"insert, ephemeral", {{}, Durability::kProcess}, 4, 0}, seconds);
  RunCase({"insert, power", {fresh(), Durability::kPower}, 1, 0}, seconds);
  RunCase({"insert, power", {fresh(), Durability::kPower}, 16, 0}, seconds);
  RunCase({"9 reads to 1 insert, process", {fresh(), Durability::kProcess}, 4, 9}, seconds);
  RunCase({"reads only, process", {fresh(), Durability::kProcess}, 1, 10}, seconds);
  std::filesystem::remove_all(base);
}
