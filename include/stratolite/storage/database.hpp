#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::storage {

/// The environment failed: disk full, I/O error, corruption. The caller's request ends in InternalFailure.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A value bound to a `?`. Borrows text and bytes until the statement ran.
class Bind {
 public:
  Bind(std::nullptr_t) : value_(nullptr) {}  // NOLINT
  template <std::integral T>
  Bind(T value) : value_(static_cast<std::int64_t>(value)) {}        // NOLINT
  Bind(double value) : value_(value) {}                              // NOLINT
  Bind(std::string_view text) : value_(text) {}                      // NOLINT
  Bind(const std::string& text) : value_(std::string_view(text)) {}  // NOLINT
  Bind(const char* text) : value_(std::string_view(text)) {}         // NOLINT
  template <typename Tag>
  Bind(const StrongString<Tag>& text) : value_(std::string_view(text.str())) {}  // NOLINT
  /// Microseconds since the epoch.
  Bind(TimePoint time) : value_(static_cast<std::int64_t>(time.time_since_epoch().count())) {}  // NOLINT
  Bind(std::span<const std::byte> bytes) : value_(bytes) {}                                     // NOLINT
  template <typename T>
  Bind(const std::optional<T>& value) : Bind(value ? Bind(*value) : Bind(nullptr)) {}  // NOLINT

  using Variant = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, std::span<const std::byte>>;
  const Variant& value() const { return value_; }

 private:
  Variant value_;
};

/// The values of a statement's `?`s in order: `{a, b}` at the call, or a span for lists made at run time. Borrows.
class Binds {
 public:
  Binds() = default;
  Binds(std::initializer_list<Bind> values) : values_(values.begin(), values.size()) {}  // NOLINT
  Binds(std::span<const Bind> values) : values_(values) {}                               // NOLINT

  std::size_t size() const { return values_.size(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::span<const Bind> values_;
};

/// The current row of a running query. Valid only inside the callback; views are copied out there.
class Row {
 public:
  explicit Row(void* statement) : statement_(statement) {}
  bool IsNull(int column) const;
  std::int64_t Int(int column) const;
  double Double(int column) const;
  /// Text, or the bytes of a blob; empty for NULL.
  std::string_view TextView(int column) const;
  std::string Text(int column) const { return std::string(TextView(column)); }
  TimePoint Time(int column) const { return TimePoint(Duration(Int(column))); }
  std::optional<std::string> OptionalText(int column) const;

 private:
  void* statement_;
};

class Connection;

/// Reads of one connection within one snapshot. Confined to the callback it was given to. Blocks.
/// Statements are prepared once per connection and found again by the address and text of `sql`: pass literals.
class Reader {
 public:
  /// Calls `on_row` for every row, until it returns false (a callback that returns void sees all).
  /// The statement may run again inside the callback.
  template <typename F>
  void Query(std::string_view sql, Binds binds, F&& on_row) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, const Row&>>) {
      QueryImpl(sql, binds, [&](const Row& row) { return on_row(row), true; });
    } else {
      QueryImpl(sql, binds, std::forward<F>(on_row));
    }
  }
  /// First row through `map`, or nullopt.
  template <typename F>
  auto QueryOne(std::string_view sql, Binds binds, F&& map) -> std::optional<std::invoke_result_t<F&, const Row&>> {
    std::optional<std::invoke_result_t<F&, const Row&>> out;
    QueryImpl(sql, binds, [&](const Row& row) { return out.emplace(map(row)), false; });
    return out;
  }
  /// First column of the first row, 0 if there is none.
  std::int64_t QueryInt(std::string_view sql, Binds binds = {});

 protected:
  friend class SqliteDatabase;
  explicit Reader(Connection& connection) : connection_(connection) {}
  void QueryImpl(std::string_view sql, Binds binds, const std::function<bool(const Row&)>& on_row);
  Connection& connection_;
};

/// A write transaction (a savepoint within a combined commit). Confined to the callback it was given to. Blocks.
class Txn : public Reader {
 public:
  /// Returns the number of rows changed. Throws StorageError (constraint violations included: they are bugs of ours).
  std::int64_t Run(std::string_view sql, Binds binds = {});
  std::int64_t last_insert_rowid() const;
  /// Called after the combined commit is as durable as configured, on the thread that called Transact, before Transact returns; not
  /// called if this transaction rolled back. For waking waiters. Must not throw or use the database.
  void OnCommit(std::function<void()> action);

