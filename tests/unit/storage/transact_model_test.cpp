#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::storage {
namespace {

constexpr std::string_view kSteps[] = {"CREATE TABLE pair (k INTEGER NOT NULL PRIMARY KEY, v BIGINT NOT NULL)"};
constexpr Migrations kPairs{"pairs", kSteps};

using Pairs = std::map<std::int64_t, std::int64_t>;

void Put(Txn& txn, std::int64_t k, std::int64_t v) {
  txn.Run("INSERT INTO pair (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", {k, v});
}

Pairs Everything(Database& db) {
  return db.Read([](Reader& reader) {
    Pairs all;
    reader.Query("SELECT k, v FROM pair", {}, [&](const Row& row) { all.emplace(row.Int(0), row.Int(1)); });
    return all;
  });
}

// One thread, random operations, random outcomes, restarts in between: the table is the map, always.
TEST(TransactModel, RandomTransactionsMatchAMap) {
  const test::TemporaryDirectory directory;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto pick = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
    const auto path = directory.path() / std::to_string(seed);
    auto db = Database::Open({path});
    db->Migrate(kPairs);
    Pairs model;
    for (int step = 0; step < 400; ++step) {
      Pairs draft = model;
      const int fate = pick(10);
      const auto body = [&](Txn& txn) -> Result<void> {
        for (int i = pick(5); i >= 0; --i) {
          const int k = pick(20);
          if (pick(3) == 0) {
            EXPECT_EQ(txn.Run("DELETE FROM pair WHERE k = ?", {k}), static_cast<std::int64_t>(draft.erase(k)));
          } else {
            const int v = pick(1000);
            Put(txn, k, v);
            draft[k] = v;
          }
          const auto sum = txn.QueryOne("SELECT count(*), total(v) FROM pair", {},
                                        [](const Row& row) { return std::pair(row.Int(0), row.Int(1)); });
          std::int64_t total = 0;
          for (const auto& [key, value] : draft) total += value;
          EXPECT_EQ(sum, std::pair(static_cast<std::int64_t>(draft.size()), total))
              << "a transaction sees its own changes";
        }
        if (fate == 0) return AwsError{"Refused", "no"};
        if (fate == 1) throw std::runtime_error("bug");
        return {};
      };
      try {
        if (db->Transact(body).ok()) model = draft;
      } catch (const std::runtime_error&) {
      }
      if (pick(60) == 0) {
        db->Clear();
        model.clear();
      }
      if (pick(40) == 0) {
        db.reset();
        db = Database::Open({path});
      }
      if (step % 10 == 0) {
        EXPECT_EQ(Everything(*db), model);
      }
    }
    EXPECT_EQ(Everything(*db), model);
  }
}

// Money moves between accounts from many threads, some transfers failing in each way. The sum never changes, in any snapshot, and what
// every thread was told adds up to what the accounts hold.
TEST(TransactModel, ConcurrentTransfersKeepTheSum) {
  constexpr int kAccounts = 8;
  constexpr std::int64_t kEach = 1000;
  const test::TemporaryDirectory directory;
  const auto db = Database::Open({directory.path()});
  db->Migrate(kPairs);
  db->Transact([](Txn& txn) {
    for (int k = 0; k < kAccounts; ++k) Put(txn, k, kEach);
  });
  std::array<std::atomic<std::int64_t>, kAccounts> told{};
  std::atomic<bool> stop = false;
  std::jthread auditor([&] {
    while (!stop) {
      std::int64_t sum = 0;
      for (const auto& [k, v] : Everything(*db)) sum += v;
      EXPECT_EQ(sum, kAccounts * kEach);
    }
  });
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        std::mt19937 random(t);
        for (int i = 0; i < 150; ++i) {
          const auto from = static_cast<std::int64_t>(random() % kAccounts);
          const auto to = static_cast<std::int64_t>(random() % kAccounts);
          const auto amount = static_cast<std::int64_t>(random() % 400);
          const auto fate = random() % 10;
          try {
            const auto moved = db->Transact([&](Txn& txn) -> Result<void> {
              txn.Run("UPDATE pair SET v = v - ? WHERE k = ?", {amount, from});
              if (fate == 0) throw std::runtime_error("bug");
              txn.Run("UPDATE pair SET v = v + ? WHERE k = ?", {amount, to});
              // Found out after the change, so that it takes the rollback to undo it.
              if (txn.QueryInt("SELECT v FROM pair WHERE k = ?", {from}) < 0) return AwsError{"Overdrawn", "no"};
              return {};
            });
            if (!moved.ok()) continue;
            told[static_cast<std::size_t>(from)] -= amount;
            told[static_cast<std::size_t>(to)] += amount;
          } catch (const std::runtime_error& error) {
            EXPECT_STREQ(error.what(), "bug");
          }
        }
      });
    }
  }
  stop = true;
  auditor.join();
  for (const auto& [k, v] : Everything(*db)) EXPECT_EQ(v, kEach + told[static_cast<std::size_t>(k)]) << k;
}

}  // namespace
}  // namespace stratolite::storage
