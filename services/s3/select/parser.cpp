#include "s3/select/parser.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

#include "s3/select/errors.hpp"

namespace stratolite::s3::select {
namespace {

constexpr std::size_t kMaxExpressionBytes = 256 * 1024;
constexpr std::string_view kSource = "S3Object";
constexpr std::array<std::string_view, 28> kReserved = {
    "select", "from",  "where",   "and",  "or",   "not",  "in",    "like", "escape", "between",
    "is",     "null",  "missing", "case", "when", "then", "else",  "end",  "as",     "limit",
    "group",  "order", "having",  "join", "cast", "true", "false", "by"};

}  // namespace

bool Parser::IsReserved(const Token& token) {
  return std::any_of(kReserved.begin(), kReserved.end(), [&](std::string_view word) { return token.IsWord(word); });
}

Result<Query> Parser::ParseAll() {
  RETURN_IF_ERROR(ParseSelectList());
  if (!TakeWord("from")) return SelectError("ParseSelectMissingFrom");
  RETURN_IF_ERROR(ParseSource());
  RETURN_IF_ERROR(ResolveStar());
  if (TakeWord("where")) {
    in_where_ = true;
    ASSIGN_OR_RETURN(query_.where, ParseExpression());
  }
  if (Peek().IsWord("group") || Peek().IsWord("having")) return SelectError("UnsupportedSqlStructure");
  if (TakeWord("limit")) RETURN_IF_ERROR(ParseLimit());
  Take(";");
  if (Peek().kind != Token::Kind::kEnd) return Unexpected();
  if (!query_.aggregates.empty() && bare_paths_ > 0) return SelectError("UnsupportedSqlStructure");
  return std::move(query_);
}

const Token& Parser::Peek(std::size_t ahead) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }

