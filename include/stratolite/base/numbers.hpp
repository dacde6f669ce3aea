#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace stratolite {

/// A text that is a whole number of type `T` and nothing else: no sign but `-` of signed types, no blanks. nullopt: it is none, or too large. Thread-safe.
template <typename T>
std::optional<T> ParseWholeNumber(std::string_view text, int base = 10) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace stratolite
