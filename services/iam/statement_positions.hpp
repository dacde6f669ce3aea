#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace stratolite::iam {

/// A place in a policy document: lines and columns count from 1.
struct TextPosition {
  std::int64_t line = 1;
  std::int64_t column = 1;
};

/// Where a statement stands: from behind what comes before it, white space included, to behind its closing bracket.
struct StatementPosition {
  TextPosition start;
  TextPosition end;
};

/// Of each statement of a document that is valid JSON, in order. Thread-safe.
std::vector<StatementPosition> FindStatements(std::string_view document);

}  // namespace stratolite::iam
