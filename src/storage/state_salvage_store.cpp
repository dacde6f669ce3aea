#include <fcntl.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "storage/connection.hpp"
#include "storage/file_descriptor.hpp"
#include "storage/state_file.hpp"
#include "storage/state_log.hpp"
#include "storage/state_salvage.hpp"
#include "storage/unsynced_mark.hpp"

namespace stratolite::storage {
namespace {

namespace fs = std::filesystem;

/// https://www.sqlite.org/fileformat2.html#the_database_header
constexpr std::size_t kDatabaseHeaderBytes = 100;
constexpr std::size_t kPagesAt = 28;
constexpr std::size_t kFirstFreePageAt = 32;
constexpr std::size_t kFreePagesAt = 36;
constexpr int kRowsPerCommit = 10'000;

std::string QuotedName(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Statement Compile(const Connection& connection, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &statement, nullptr);
  Statement owned(statement);
  if (code != SQLITE_OK) connection.Fail(code, sql);
  return owned;
}

/// As it is in a fresh database of as many pages: what a header says beyond that is the same in all of ours.
void MakeUpHeader(const fs::path& file, const fs::path& fresh) {
  std::array<unsigned char, kDatabaseHeaderBytes> header{};
  const FileDescriptor from(open(fresh.c_str(), O_RDONLY | O_CLOEXEC));
  const FileDescriptor to(open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (!from || !to || pread(from.get(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size())) return;
  const std::uint64_t page_bytes = static_cast<std::uint64_t>(header[16]) << 8 | header[17];
  const std::uint64_t pages = fs::file_size(file) / page_bytes;
  for (std::size_t i = 0; i < 4; ++i) {
    header[kPagesAt + i] = static_cast<unsigned char>(pages >> (24 - 8 * i));
    header[kFirstFreePageAt + i] = header[kFreePagesAt + i] = 0;
  }
  if (pwrite(to.get(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size())) return;
}

/// Copies the rows of one table, from both ends towards what cannot be read, then looks for rows between the gaps. Not thread-safe.
class TableCopy {
 public:
  TableCopy(Connection& from, Connection& to, std::string table) : from_(from), to_(to), report_{std::move(table)} {}

  SalvagedTable Run() {
    ReadColumns();
    if (columns_.empty()) return report_;
    PrepareInsert();
    to_.ExecuteScript("BEGIN");
    if (key_.empty()) {
      CopyByRowid();
    } else {
      CopyByKey();
    }
    to_.ExecuteScript("COMMIT");
    return report_;
  }

 private:
  void ReadColumns() {
    const Statement info = Compile(from_, "SELECT name, pk FROM pragma_table_info(?)");
    sqlite3_bind_text(info.get(), 1, report_.name.c_str(), -1, SQLITE_STATIC);
    std::vector<std::pair<int, std::string>> key;
    while (sqlite3_step(info.get()) == SQLITE_ROW) {
      const std::string name = QuotedName(reinterpret_cast<const char*>(sqlite3_column_text(info.get(), 0)));
      columns_ += (columns_.empty() ? "" : ", ") + name;
      ++count_;
      if (const int place = sqlite3_column_int(info.get(), 1); place > 0) key.emplace_back(place, name);
    }
    try {
      Compile(from_, "SELECT rowid FROM " + QuotedName(report_.name));
    } catch (const StorageError&) {
      std::sort(key.begin(), key.end());
      for (const auto& [place, name] : key) key_.push_back(name);
    }
  }

  void PrepareInsert() {
    std::string values = key_.empty() ? "?" : "";
    for (int i = 0; i < count_; ++i) values += values.empty() ? "?" : ", ?";
    insert_ = Compile(to_, "INSERT OR IGNORE INTO " + QuotedName(report_.name) + " (" +
                               (key_.empty() ? "rowid, " : "") + columns_ + ") VALUES (" + values + ")");
  }

  void Insert(sqlite3_stmt* row) {
    for (int i = 0; i < sqlite3_column_count(row); ++i) {
      sqlite3_bind_value(insert_.get(), i + 1, sqlite3_column_value(row, i));
    }
    const int code = sqlite3_step(insert_.get());
    // A row whose bytes were changed may break a rule of its table: it is one of those that are lost.
    if (code != SQLITE_DONE && (code & 0xFF) != SQLITE_CONSTRAINT) to_.Fail(code, "salvage");
    if (sqlite3_changes(to_.handle()) > 0) ++report_.rows;
    sqlite3_reset(insert_.get());
    if (++inserted_ % kRowsPerCommit == 0) to_.ExecuteScript("COMMIT; BEGIN");
  }

  /// Copies upwards from `first`. nullopt: to the end; else the first number that may not have been read.
  std::optional<std::int64_t> CopyUpwards(std::int64_t first) {
    sqlite3_stmt* const rows = up_.get();
    sqlite3_reset(rows);
    sqlite3_bind_int64(rows, 1, first);
    std::int64_t next = first;
    for (int code = sqlite3_step(rows); code != SQLITE_DONE; code = sqlite3_step(rows)) {
      if (code != SQLITE_ROW) return next;
      const std::int64_t rowid = sqlite3_column_int64(rows, 0);
      // Out of order: the tree leads astray.
      if (rowid < next) return next;
      Insert(rows);
      if (rowid == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
      next = rowid + 1;
    }
    return std::nullopt;
  }

  /// Copies downwards from `last`, until what cannot be read.
  void CopyDownwards(std::int64_t last) {
    const Statement rows = Compile(from_, "SELECT rowid, " + columns_ + " FROM " + QuotedName(report_.name) +
                                              " WHERE rowid <= ? ORDER BY rowid DESC");
    sqlite3_bind_int64(rows.get(), 1, last);
    while (sqlite3_step(rows.get()) == SQLITE_ROW) Insert(rows.get());
  }

  void CopyByRowid() {
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
    up_ = Compile(
        from_, "SELECT rowid, " + columns_ + " FROM " + QuotedName(report_.name) + " WHERE rowid >= ? ORDER BY rowid");
    // All of ours have numbers from 1. Rows behind a gap are looked for in ever larger steps, and those that a step went past are read backwards.
    std::int64_t first = 0;
    std::int64_t step = 1;
    while (true) {
      const auto stuck = CopyUpwards(first);
      const bool found = !stuck || *stuck > first;
      if (found && step > 1) CopyDownwards(first - 1);
      if (!stuck) return;
      if (found || report_.gaps == 0) ++report_.gaps;
      if (found) step = 1;
      if (*stuck > kLast - step) break;
      first = *stuck + step;
      step = step > kLast / 2 ? kLast : step * 2;
    }
    CopyDownwards(kLast);
  }

  void CopyByKey() {
    for (const char* direction : {" ASC", " DESC"}) {
      std::string order;
      for (const std::string& name : key_) order += (order.empty() ? "" : ", ") + name + direction;
      const Statement rows =
          Compile(from_, "SELECT " + columns_ + " FROM " + QuotedName(report_.name) + " ORDER BY " + order);
      int code = sqlite3_step(rows.get());
      for (; code == SQLITE_ROW; code = sqlite3_step(rows.get())) Insert(rows.get());
      if (code == SQLITE_DONE) return;
      report_.gaps = 1;
    }
  }

  Connection& from_;
  Connection& to_;
  SalvagedTable report_;
  std::string columns_;
  int count_ = 0;
  /// Of a table without rowids.
  std::vector<std::string> key_;
  Statement insert_;
  Statement up_;
  std::uint64_t inserted_ = 0;
};

/// Name and SQL.
using Definitions = std::vector<std::pair<std::string, std::string>>;

/// nullopt: cannot be read.
std::optional<Definitions> ReadDefinitions(Connection& from, const char* type) {
  Definitions definitions;
  try {
    auto rows =
        from.Prepare("SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL ORDER BY rowid", {type});
    while (rows.Step()) {
      const Row row(rows.handle());
      if (!row.TextView(0).starts_with("sqlite_")) definitions.emplace_back(row.Text(0), row.Text(1));
    }
  } catch (const StorageError&) {
    return std::nullopt;
  }
  return definitions;
}

void CopySequences(Connection& from, Connection& to) {
  try {
    auto rows = from.Prepare("SELECT name, seq FROM sqlite_sequence", {});
    while (rows.Step()) {
      const Row row(rows.handle());
      const std::string name = row.Text(0);
      auto update = to.Prepare("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", {row.Int(1), name});
      while (update.Step()) {
      }
      auto insert = to.Prepare(
          "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE"
          " name = ?)",
          {name, row.Int(1), name});
      while (insert.Step()) {
      }
    }
  } catch (const StorageError&) {
    // There is none, or it is lost: numbers go on behind the largest that is left.
  }
}

}  // namespace

bool SalvageState(const fs::path& damaged, const fs::path& into,
                  const std::function<void(const SalvagedTable&)>& on_table) {
  const fs::path work = into / "damaged.db";
  const fs::path target = into / "state.db";
  CreateStateFile(target, false);
  RemoveUnsyncedMark(target);
  fs::copy_file(damaged, work);
  const fs::path log = fs::path(damaged) += "-wal";
  if (fs::exists(log)) fs::copy_file(log, fs::path(work) += "-wal");
  if (FindLogDamage(work)) MendLog(work);
  std::optional<Definitions> tables;
  std::unique_ptr<Connection> from;
  for (const bool made_up : {false, true}) {
    if (made_up) MakeUpHeader(work, target);
    try {
      from = std::make_unique<Connection>(work, Connection::Mode::kReadWrite);
      from->ExecuteScript("PRAGMA writable_schema = ON; PRAGMA ignore_check_constraints = ON");
      tables = ReadDefinitions(*from, "table");
    } catch (const StorageError&) {
      tables.reset();
    }
    if (tables && !tables->empty()) break;
  }
  if (!tables || tables->empty()) {
    fs::remove(target);
    return false;
  }
  Connection to(target, Connection::Mode::kReadWrite);
  to.ExecuteScript("PRAGMA synchronous = OFF");
  for (const auto& [name, sql] : *tables) {
    if (name != "stratolite_schema") to.ExecuteScript(sql);
    try {
      on_table(TableCopy(*from, to, name).Run());
    } catch (const StorageError&) {
      if (to.in_transaction()) to.ExecuteScript("COMMIT");
      on_table({name, 0, 1});
    }
  }
  CopySequences(*from, to);
  for (const auto& [name, sql] : ReadDefinitions(*from, "index").value_or(Definitions())) {
    try {
      to.ExecuteScript(sql);
    } catch (const StorageError&) {
      // Rows that an index holds unique are not any more.
      on_table({name, 0, 1});
    }
  }
  return true;
}

}  // namespace stratolite::storage
