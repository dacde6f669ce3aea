#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite {

/// Reads members of one structure of a call's input. The wire layer has checked types; these check presence only.
/// Borrows the object. A missing required member is MissingParameter (`The request must contain the parameter X.`). Not thread-safe.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object) {}

  bool Has(std::string_view name) const;
  /// nullptr when absent.
  const Json* Find(std::string_view name) const;

  Result<std::string> String(std::string_view name) const;
  std::string StringOr(std::string_view name, std::string_view fallback) const;
  std::optional<std::string> OptionalString(std::string_view name) const;
  Result<std::int64_t> Int(std::string_view name) const;
  std::int64_t IntOr(std::string_view name, std::int64_t fallback) const;
  std::optional<std::int64_t> OptionalInt(std::string_view name) const;
  bool BoolOr(std::string_view name, bool fallback) const;
  std::optional<TimePoint> OptionalTime(std::string_view name) const;
  /// Elements of a list of strings; empty when absent.
  std::vector<std::string> Strings(std::string_view name) const;
  /// The list or object itself; an empty one when absent.
  const Json& List(std::string_view name) const;
  const Json& Object(std::string_view name) const;
  /// Raw bytes of a blob; nullopt when absent.
  std::optional<std::string> Blob(std::string_view name) const;

 private:
  const Json& object_;
};

/// A timestamp as the tree of values holds it (seconds, fraction in milliseconds).
Json ToJson(TimePoint time);
/// A blob as the tree of values holds it.
Json ToJsonBlob(std::string_view bytes);

}  // namespace stratolite
