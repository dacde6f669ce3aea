#include <array>

#include "s3/select/errors.hpp"
#include "s3/select/parser.hpp"

namespace stratolite::s3::select {
namespace {

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

}  // namespace

Result<Parser::Node> Parser::ParseCast() {
  if (!Take("(")) return SelectError("ParseExpectedLeftParenAfterCast");
  Node node = Make(Expression::Kind::kCast);
  ASSIGN_OR_RETURN(Node operand, ParseExpression());
  node->operands.push_back(std::move(operand));
  if (!TakeWord("as")) return SelectError(Peek().Is(",") || Peek().Is(")") ? "ParseCastArity" : "ParseExpectedKeyword");
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

Result<Parser::Node> Parser::ParseCall() {
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

Result<Parser::Node> Parser::Closed(Node node) {
  if (!Take(")")) return SelectError("ParseExpectedRightParenBuiltinFunctionCall");
  return Made(std::move(node));
}

Result<Parser::Node> Parser::ParseAggregate(Aggregate aggregate) {
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

Result<Parser::Node> Parser::ParseSubstring() {
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

Result<Parser::Node> Parser::ParseTrim() {
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

Result<DatePart> Parser::ParsePart(bool zones) {
  const Token token = Next();
  const auto part = token.kind == Token::Kind::kWord ? FindDatePart(token.text) : std::nullopt;
  if (!part || (!zones && *part > DatePart::kSecond)) return SelectError("ParseExpectedDatePart");
  return *part;
}

Result<Parser::Node> Parser::ParseExtract() {
  Node node = Make(Expression::Kind::kFunction);
  node->function = Function::kExtract;
  ASSIGN_OR_RETURN(node->part, ParsePart(true));
  if (!TakeWord("from")) return SelectError("ParseExpectedKeyword");
  ASSIGN_OR_RETURN(Node operand, ParseExpression());
  node->operands.push_back(std::move(operand));
  return Closed(std::move(node));
}

Result<Parser::Node> Parser::ParseDateCall(Function function) {
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

}  // namespace stratolite::s3::select
