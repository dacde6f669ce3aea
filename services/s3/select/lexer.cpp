#include "s3/select/lexer.hpp"

#include <array>

#include "s3/select/errors.hpp"

namespace stratolite::s3::select {
namespace {

constexpr std::array<std::string_view, 6> kLongSymbols = {"<=", ">=", "<>", "!=", "||", "<<"};
constexpr std::string_view kSymbols = "()[]{},.*=<>+-/%:;?";

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80) != 0;
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// What backticks hold: Ion, of which S3 Select's documentation shows timestamps. nullopt: none of the scalars.
std::optional<Value> IonLiteral(std::string_view text) {
  if (text == "true" || text == "false") return Value(text == "true");
  if (text == "null") return Value(Null{});
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return Value(std::string(text.substr(1, text.size() - 2)));
  }
  if (const auto time = Timestamp::Parse(text)) return Value(*time);
  return NumberOf(text);
}

/// Not thread-safe.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Read() {
    std::vector<Token> tokens;
    for (;;) {
      RETURN_IF_ERROR(SkipBlanks());
      Token token;
      token.line = line_;
      token.column = static_cast<int>(at_ - line_begin_) + 1;
      if (at_ < text_.size()) RETURN_IF_ERROR(ReadToken(token));
      tokens.push_back(std::move(token));
      if (tokens.back().kind == Token::Kind::kEnd) return tokens;
    }
  }

 private:
  char Peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void Step() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_begin_ = at_;
    }
  }

  Result<void> SkipBlanks() {
    while (at_ < text_.size()) {
      if (Peek() == '-' && Peek(1) == '-') {
        while (at_ < text_.size() && Peek() != '\n') Step();
      } else if (Peek() == '/' && Peek(1) == '*') {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return SelectError("LexerInvalidChar");
        while (at_ < end + 2) Step();
      } else if (Peek() == ' ' || Peek() == '\t' || Peek() == '\r' || Peek() == '\n') {
        Step();
      } else {
        break;
      }
    }
    return {};
  }

  // Up to the same mark; doubled, it stands for itself.
  Result<std::string> ReadQuoted() {
    const char mark = Peek();
    Step();
    std::string out;
    while (at_ < text_.size()) {
      const char c = Peek();
      Step();
      if (c != mark) {
        out += c;
      } else if (mark != '`' && Peek() == mark && at_ < text_.size()) {
        out += mark;
        Step();
      } else {
        return out;
      }
    }
    return SelectError("LexerInvalidChar");
  }

  Result<void> ReadNumber(Token& token) {
    const std::size_t begin = at_;
    while (IsDigit(Peek()) || Peek() == '.') Step();
    if (Peek() == 'e' || Peek() == 'E') {
      Step();
      if (Peek() == '+' || Peek() == '-') Step();
      while (IsDigit(Peek())) Step();
    }
    if (IsWordStart(Peek())) return SelectError("LexerInvalidLiteral");
    const auto number = NumberOf(text_.substr(begin, at_ - begin));
    if (!number) return SelectError("LexerInvalidLiteral");
    token.kind = Token::Kind::kLiteral;
    token.value = *number;
    return {};
  }

  Result<void> ReadToken(Token& token) {
    const char c = Peek();
    if (c == '\'') {
      ASSIGN_OR_RETURN(std::string text, ReadQuoted());
      token.kind = Token::Kind::kLiteral;
      token.value = Value(std::move(text));
      return {};
    }
    if (c == '"') {
      ASSIGN_OR_RETURN(token.text, ReadQuoted());
      token.kind = Token::Kind::kQuotedWord;
      return {};
    }
    if (c == '`') {
      ASSIGN_OR_RETURN(const std::string text, ReadQuoted());
      auto value = IonLiteral(text);
      if (!value) return SelectError("LexerInvalidIONLiteral");
      token.kind = Token::Kind::kLiteral;
      token.value = *std::move(value);
      return {};
    }
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return ReadNumber(token);
    if (IsWordStart(c)) {
      token.kind = Token::Kind::kWord;
      while (IsWordStart(Peek()) || IsDigit(Peek())) {
        token.text += Peek();
        Step();
      }
      return {};
    }
    token.kind = Token::Kind::kSymbol;
    for (const std::string_view symbol : kLongSymbols) {
      if (text_.substr(at_, 2) != symbol) continue;
      token.text = symbol;
      at_ += 2;
      return {};
    }
    if (c == '!' || c == '|' || c == '^' || c == '&' || c == '~') return SelectError("LexerInvalidOperator");
    if (c == '\0' || kSymbols.find(c) == std::string_view::npos) return SelectError("LexerInvalidChar");
    token.text = c;
    Step();
    return {};
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::size_t line_begin_ = 0;
};

}  // namespace

Result<std::vector<Token>> ReadTokens(std::string_view expression) { return Lexer(expression).Read(); }

}  // namespace stratolite::s3::select
