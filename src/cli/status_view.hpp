#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "stratolite/base/json.hpp"

namespace stratolite::cli {

/// A line of text for a person. Plain data.
struct ViewLine {
  std::string text;
  bool heading = false;
};

/// What `GET /_stratolite/status` answered, whole, as `stratolite status` shows it. Thread-safe.
std::vector<ViewLine> StatusView(const Json& status);
/// The same for a screen of so many rows: what changes, the busiest and largest of each kind. `time`: what stands in its corner. Thread-safe.
std::vector<ViewLine> TopView(const Json& status, std::size_t rows, const std::string& time);

/// `12 B`, `3.4 MiB`; `3 min 12 s`. Thread-safe.
std::string ShowBytes(std::int64_t bytes);
std::string ShowDuration(std::int64_t seconds);

}  // namespace stratolite::cli
