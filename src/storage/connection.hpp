#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

/// One SQLite connection and the statements prepared on it. Not thread-safe: the Database lends it to one thread at a time. Blocks.
class Connection {
 public:
  static constexpr int kBusyTimeoutMs = 10'000;
  enum class Mode { kCreate, kReadWrite, kReadOnly };

  /// Throws StorageError.
  Connection(const std::filesystem::path& file, Mode mode);

  /// A cached statement while it is in use: reset on destruction, given back to the cache.
  class Use;
  /// Prepares `sql` or takes it from the cache, and binds. Throws StorageError.
  Use Prepare(std::string_view sql, const Binds& binds);

  /// Runs a statement to its end and forgets its rows.
  void Execute(std::string_view sql);
  /// Runs a script of several statements, uncached.
  void ExecuteScript(const std::string& script);
  /// First column of the first row, 0 if there is none.
  std::int64_t QueryInt(std::string_view sql, const Binds& binds = {});

  /// False once SQLite has rolled the transaction back by itself (disk full, I/O error).
  bool in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }
  sqlite3* handle() const { return handle_.get(); }
  /// Throws a StorageError that says what SQLite reports and, where there is something to do about it, what.
  [[noreturn]] void Fail(int code, std::string_view doing) const;

 private:
  struct Statement {
    struct Finalize {
      void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> handle;
    bool in_use = false;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  std::unique_ptr<sqlite3_stmt, Statement::Finalize> Compile(std::string_view sql) const;
  void Bind(sqlite3_stmt* statement, std::string_view sql, const Binds& binds) const;

  std::string file_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements_;
};

class Connection::Use {
 public:
  Use(const Connection& connection, Statement* cached, sqlite3_stmt* handle)
      : connection_(&connection), cached_(cached), handle_(handle) {}
  Use(Use&& other) noexcept
      : connection_(other.connection_), cached_(other.cached_), handle_(std::exchange(other.handle_, nullptr)) {}
  Use& operator=(Use&&) = delete;
  ~Use();

  /// True: there is a row. Throws StorageError.
  bool Step();
  sqlite3_stmt* handle() const { return handle_; }

 private:
  const Connection* connection_;
  Statement* cached_;
  sqlite3_stmt* handle_;
};

}  // namespace stratolite::storage
