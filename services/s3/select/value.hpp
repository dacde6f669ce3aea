#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "s3/select/decimal.hpp"
#include "s3/select/timestamp.hpp"

namespace stratolite::s3::select {

struct Value;
using List = std::vector<Value>;
/// In the order in which they were written.
using Members = std::vector<std::pair<std::string, Value>>;

struct Missing {};
struct Null {};

/// What an expression of SQL is worth. Lists and objects are shared. Immutable once made.
struct Value : std::variant<Missing, Null, bool, std::int64_t, Decimal, double, std::string, Timestamp,
                            std::shared_ptr<const List>, std::shared_ptr<const Members>> {
  using variant::variant;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(this);
  }
  bool is_missing() const { return As<Missing>() != nullptr; }
  /// NULL and MISSING: nothing can be said of it.
  bool is_absent() const { return is_missing() || As<Null>() != nullptr; }
  bool is_true() const { return As<bool>() != nullptr && *As<bool>(); }
  bool is_number() const { return As<std::int64_t>() || As<Decimal>() || As<double>(); }
  const List* list() const {
    return As<std::shared_ptr<const List>>() ? As<std::shared_ptr<const List>>()->get() : nullptr;
  }
  const Members* members() const {
    return As<std::shared_ptr<const Members>>() ? As<std::shared_ptr<const Members>>()->get() : nullptr;
  }
};

/// A text as the number it spells: whole numbers, decimals. nullopt: none.
std::optional<Value> NumberOf(std::string_view text);
/// Of a number; nullopt: infinite.
std::optional<Decimal> ToDecimal(const Value& value);

/// nullopt: they cannot be compared. A number and a text that spells one can: every field of CSV is a text.
std::optional<std::partial_ordering> Compare(const Value& a, const Value& b);

/// As CSV fields have it: texts bare, NULL and MISSING nothing, lists and objects as JSON.
std::string ToText(const Value& value);
void AppendJsonText(std::string& out, const Value& value);

/// ASCII letters apart from their case.
bool SameName(std::string_view a, std::string_view b);

}  // namespace stratolite::s3::select
