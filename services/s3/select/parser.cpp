#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "s3/select/errors.hpp"
#include "s3/select/lexer.hpp"
#include "s3/select/query.hpp"

namespace stratolite::s3::select {
namespace {

using Node = std::unique_ptr<Expression>;

constexpr std::size_t kMaxExpressionBytes = 256 * 1024;
// Trees are walked by recursion.
constexpr int kMaxDepth = 200;
constexpr std::string_view kSource = "S3Object";
constexpr std::array<std::string_view, 28> kReserved = {
    "select", "from",  "where",   "and",  "or",   "not",  "in",    "like", "escape", "between",
    "is",     "null",  "missing", "case", "when", "then", "else",  "end",  "as",     "limit",
    "group",  "order", "having",  "join", "cast", "true", "false", "by"};

struct FunctionName {
  std::string_view name;
  Function function;
  std::size_t least;
  std::size_t most;
};
constexpr std::array<FunctionName, 9> kFunctions = {{{"char_length", Function::kCharLength, 1, 1},
                                                     {"character_length", Function::kCharLength, 1, 1},
                                                     {"lower", Function::kLower, 1, 1},
                                                     {"upper", Function::kUpper, 1, 1},
                                                     {"to_string", Function::kToString, 2, 2},
                                                     {"to_timestamp", Function::kToTimestamp, 1, 1},
                                                     {"utcnow", Function::kUtcNow, 0, 0},
                                                     {"coalesce", Function::kCoalesce, 1, 1000},
                                                     {"nullif", Function::kNullIf, 2, 2}}};
constexpr std::array<std::pair<std::string_view, Aggregate>, 5> kAggregates = {{{"count", Aggregate::kCount},
                                                                                {"sum", Aggregate::kSum},
                                                                                {"avg", Aggregate::kAvg},
                                                                                {"min", Aggregate::kMin},
                                                                                {"max", Aggregate::kMax}}};
constexpr std::array<std::pair<std::string_view, CastType>, 12> kTypes = {{{"bool", CastType::kBool},
                                                                           {"boolean", CastType::kBool},
                                                                           {"int", CastType::kInt},
                                                                           {"integer", CastType::kInt},
                                                                           {"string", CastType::kText},
                                                                           {"varchar", CastType::kText},
                                                                           {"char", CastType::kText},
                                                                           {"float", CastType::kFloat},
                                                                           {"real", CastType::kFloat},
                                                                           {"decimal", CastType::kDecimal},
                                                                           {"numeric", CastType::kDecimal},
                                                                           {"timestamp", CastType::kTimestamp}}};

bool IsReserved(const Token& token) {
  return std::any_of(kReserved.begin(), kReserved.end(), [&](std::string_view word) { return token.IsWord(word); });
}

/// Recursive descent. Not thread-safe.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Query> ParseAll() {
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

