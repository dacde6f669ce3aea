#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "s3/select/lexer.hpp"
#include "s3/select/query.hpp"

namespace stratolite::s3::select {

/// The deepest tree: trees are walked by recursion.
inline constexpr int kMaxExpressionDepth = 200;

/// Makes a Query of the tokens of a statement, by recursive descent: one method for each rule of the grammar, from the loosest binding to the tightest. Each
/// begins at the first token of what it reads and ends behind the last one. Errors are S3's own codes (`ParseExpectedTypeName`). Once. Not thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference.html
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Query> ParseAll();

 private:
  using Node = std::unique_ptr<Expression>;

  /// The last token is the end, which never goes.
  const Token& Peek(std::size_t ahead = 0) const;
  Token Next();
  bool Take(std::string_view symbol);
  bool TakeWord(std::string_view word);
  AwsError Unexpected() const;
  static bool IsReserved(const Token& token);
  static bool IsName(const Token& token);
  static bool IsJoin(const Token& token);

  // The statement: parser.cpp.
  Result<void> ParseSelectList();
  Result<void> ParseSource();
  /// `SELECT s.*` is `SELECT *`; elsewhere only FROM has wildcards.
  Result<void> ResolveStar();
  Result<void> ParseLimit();
  Result<std::vector<PathStep>> ParseSteps();

  // Expressions: expression_parser.cpp.
  static Node Make(Expression::Kind kind);
  /// The node once it has its operands. Errors: it is too deep.
  Result<Node> Made(Node node);
  Result<Node> Operation(Operator op, Node first, Node second = nullptr);
  Node Copy(const Expression& leaf);
  Result<Node> ParseExpression();
  Result<Node> ParseOr();
  Result<Node> ParseAnd();
  Result<Node> ParseNot();
  Result<Node> ParseComparison();
  Result<Node> ParseBetween(Node first);
  Result<Node> ParseIn(Node first);
  Result<Node> ParseLike(Node first);
  Result<Node> ParseIs(Node first);
  Result<Node> ParseSum();
  Result<Node> ParseProduct();
  Result<Node> ParseSign();
  Result<Node> ParsePrimary();
  Result<Node> ParsePath();
  Result<Node> ParseCase();

  // What has parentheses: call_parser.cpp.
  Result<Node> ParseCast();
  Result<Node> ParseCall();
  /// Takes the parenthesis behind a call.
  Result<Node> Closed(Node node);
  Result<Node> ParseAggregate(Aggregate aggregate);
  Result<Node> ParseSubstring();
  /// `TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text)`: the text comes first here.
  Result<Node> ParseTrim();
  /// `zones`: parts of the time zone are parts, too.
  Result<DatePart> ParsePart(bool zones);
  Result<Node> ParseExtract();
  Result<Node> ParseDateCall(Function function);

  const std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Query query_;
  int nesting_ = 0;
  bool in_aggregate_ = false;
  bool in_where_ = false;
  /// Paths of the select list outside of aggregates.
  std::size_t bare_paths_ = 0;
};

}  // namespace stratolite::s3::select
