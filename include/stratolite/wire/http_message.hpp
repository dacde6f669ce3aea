#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stratolite/base/result.hpp"

namespace stratolite::wire {

/// Header fields in order of arrival. Names keep their spelling and compare without case. Not thread-safe.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// First field of that name; nullopt if there is none. The view lives as long as the field.
  std::optional<std::string_view> Find(std::string_view name) const;
  /// Find, or an empty view.
  std::string_view Get(std::string_view name) const { return Find(name).value_or(std::string_view{}); }
  bool Has(std::string_view name) const { return Find(name).has_value(); }
  void Add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of that name.
  void Set(std::string name, std::string value);
  void Remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// Compares ASCII without case.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

/// Thrown by a BodyReader for a body that AWS refuses (a chunk's signature or the body's hash is wrong, it is shorter than announced): the
/// dispatcher answers with `error`. The one place where a caller's error travels as an exception, because it comes up in the middle of what reads
/// a stream and everything begun must be undone.
class BodyRejected : public std::runtime_error {
 public:
  explicit BodyRejected(AwsError error) : std::runtime_error(error.code), error_(std::move(error)) {}
  const AwsError& error() const { return error_; }

 private:
  AwsError error_;
};

/// A request body that is still arriving. Confined to the connection that reads it. Blocks.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// Up to `capacity` bytes into `buffer`; 0 at the end. Throws BodyRejected, or std::runtime_error when the peer broke off or the body is malformed.
  virtual std::size_t Read(char* buffer, std::size_t capacity) = 0;
  /// How many bytes will come in all, as the client announced; nullopt: unknown.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
  /// Fields that followed the body, names in lower case; complete after Read returned 0. nullptr: none.
  virtual const Headers* trailers() const { return nullptr; }
};

/// A response body that is produced while it is sent. Called on one thread at a time. Blocks.
class BodyProducer {
 public:
  virtual ~BodyProducer() = default;
  /// Replaces `chunk` with the next bytes; false at the end (then `chunk` is empty).
  virtual bool Next(std::string& chunk) = 0;
  /// Known total size, or nullopt: sent chunked.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
  /// When the rest is one range of one open file: where it is, for senders that know better than Next. The descriptor stays the producer's.
  struct FileRange {
    int descriptor = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  virtual std::optional<FileRange> file() const { return std::nullopt; }
};

/// A request as the wire layer and auth see it: head parsed, nothing decoded.
struct HttpRequest {
  std::string method;
  /// Path and query exactly as sent: `/a%20b?x=1`.
  std::string target;
  Headers headers;
  /// The whole body, unless `stream` is set.
  std::string body;
  /// Set for operations whose input is a streaming blob; owned by the connection.
  BodyReader* stream = nullptr;
  std::string source_ip;
  bool tls = false;

  /// The part of `target` before `?`, raw.
  std::string_view path() const;
  /// The part of `target` after `?`, raw, or empty.
  std::string_view query() const;
  /// The Host header, or of an absolute target its authority.
  std::string_view host() const { return headers.Get("host"); }
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  /// When set, sent instead of `body`.
  std::shared_ptr<BodyProducer> stream;
};

}  // namespace stratolite::wire