 private:
  const Token& Peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token Next() {
    Token token = Peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool Take(std::string_view symbol) {
    if (!Peek().Is(symbol)) return false;
    Next();
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (!Peek().IsWord(word)) return false;
    Next();
    return true;
  }
  AwsError Unexpected() const {
    const Token& token = Peek();
    std::string found = "EOF:";
    if (token.kind == Token::Kind::kWord) found = (IsReserved(token) ? "KEYWORD:" : "IDENTIFIER:") + token.text;
    if (token.kind == Token::Kind::kQuotedWord) found = "QUOTED_IDENTIFIER:" + token.text;
    if (token.kind == Token::Kind::kLiteral) found = "LITERAL:" + ToText(token.value).substr(0, 100);
    if (token.kind == Token::Kind::kSymbol) found = "OPERATOR:" + token.text;
    return UnexpectedToken(found, token.line, token.column);
  }

  Result<void> ParseSelectList() {
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

  static bool IsName(const Token& token) {
    return token.kind == Token::Kind::kQuotedWord || (token.kind == Token::Kind::kWord && !IsReserved(token));
  }

  Result<void> ParseSource() {
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

  static bool IsJoin(const Token& token) {
    return token.IsWord("inner") || token.IsWord("left") || token.IsWord("right") || token.IsWord("cross") ||
           token.IsWord("outer") || token.IsWord("full");
  }

  // `SELECT s.*` is `SELECT *`; elsewhere only FROM has wildcards.
  Result<void> ResolveStar() {
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

  Result<void> ParseLimit() {
    const bool negative = Take("-");
    const Token token = Next();
    const auto* count = token.value.As<std::int64_t>();
    if (token.kind != Token::Kind::kLiteral || count == nullptr) return SelectError("ParseExpectedNumber");
    if (negative) return SelectError("EvaluatorNegativeLimit");
    query_.limit = *count;
    return {};
  }

  Result<std::vector<PathStep>> ParseSteps() {
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
      if (steps.size() > static_cast<std::size_t>(kMaxDepth)) return SelectError("MaxOperatorsExceeded");
    }
  }

  Result<Node> Made(Node node) {
    for (const auto& operand : node->operands) node->depth = std::max(node->depth, operand->depth + 1);
    if (node->depth > kMaxDepth) return SelectError("MaxOperatorsExceeded");
    return node;
  }
  static Node Make(Expression::Kind kind) {
    auto node = std::make_unique<Expression>();
    node->kind = kind;
    return node;
  }
  Result<Node> Operation(Operator op, Node first, Node second = nullptr) {
    Node node = Make(Expression::Kind::kOperator);
    node->op = op;
    node->operands.push_back(std::move(first));
    if (second) node->operands.push_back(std::move(second));
    return Made(std::move(node));
  }

  using Level = Result<Node> (Parser::*)();
  struct Binary {
    std::string_view symbol;
    Operator op;
  };

  Result<Node> ParseExpression() {
    if (nesting_ >= kMaxDepth) return SelectError("MaxOperatorsExceeded");
    ++nesting_;
    auto node = ParseOr();
    --nesting_;
    return node;
  }

  Result<Node> ParseOr() {
    ASSIGN_OR_RETURN(Node node, ParseAnd());
    while (TakeWord("or")) {
      ASSIGN_OR_RETURN(Node right, ParseAnd());
      ASSIGN_OR_RETURN(node, Operation(Operator::kOr, std::move(node), std::move(right)));
    }
    return node;
  }

  Result<Node> ParseAnd() {
    ASSIGN_OR_RETURN(Node node, ParseNot());
    while (TakeWord("and")) {
      ASSIGN_OR_RETURN(Node right, ParseNot());
      ASSIGN_OR_RETURN(node, Operation(Operator::kAnd, std::move(node), std::move(right)));
    }
    return node;
  }

  Result<Node> ParseNot() {
    std::size_t count = 0;
    while (TakeWord("not")) ++count;
    ASSIGN_OR_RETURN(Node node, ParseComparison());
    for (; count > 0; --count) {
      ASSIGN_OR_RETURN(node, Operation(Operator::kNot, std::move(node)));
    }
    return node;
  }

  Result<Node> ParseComparison() {
    static constexpr std::array<Binary, 7> kSigns = {{{"=", Operator::kEqual},
                                                      {"<>", Operator::kNotEqual},
                                                      {"!=", Operator::kNotEqual},
                                                      {"<=", Operator::kLessOrEqual},
                                                      {">=", Operator::kGreaterOrEqual},
                                                      {"<", Operator::kLess},
                                                      {">", Operator::kGreater}}};
    ASSIGN_OR_RETURN(Node node, ParseSum());
    for (;;) {
      const auto sign =
          std::find_if(kSigns.begin(), kSigns.end(), [&](const Binary& each) { return Take(each.symbol); });
      if (sign != kSigns.end()) {
        ASSIGN_OR_RETURN(Node right, ParseSum());
        ASSIGN_OR_RETURN(node, Operation(sign->op, std::move(node), std::move(right)));
        continue;
      }
      const bool negated =
          Peek().IsWord("not") && (Peek(1).IsWord("between") || Peek(1).IsWord("in") || Peek(1).IsWord("like"));
      if (negated) Next();
      if (TakeWord("between")) {
        ASSIGN_OR_RETURN(node, ParseBetween(std::move(node)));
      } else if (TakeWord("in")) {
        ASSIGN_OR_RETURN(node, ParseIn(std::move(node)));
      } else if (TakeWord("like")) {
        ASSIGN_OR_RETURN(node, ParseLike(std::move(node)));
      } else if (TakeWord("is")) {
        ASSIGN_OR_RETURN(node, ParseIs(std::move(node)));
      } else {
        return node;
      }
      if (negated) {
        ASSIGN_OR_RETURN(node, Operation(Operator::kNot, std::move(node)));
      }
    }
  }

  Result<Node> ParseBetween(Node first) {
    ASSIGN_OR_RETURN(Node low, ParseSum());
    if (!TakeWord("and")) return SelectError("ParseExpectedKeyword");
    ASSIGN_OR_RETURN(Node high, ParseSum());
    ASSIGN_OR_RETURN(Node node, Operation(Operator::kBetween, std::move(first), std::move(low)));
    node->operands.push_back(std::move(high));
    return Made(std::move(node));
  }

  Result<Node> ParseIn(Node first) {
    const bool brackets = Peek().Is("[");
    if (!brackets && !Peek().Is("(")) return SelectError("ParseExpectedLeftParenValueConstructor");
    Next();
    if (Peek().IsWord("select")) return SelectError("UnsupportedSqlStructure");
    ASSIGN_OR_RETURN(Node node, Operation(Operator::kIn, std::move(first)));
    do {
      ASSIGN_OR_RETURN(Node each, ParseExpression());
      node->operands.push_back(std::move(each));
    } while (Take(","));
    if (!Take(brackets ? "]" : ")")) return SelectError("ParseExpectedArgumentDelimiter");
    return Made(std::move(node));
  }

  Result<Node> ParseLike(Node first) {
    ASSIGN_OR_RETURN(Node pattern, ParseSum());
    ASSIGN_OR_RETURN(Node node, Operation(Operator::kLike, std::move(first), std::move(pattern)));
    if (TakeWord("escape")) {
      ASSIGN_OR_RETURN(Node escape, ParseSum());
      node->operands.push_back(std::move(escape));
    }
    return Made(std::move(node));
  }

  Result<Node> ParseIs(Node first) {
    const bool negated = TakeWord("not");
    Operator op = Operator::kIsNull;
    if (TakeWord("null")) {
      op = Operator::kIsNull;
    } else if (TakeWord("missing")) {
      op = Operator::kIsMissing;
    } else if (TakeWord("bool") || TakeWord("boolean")) {
      op = Operator::kIsBool;
    } else if (TakeWord("string")) {
      op = Operator::kIsText;
    } else {
      return SelectError("ParseExpectedTypeName");
    }
    ASSIGN_OR_RETURN(Node node, Operation(op, std::move(first)));
    if (!negated) return node;
    return Operation(Operator::kNot, std::move(node));
  }

  Result<Node> ParseSum() {
    ASSIGN_OR_RETURN(Node node, ParseProduct());
    for (;;) {
      const bool add = Take("+");
      if (!add && !Take("-")) break;
      ASSIGN_OR_RETURN(Node right, ParseProduct());
      ASSIGN_OR_RETURN(node, Operation(add ? Operator::kAdd : Operator::kSubtract, std::move(node), std::move(right)));
    }
    if (Peek().Is("||")) return SelectError("UnsupportedSqlOperation");
    return node;
  }

  Result<Node> ParseProduct() {
    ASSIGN_OR_RETURN(Node node, ParseSign());
    for (;;) {
      const Operator op = Peek().Is("*")   ? Operator::kMultiply
                          : Peek().Is("/") ? Operator::kDivide
                                           : Operator::kRemainder;
      if (op == Operator::kRemainder && !Peek().Is("%")) return node;
      Next();
      ASSIGN_OR_RETURN(Node right, ParseSign());
      ASSIGN_OR_RETURN(node, Operation(op, std::move(node), std::move(right)));
    }
  }

  Result<Node> ParseSign() {
    std::size_t minuses = 0;
    for (;;) {
      if (Take("-")) {
        ++minuses;
      } else if (!Take("+")) {
        break;
      }
    }
    ASSIGN_OR_RETURN(Node node, ParsePrimary());
    for (; minuses > 0; --minuses) {
      ASSIGN_OR_RETURN(node, Operation(Operator::kNegate, std::move(node)));
    }
    return node;
  }

  Result<Node> ParsePrimary() {
    const Token& token = Peek();
    if (token.kind == Token::Kind::kLiteral) {
      Node node = Make(Expression::Kind::kLiteral);
      node->literal = Next().value;
      return node;
    }
    if (Take("(")) {
      if (Peek().IsWord("select")) return SelectError("UnsupportedSqlStructure");
      ASSIGN_OR_RETURN(Node node, ParseExpression());
      if (!Take(")")) return SelectError("ParseExpectedTokenType");
      return node;
    }
    if (token.kind == Token::Kind::kWord) {
      if (TakeWord("case")) return ParseCase();
      if (TakeWord("cast")) return ParseCast();
      if (TakeWord("null")) return Make(Expression::Kind::kLiteral);
      for (const bool truth : {true, false}) {
        if (!TakeWord(truth ? "true" : "false")) continue;
        Node node = Make(Expression::Kind::kLiteral);
        node->literal = truth;
        return node;
      }
      if (TakeWord("missing")) {
        Node node = Make(Expression::Kind::kLiteral);
        node->literal = Missing{};
        return node;
      }
      if (IsReserved(token)) return Unexpected();
      if (Peek(1).Is("(")) return ParseCall();
    }
    if (!IsName(token)) return Peek().kind == Token::Kind::kEnd ? SelectError("ParseExpectedExpression") : Unexpected();
    return ParsePath();
  }

  Result<Node> ParsePath() {
    Node node = Make(Expression::Kind::kPath);
    const Token first = Next();
    node->path.push_back({.name = first.text, .quoted = first.kind == Token::Kind::kQuotedWord});
    ASSIGN_OR_RETURN(auto steps, ParseSteps());
    std::move(steps.begin(), steps.end(), std::back_inserter(node->path));
    query_.paths.push_back(node.get());
    if (!in_aggregate_ && !in_where_) ++bare_paths_;
    return node;
  }

  Result<Node> ParseCase() {
    Node node = Make(Expression::Kind::kCase);
    Node subject;
    if (!Peek().IsWord("when")) {
      ASSIGN_OR_RETURN(subject, ParseExpression());
      // `CASE x WHEN 1` is `CASE WHEN x = 1`; the tree owns each node, so that only what can be written again is allowed.
      if (subject->kind != Expression::Kind::kPath && subject->kind != Expression::Kind::kLiteral) {
        return SelectError("UnsupportedSqlStructure");
      }
    }
    while (TakeWord("when")) {
      ASSIGN_OR_RETURN(Node condition, ParseExpression());
      if (subject) {
        ASSIGN_OR_RETURN(condition, Operation(Operator::kEqual, Copy(*subject), std::move(condition)));
      }
      if (!TakeWord("then")) return SelectError("ParseExpectedKeyword");
      ASSIGN_OR_RETURN(Node value, ParseExpression());
      node->operands.push_back(std::move(condition));
      node->operands.push_back(std::move(value));
    }
    if (node->operands.empty()) return SelectError("ParseExpectedWhenClause");
    if (TakeWord("else")) {
      ASSIGN_OR_RETURN(Node value, ParseExpression());
      node->operands.push_back(std::move(value));
      node->has_else = true;
    }
    if (!TakeWord("end")) return SelectError("ParseExpectedKeyword");
    // The original is dropped with its place among the paths.
    if (subject) std::erase(query_.paths, subject.get());
    return Made(std::move(node));
  }

  Node Copy(const Expression& leaf) {
    Node node = Make(leaf.kind);
    node->literal = leaf.literal;
    node->path = leaf.path;
    if (leaf.kind == Expression::Kind::kPath) query_.paths.push_back(node.get());
    return node;
  }

  Result<Node> ParseCast() {
    if (!Take("(")) return SelectError("ParseExpectedLeftParenAfterCast");
    Node node = Make(Expression::Kind::kCast);
    ASSIGN_OR_RETURN(Node operand, ParseExpression());
    node->operands.push_back(std::move(operand));
    if (!TakeWord("as"))
      return SelectError(Peek().Is(",") || Peek().Is(")") ? "ParseCastArity" : "ParseExpectedKeyword");
    const Token type = Next();
    if (type.kind != Token::Kind::kWord) return SelectError("ParseExpectedTypeName");
    const auto* const found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& each) { return type.IsWord(each.first); });
    if (found == kTypes.end()) return SelectError("InvalidDataType");
    node->cast = found->second;
    // Precision and scale are taken and not minded: "Amazon S3 Select ignores scale and precision".
    if (Take("(")) {
      do {
        if (Next().value.As<std::int64_t>() == nullptr) return SelectError("ParseInvalidTypeParam");
      } while (Take(","));
      if (!Take(")")) return SelectError("ParseInvalidTypeParam");
    }
    if (!Take(")")) return SelectError("ParseExpectedRightParenBuiltinFunctionCall");
    return Made(std::move(node));
  }

  Result<Node> ParseCall() {
    const Token name = Next();
    Next();
    for (const auto& [word, aggregate] : kAggregates) {
      if (name.IsWord(word)) return ParseAggregate(aggregate);
    }
    if (name.IsWord("substring")) return ParseSubstring();
    if (name.IsWord("trim")) return ParseTrim();
    if (name.IsWord("extract")) return ParseExtract();
    if (name.IsWord("date_add")) return ParseDateCall(Function::kDateAdd);
    if (name.IsWord("date_diff")) return ParseDateCall(Function::kDateDiff);
    const auto* const found =
        std::find_if(kFunctions.begin(), kFunctions.end(), [&](const auto& each) { return name.IsWord(each.name); });
    if (found == kFunctions.end()) return SelectError("UnsupportedFunction");
    Node node = Make(Expression::Kind::kFunction);
    node->function = found->function;
    if (!Peek().Is(")")) {
      do {
        ASSIGN_OR_RETURN(Node each, ParseExpression());
        node->operands.push_back(std::move(each));
      } while (Take(","));
    }
    if (node->operands.size() < found->least || node->operands.size() > found->most) {
      return SelectError("EvaluatorInvalidArguments");
    }
    return Closed(std::move(node));
  }

  Result<Node> Closed(Node node) {
    if (!Take(")")) return SelectError("ParseExpectedRightParenBuiltinFunctionCall");
    return Made(std::move(node));
  }

  Result<Node> ParseAggregate(Aggregate aggregate) {
    if (in_aggregate_ || in_where_) return SelectError("UnsupportedSqlStructure");
    Node node = Make(Expression::Kind::kAggregate);
    node->aggregate = aggregate;
    node->slot = query_.aggregates.size();
    query_.aggregates.push_back(node.get());
    if (Peek().IsWord("distinct")) return SelectError("UnsupportedSqlStructure");
    TakeWord("all");
    if (Take("*")) {
      if (aggregate != Aggregate::kCount) return SelectError("ParseUnsupportedCallWithStar");
      return Closed(std::move(node));
    }
    in_aggregate_ = true;
    auto operand = ParseExpression();
    in_aggregate_ = false;
    if (!operand.ok()) return std::move(operand).error();
    node->operands.push_back(*std::move(operand));
    if (Peek().Is(",")) return SelectError("ParseNonUnaryAgregateFunctionCall");
    return Closed(std::move(node));
  }

  Result<Node> ParseSubstring() {
    Node node = Make(Expression::Kind::kFunction);
    node->function = Function::kSubstring;
    for (const std::string_view word : {"", "from", "for"}) {
      if (!word.empty() && !TakeWord(word) && !Take(",")) break;
      ASSIGN_OR_RETURN(Node each, ParseExpression());
      node->operands.push_back(std::move(each));
    }
    if (node->operands.size() < 2) return SelectError("EvaluatorInvalidArguments");
    return Closed(std::move(node));
  }

  // TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text): the text comes first here.
  Result<Node> ParseTrim() {
    Node node = Make(Expression::Kind::kFunction);
    node->function = Function::kTrim;
    const bool leading = TakeWord("leading");
    const bool trailing = !leading && TakeWord("trailing");
    const bool sided = leading || trailing || TakeWord("both");
    if (leading || trailing) node->trim = leading ? TrimSide::kLeading : TrimSide::kTrailing;
    Node characters;
    if (!sided || !Peek().IsWord("from")) {
      ASSIGN_OR_RETURN(characters, ParseExpression());
    }
    if (TakeWord("from")) {
      ASSIGN_OR_RETURN(Node text, ParseExpression());
      node->operands.push_back(std::move(text));
      if (characters) node->operands.push_back(std::move(characters));
    } else {
      node->operands.push_back(std::move(characters));
    }
    return Closed(std::move(node));
  }

  Result<DatePart> ParsePart(bool zones) {
    const Token token = Next();
    const auto part = token.kind == Token::Kind::kWord ? FindDatePart(token.text) : std::nullopt;
    if (!part || (!zones && *part > DatePart::kSecond)) return SelectError("ParseExpectedDatePart");
    return *part;
  }

  Result<Node> ParseExtract() {
    Node node = Make(Expression::Kind::kFunction);
    node->function = Function::kExtract;
    ASSIGN_OR_RETURN(node->part, ParsePart(true));
    if (!TakeWord("from")) return SelectError("ParseExpectedKeyword");
    ASSIGN_OR_RETURN(Node operand, ParseExpression());
    node->operands.push_back(std::move(operand));
    return Closed(std::move(node));
  }

  Result<Node> ParseDateCall(Function function) {
    Node node = Make(Expression::Kind::kFunction);
    node->function = function;
    ASSIGN_OR_RETURN(node->part, ParsePart(false));
    for (int i = 0; i < 2; ++i) {
      if (!Take(",")) return SelectError("ParseExpectedArgumentDelimiter");
      ASSIGN_OR_RETURN(Node operand, ParseExpression());
      node->operands.push_back(std::move(operand));
    }
    return Closed(std::move(node));
  }

  const std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Query query_;
  int nesting_ = 0;
  bool in_aggregate_ = false;
  bool in_where_ = false;
  std::size_t bare_paths_ = 0;
};

}  // namespace

Result<Query> ParseQuery(std::string_view expression) {
  if (expression.size() > kMaxExpressionBytes) return SelectError("ExpressionTooLong");
  ASSIGN_OR_RETURN(std::vector<Token> tokens, ReadTokens(expression));
  return Parser(std::move(tokens)).ParseAll();
}

}  // namespace stratolite::s3::select
