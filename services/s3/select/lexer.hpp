#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "s3/select/value.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3::select {

/// One word of an SQL expression. Immutable once made.
struct Token {
  enum class Kind { kEnd, kWord, kQuotedWord, kLiteral, kSymbol };
  Kind kind = Kind::kEnd;
  /// A word as it was written, without quotes; a symbol: `<=`.
  std::string text;
  /// Of a literal: text, number, or what stands between backticks.
  Value value = Null{};
  /// Counted from one.
  int line = 1;
  int column = 1;

  bool Is(std::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }
  /// An unquoted word, whatever its case.
  bool IsWord(std::string_view word) const { return kind == Kind::kWord && SameName(text, word); }
};

/// The last token is kEnd. Errors: LexerInvalidChar and its kin. Thread-safe.
Result<std::vector<Token>> ReadTokens(std::string_view expression);

}  // namespace stratolite::s3::select