 private:
  friend class SqliteDatabase;
  Txn(Connection& connection, std::vector<std::function<void()>>& on_commit)
      : Reader(connection), on_commit_(on_commit) {}
  std::vector<std::function<void()>>& on_commit_;
};

enum class Durability {
  /// Acknowledged work survives kill -9 (WAL, synchronous=NORMAL).
  kProcess,
  /// … and a power cut (synchronous=FULL).
  kPower,
};

struct OpenOptions {
  /// Directory that holds `state.db`. Created (0700) when missing. Empty: a private one on tmpfs, gone with the object.
  std::filesystem::path directory;
  Durability durability = Durability::kProcess;
};

/// A numbered, append-only list of schema steps of one owner (a service's name). Step i brings version i to i + 1.
struct Migrations {
  std::string_view owner;
  std::span<const std::string_view> steps;
};

/// One world's database. Thread-safe. Blocks.
/// Writers combine: callers queue their functions, whichever thread holds the writer runs all that wait, each in a savepoint, and commits once.
/// A new `state.db` is written only when it is first used, so that opening costs a start nothing; one that exists is checked at once.
class Database {
 public:
  /// Throws StorageError: directory locked by another daemon, newer format, unreadable, corrupt; the message says what to do.
  static std::unique_ptr<Database> Open(const OpenOptions& options);
  virtual ~Database() = default;

  /// Runs `fn(Txn&)` in a transaction and returns what it returned, after the commit. A returned `Result` that holds an error and any
  /// exception roll this function's changes back (others in the same commit are unaffected). `fn` may run on another caller's thread
  /// and must not call Transact or Read.
  template <typename F>
  auto Transact(F&& fn) -> std::invoke_result_t<F&, Txn&> {
    using R = std::invoke_result_t<F&, Txn&>;
    if constexpr (std::is_void_v<R>) {
      TransactImpl([&](Txn& txn) { return fn(txn), true; });
    } else {
      std::optional<R> out;
      TransactImpl([&](Txn& txn) {
        out.emplace(fn(txn));
        if constexpr (requires { out->ok(); }) return out->ok();
        return true;
      });
      return *std::move(out);
    }
  }
  /// Runs `fn(Reader&)` on a read connection of the calling thread, in one snapshot, and returns what it returned.
  template <typename F>
  auto Read(F&& fn) -> std::invoke_result_t<F&, Reader&> {
    using R = std::invoke_result_t<F&, Reader&>;
    if constexpr (std::is_void_v<R>) {
      ReadImpl([&](Reader& reader) { fn(reader); });
    } else {
      std::optional<R> out;
      ReadImpl([&](Reader& reader) { out.emplace(fn(reader)); });
      return *std::move(out);
    }
  }

  /// Brings an owner's tables to its newest step, in one transaction. Cheap when that was done before. Throws StorageError when the file is newer than the binary.
  virtual void Migrate(const Migrations& migrations) = 0;
  /// Deletes every row of every owner's tables, keeping schemas; fast when little is stored. `first` runs in the same transaction before, unless the
  /// database was never used.
  virtual void Clear(const std::function<void(Txn&)>& first = nullptr) = 0;
  /// False: never used, there is no file yet.
  virtual bool Exists() const = 0;
  /// Writes what is committed now to `<directory>/state.db`, for Database::Open of that directory, which must be there and hold none. Writers wait
  /// meanwhile, readers do not. Nothing is written when this one was never used. Throws StorageError, then without a trace.
  virtual void CopyTo(const std::filesystem::path& directory) = 0;
  /// Puts what `<directory>/state.db` holds (nothing, where there is none) in the place of everything here, in one transaction: readers see the one or the
  /// other. Tables of owners that were migrated here come in the newest version. That file is changed meanwhile, and may be removed after. Throws
  /// StorageError: not ours, newer, damaged.
  virtual void ReplaceBy(const std::filesystem::path& directory) = 0;
  /// Closes what only serves speed (connections and their caches) until the next use. For worlds that nobody uses for a while. Returns whether
  /// there was anything.
  virtual bool Rest() = 0;
  /// Absolute. Held by this process until the object is gone; what else belongs to the world (blobs) may live in it.
  virtual const std::filesystem::path& directory() const = 0;

 protected:
  /// `fn` returns whether to keep its changes.
  virtual void TransactImpl(const std::function<bool(Txn&)>& fn) = 0;
  virtual void ReadImpl(const std::function<void(Reader&)>& fn) = 0;
};

}  // namespace stratolite::storage
