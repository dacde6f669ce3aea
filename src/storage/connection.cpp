#include "storage/connection.hpp"

#include <utility>

#include "stratolite/storage/disk_full.hpp"

namespace stratolite::storage {
namespace {

/// Beyond this many distinct texts they are generated, not written: remembering them all would only grow.
constexpr std::size_t kMaxCachedStatements = 1024;

int OpenFlags(Connection::Mode mode) {
  // Connections are lent to one thread at a time, so SQLite's own mutexes would only cost.
  constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Connection::Mode::kCreate:
      return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Connection::Mode::kReadWrite:
      return kCommon | SQLITE_OPEN_READWRITE;
    // Read-write too: a read-only handle cannot rebuild the WAL index; `query_only` does the guarding.
    case Connection::Mode::kReadOnly:
      return kCommon | SQLITE_OPEN_READWRITE;
  }
  return kCommon;
}

std::string_view Advice(int code) {
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ". The file is damaged: stop the daemon and run 'stratolite doctor --check', which says how much, then "
             "put a "
             "backup in its place or run 'stratolite doctor --repair'";
    case SQLITE_FULL:
      return ". Make room on the disk";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return ". Check the owner and the mode of the file and its directory";
    default:
      return "";
  }
}

/// `sql` without the padding that string literals carry, short enough for one log line.
std::string Excerpt(std::string_view sql) { return std::string(sql.substr(0, 200)); }

}  // namespace

Connection::Connection(const std::filesystem::path& file, Mode mode) : file_(file.string()) {
  sqlite3* handle = nullptr;
  // unix-excl: the file belongs to this process as long as it is open, so that the connections agree in memory instead of by six
  // fcntl() calls per transaction. https://www.sqlite.org/vfs.html#standard_unix_vfses
  const int code = sqlite3_open_v2(file_.c_str(), &handle, OpenFlags(mode), "unix-excl");
  handle_.reset(handle);
  if (handle == nullptr) throw StorageError("cannot open " + file_ + ": out of memory");
  if (code != SQLITE_OK) Fail(code, "open");
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // Readers seek all over large stores: a page of S3's common prefixes out of a million keys takes a third of the time with 8 MiB instead of the default of
  // 2 MiB. Memory is taken as pages are read, so small stores do not pay.
  if (mode == Mode::kReadOnly) ExecuteScript("PRAGMA query_only = 1; PRAGMA cache_size = -8192");
}

void Connection::Fail(int code, std::string_view doing) const {
  std::string message(file_);
  message.append(": ").append(sqlite3_errstr(code));
  const std::string_view detail = sqlite3_errmsg(handle());
  if (detail != sqlite3_errstr(code)) message.append(" (").append(detail).append(")");
  if (!doing.empty()) message.append(", at: ").append(Excerpt(doing));
  message.append(Advice(code));
  if ((code & 0xFF) == SQLITE_FULL) throw DiskFull(message);
  throw StorageError(message);
}

std::unique_ptr<sqlite3_stmt, Connection::Statement::Finalize> Connection::Compile(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, &tail);
  if (code != SQLITE_OK) Fail(code, sql);
  std::unique_ptr<sqlite3_stmt, Statement::Finalize> owned(statement);
  const std::string_view rest(tail, sql.size() - static_cast<std::size_t>(tail - sql.data()));
  if (!owned || rest.find_first_not_of(" \n\t;") != std::string_view::npos) {
    throw StorageError("not exactly one SQL statement: " + Excerpt(sql));
  }
  return owned;
}

