#include <array>
#include <iterator>

#include "s3/select/errors.hpp"
#include "s3/select/parser.hpp"

namespace stratolite::s3::select {
namespace {

struct BinaryOperator {
  std::string_view symbol;
  Operator op;
};

}  // namespace

Result<Parser::Node> Parser::Made(Node node) {
  for (const auto& operand : node->operands) node->depth = std::max(node->depth, operand->depth + 1);
  if (node->depth > kMaxExpressionDepth) return SelectError("MaxOperatorsExceeded");
  return node;
}

Parser::Node Parser::Make(Expression::Kind kind) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  return node;
}

Result<Parser::Node> Parser::Operation(Operator op, Node first, Node second) {
  Node node = Make(Expression::Kind::kOperator);
  node->op = op;
  node->operands.push_back(std::move(first));
  if (second) node->operands.push_back(std::move(second));
  return Made(std::move(node));
}

Result<Parser::Node> Parser::ParseExpression() {
  if (nesting_ >= kMaxExpressionDepth) return SelectError("MaxOperatorsExceeded");
  ++nesting_;
  auto node = ParseOr();
  --nesting_;
  return node;
}

Result<Parser::Node> Parser::ParseOr() {
  ASSIGN_OR_RETURN(Node node, ParseAnd());
  while (TakeWord("or")) {
    ASSIGN_OR_RETURN(Node right, ParseAnd());
    ASSIGN_OR_RETURN(node, Operation(Operator::kOr, std::move(node), std::move(right)));
  }
  return node;
}

Result<Parser::Node> Parser::ParseAnd() {
  ASSIGN_OR_RETURN(Node node, ParseNot());
  while (TakeWord("and")) {
    ASSIGN_OR_RETURN(Node right, ParseNot());
    ASSIGN_OR_RETURN(node, Operation(Operator::kAnd, std::move(node), std::move(right)));
  }
  return node;
}

Result<Parser::Node> Parser::ParseNot() {
  std::size_t count = 0;
  while (TakeWord("not")) ++count;
  ASSIGN_OR_RETURN(Node node, ParseComparison());
  for (; count > 0; --count) {
    ASSIGN_OR_RETURN(node, Operation(Operator::kNot, std::move(node)));
  }
  return node;
}

Result<Parser::Node> Parser::ParseComparison() {
  static constexpr std::array<BinaryOperator, 7> kSigns = {{{"=", Operator::kEqual},
                                                            {"<>", Operator::kNotEqual},
                                                            {"!=", Operator::kNotEqual},
                                                            {"<=", Operator::kLessOrEqual},
                                                            {">=", Operator::kGreaterOrEqual},
                                                            {"<", Operator::kLess},
                                                            {">", Operator::kGreater}}};
  ASSIGN_OR_RETURN(Node node, ParseSum());
  for (;;) {
    const auto sign =
        std::find_if(kSigns.begin(), kSigns.end(), [&](const BinaryOperator& each) { return Take(each.symbol); });
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

Result<Parser::Node> Parser::ParseBetween(Node first) {
  ASSIGN_OR_RETURN(Node low, ParseSum());
  if (!TakeWord("and")) return SelectError("ParseExpectedKeyword");
  ASSIGN_OR_RETURN(Node high, ParseSum());
  ASSIGN_OR_RETURN(Node node, Operation(Operator::kBetween, std::move(first), std::move(low)));
  node->operands.push_back(std::move(high));
  return Made(std::move(node));
}

Result<Parser::Node> Parser::ParseIn(Node first) {
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

Result<Parser::Node> Parser::ParseLike(Node first) {
  ASSIGN_OR_RETURN(Node pattern, ParseSum());
  ASSIGN_OR_RETURN(Node node, Operation(Operator::kLike, std::move(first), std::move(pattern)));
  if (TakeWord("escape")) {
    ASSIGN_OR_RETURN(Node escape, ParseSum());
    node->operands.push_back(std::move(escape));
  }
  return Made(std::move(node));
}

Result<Parser::Node> Parser::ParseIs(Node first) {
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

Result<Parser::Node> Parser::ParseSum() {
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

Result<Parser::Node> Parser::ParseProduct() {
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

Result<Parser::Node> Parser::ParseSign() {
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

Result<Parser::Node> Parser::ParsePrimary() {
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

Result<Parser::Node> Parser::ParsePath() {
  Node node = Make(Expression::Kind::kPath);
  const Token first = Next();
  node->path.push_back({.name = first.text, .quoted = first.kind == Token::Kind::kQuotedWord});
  ASSIGN_OR_RETURN(auto steps, ParseSteps());
  std::move(steps.begin(), steps.end(), std::back_inserter(node->path));
  query_.paths.push_back(node.get());
  if (!in_aggregate_ && !in_where_) ++bare_paths_;
  return node;
}

Result<Parser::Node> Parser::ParseCase() {
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

Parser::Node Parser::Copy(const Expression& leaf) {
  Node node = Make(leaf.kind);
  node->literal = leaf.literal;
  node->path = leaf.path;
  if (leaf.kind == Expression::Kind::kPath) query_.paths.push_back(node.get());
  return node;
}

}  // namespace stratolite::s3::select
