#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/encoding.hpp"

namespace stratolite::scheduler {

inline constexpr std::int64_t kMostPerPage = 100;

/// Where a listing goes on: after this group, and after this name within it.
struct PagePlace {
  std::string group;
  std::string name;
};

inline std::string WritePageToken(const PagePlace& place) { return Base64Encode(place.group + '\n' + place.name); }

/// nullopt: no token of ours.
inline std::optional<PagePlace> ReadPageToken(std::string_view token) {
  const auto text = Base64Decode(token);
  if (!text) return std::nullopt;
  const std::size_t end = text->find('\n');
  if (end == std::string::npos || !IsValidUtf8(*text)) return std::nullopt;
  return PagePlace{text->substr(0, end), text->substr(end + 1)};
}

}  // namespace stratolite::scheduler