void Connection::Bind(sqlite3_stmt* statement, std::string_view sql, const Binds& binds) const {
  // A value left over from the last use would be read in place of a missing one.
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(binds.size())) {
    throw StorageError("wrong number of values bound, at: " + Excerpt(sql));
  }
  struct Binder {
    sqlite3_stmt* statement;
    int index = 0;
    int operator()(std::nullptr_t) { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t value) { return sqlite3_bind_int64(statement, index, value); }
    int operator()(double value) { return sqlite3_bind_double(statement, index, value); }
    int operator()(std::string_view text) {
      // A null pointer would bind NULL; an empty view may well have one.
      return sqlite3_bind_text64(statement, index, text.data() == nullptr ? "" : text.data(), text.size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(std::span<const std::byte> bytes) {
      if (bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
      return sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_STATIC);
    }
  };
  Binder binder{statement};
  for (const storage::Bind& bind : binds) {
    ++binder.index;
    if (const int code = std::visit(binder, bind.value()); code != SQLITE_OK) Fail(code, sql);
  }
}

Connection::Use Connection::Prepare(std::string_view sql, const Binds& binds) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    if (statements_.size() >= kMaxCachedStatements) {
      std::erase_if(statements_, [](const auto& entry) { return !entry.second.in_use; });
    }
    found = statements_.emplace(std::string(sql), Statement{Compile(sql), false}).first;
  }
  Statement& statement = found->second;
  if (statement.in_use) {
    // Asked again from inside its own row callback: a second copy, gone after use.
    Use use(*this, nullptr, Compile(sql).release());
    Bind(use.handle(), sql, binds);
    return use;
  }
  statement.in_use = true;
  Use use(*this, &statement, statement.handle.get());
  Bind(use.handle(), sql, binds);
  return use;
}

Connection::Use::~Use() {
  if (handle_ == nullptr) return;
  if (cached_ == nullptr) {
    sqlite3_finalize(handle_);
    return;
  }
  sqlite3_reset(handle_);
  cached_->in_use = false;
}

bool Connection::Use::Step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->Fail(code, sqlite3_sql(handle_));
  return false;
}

void Connection::Execute(std::string_view sql) {
  Use use = Prepare(sql, {});
  while (use.Step()) {
  }
}

void Connection::ExecuteScript(const std::string& script) {
  if (const int code = sqlite3_exec(handle(), script.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
    Fail(code, script);
}

std::int64_t Connection::QueryInt(std::string_view sql, const Binds& binds) {
  Use use = Prepare(sql, binds);
  return use.Step() ? sqlite3_column_int64(use.handle(), 0) : 0;
}

namespace {

sqlite3_stmt* Handle(void* statement) { return static_cast<sqlite3_stmt*>(statement); }

}  // namespace

bool Row::IsNull(int column) const { return sqlite3_column_type(Handle(statement_), column) == SQLITE_NULL; }
std::int64_t Row::Int(int column) const { return sqlite3_column_int64(Handle(statement_), column); }
double Row::Double(int column) const { return sqlite3_column_double(Handle(statement_), column); }

std::string_view Row::TextView(int column) const {
  sqlite3_stmt* statement = Handle(statement_);
  const void* bytes = sqlite3_column_type(statement, column) == SQLITE_BLOB
                          ? sqlite3_column_blob(statement, column)
                          : static_cast<const void*>(sqlite3_column_text(statement, column));
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

std::optional<std::string> Row::OptionalText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

std::int64_t Reader::QueryInt(std::string_view sql, Binds binds) { return connection_.QueryInt(sql, binds); }

void Reader::QueryImpl(std::string_view sql, Binds binds, const std::function<bool(const Row&)>& on_row) {
  Connection::Use use = connection_.Prepare(sql, binds);
  const Row row(use.handle());
  while (use.Step() && on_row(row)) {
  }
}

std::int64_t Txn::Run(std::string_view sql, Binds binds) {
  Connection::Use use = connection_.Prepare(sql, binds);
  while (use.Step()) {
  }
  return sqlite3_changes64(connection_.handle());
}

std::int64_t Txn::last_insert_rowid() const { return sqlite3_last_insert_rowid(connection_.handle()); }

void Txn::OnCommit(std::function<void()> action) { on_commit_.push_back(std::move(action)); }

}  // namespace stratolite::storage