Token Parser::Next() {
  Token token = Peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Parser::Take(std::string_view symbol) {
  if (!Peek().Is(symbol)) return false;
  Next();
  return true;
}

bool Parser::TakeWord(std::string_view word) {
  if (!Peek().IsWord(word)) return false;
  Next();
  return true;
}

AwsError Parser::Unexpected() const {
  const Token& token = Peek();
  std::string found = "EOF:";
  if (token.kind == Token::Kind::kWord) found = (IsReserved(token) ? "KEYWORD:" : "IDENTIFIER:") + token.text;
  if (token.kind == Token::Kind::kQuotedWord) found = "QUOTED_IDENTIFIER:" + token.text;
  if (token.kind == Token::Kind::kLiteral) found = "LITERAL:" + ToText(token.value).substr(0, 100);
  if (token.kind == Token::Kind::kSymbol) found = "OPERATOR:" + token.text;
  return UnexpectedToken(found, token.line, token.column);
}

Result<void> Parser::ParseSelectList() {
  if (!TakeWord("select")) return Unexpected();
  if (Peek().IsWord("distinct") || Peek().IsWord("value")) return SelectError("ParseUnsupportedSelect");
  if (Peek().IsWord("from") || Peek().kind == Token::Kind::kEnd) return SelectError("ParseEmptySelect");
  if (Take("*")) {
    if (Peek().Is(",")) return SelectError("ParseAsteriskIsNotAloneInSelectList");
    query_.all = true;
    return {};
  }
  do {
    if (Peek().Is("*")) return SelectError("ParseAsteriskIsNotAloneInSelectList");
    Projection projection;
    ASSIGN_OR_RETURN(projection.expression, ParseExpression());
    const auto& path = projection.expression->path;
    projection.name = fmt::format("_{}", query_.projections.size() + 1);
    if (!path.empty() && path.back().kind == PathStep::Kind::kName) projection.name = path.back().name;
    const bool as = TakeWord("as");
    if (IsName(Peek())) {
      projection.name = Next().text;
    } else if (as) {
      return SelectError("ParseExpectedIdentForAlias");
    }
    query_.projections.push_back(std::move(projection));
  } while (Take(","));
  return {};
}

bool Parser::IsName(const Token& token) {
  return token.kind == Token::Kind::kQuotedWord || (token.kind == Token::Kind::kWord && !IsReserved(token));
}

Result<void> Parser::ParseSource() {
  if (Peek().Is("(")) return SelectError("UnsupportedSqlStructure");
  if (!IsName(Peek())) return Unexpected();
  if (!SameName(Next().text, kSource)) return SelectError("InvalidTableAlias");
  ASSIGN_OR_RETURN(query_.source, ParseSteps());
  // Every record is what the file consists of, written or not.
  if (!query_.source.empty() && query_.source.front().kind == PathStep::Kind::kEveryElement) {
    query_.source.erase(query_.source.begin());
  }
  const bool as = TakeWord("as");
  if (IsName(Peek()) && !IsJoin(Peek())) {
    query_.alias = Next().text;
  } else if (as) {
    return SelectError("ParseExpectedIdentForAlias");
  } else if (!query_.source.empty() && query_.source.back().kind == PathStep::Kind::kName) {
    query_.alias = query_.source.back().name;
  } else {
    query_.alias = kSource;
  }
  if (Peek().Is(",")) return SelectError("MultipleDataSourcesUnsupported");
  if (IsJoin(Peek()) || Peek().IsWord("join")) return SelectError("ParseMalformedJoin");
  return {};
}

bool Parser::IsJoin(const Token& token) {
  return token.IsWord("inner") || token.IsWord("left") || token.IsWord("right") || token.IsWord("cross") ||
         token.IsWord("outer") || token.IsWord("full");
}

Result<void> Parser::ResolveStar() {
  const auto wild = [](const PathStep& step) { return step.kind > PathStep::Kind::kIndex; };
  if (query_.projections.size() == 1) {
    const auto& path = query_.projections.front().expression->path;
    if (path.size() == 2 && path[0].Names(query_.alias) && path[1].kind == PathStep::Kind::kEveryMember) {
      query_.projections.clear();
      query_.paths.clear();
      query_.all = true;
      return {};
    }
  }
  for (const Expression* const each : query_.paths) {
    if (std::any_of(each->path.begin(), each->path.end(), wild)) {
      return SelectError("ParseInvalidContextForWildcardInSelectList");
    }
  }
  return {};
}

Result<void> Parser::ParseLimit() {
  const bool negative = Take("-");
  const Token token = Next();
  const auto* count = token.value.As<std::int64_t>();
  if (token.kind != Token::Kind::kLiteral || count == nullptr) return SelectError("ParseExpectedNumber");
  if (negative) return SelectError("EvaluatorNegativeLimit");
  query_.limit = *count;
  return {};
}

Result<std::vector<PathStep>> Parser::ParseSteps() {
  std::vector<PathStep> steps;
  for (;;) {
    PathStep step;
    if (Take(".")) {
      const Token token = Next();
      if (token.Is("*")) {
        step.kind = PathStep::Kind::kEveryMember;
      } else if (token.kind == Token::Kind::kWord || token.kind == Token::Kind::kQuotedWord) {
        step.name = token.text;
        step.quoted = token.kind == Token::Kind::kQuotedWord;
      } else {
        return SelectError("ParseInvalidPathComponent");
      }
    } else if (Take("[")) {
      const Token token = Next();
      if (token.Is("*")) {
        step.kind = PathStep::Kind::kEveryElement;
      } else if (token.kind == Token::Kind::kLiteral && token.value.As<std::int64_t>()) {
        step.kind = PathStep::Kind::kIndex;
        step.index = static_cast<std::size_t>(*token.value.As<std::int64_t>());
      } else if (token.kind == Token::Kind::kLiteral && token.value.As<std::string>()) {
        step.name = *token.value.As<std::string>();
        step.quoted = true;
      } else {
        return SelectError("ParseInvalidPathComponent");
      }
      if (!Take("]")) return SelectError("ParseInvalidPathComponent");
    } else {
      return steps;
    }
    steps.push_back(std::move(step));
    if (steps.size() > static_cast<std::size_t>(kMaxExpressionDepth)) return SelectError("MaxOperatorsExceeded");
  }
}

Result<Query> ParseQuery(std::string_view expression) {
  if (expression.size() > kMaxExpressionBytes) return SelectError("ExpressionTooLong");
  ASSIGN_OR_RETURN(std::vector<Token> tokens, ReadTokens(expression));
  return Parser(std::move(tokens)).ParseAll();
}

}  // namespace stratolite::s3::select
