#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/select/timestamp.hpp"
#include "s3/select/value.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3::select {

/// One step of a path: `.name`, `."Name"`, `[3]`, `[*]`, `.*`.
struct PathStep {
  enum class Kind { kName, kIndex, kEveryElement, kEveryMember };
  Kind kind = Kind::kName;
  std::string name;
  /// Written in double quotes: its case counts.
  bool quoted = false;
  std::size_t index = 0;

  bool Names(std::string_view member) const { return quoted ? member == name : SameName(member, name); }
};

enum class Operator {
  kOr,
  kAnd,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kNegate,
  kBetween,
  kIn,
  kLike,
  kIsNull,
  kIsMissing,
  kIsBool,
  kIsNumber,
  kIsText
};
enum class Aggregate { kCount, kSum, kAvg, kMin, kMax };
enum class Function {
  kCharLength,
  kLower,
  kUpper,
  kSubstring,
  kTrim,
  kDateAdd,
  kDateDiff,
  kExtract,
  kToString,
  kToTimestamp,
  kUtcNow,
  kCoalesce,
  kNullIf
};
enum class CastType { kBool, kInt, kText, kFloat, kDecimal, kTimestamp };
enum class TrimSide { kBoth, kLeading, kTrailing };

/// One node of an expression's tree, of which `kind` says which members count. Immutable once bound.
struct Expression {
  enum class Kind { kLiteral, kPath, kOperator, kAggregate, kFunction, kCast, kCase };
  /// A field of a CSV record that is not there.
  static constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

  Kind kind = Kind::kLiteral;
  Value literal = Null{};
  std::vector<PathStep> path;
  /// Of a path over CSV, once bound.
  std::size_t column = kNoColumn;
  Operator op = Operator::kOr;
  Aggregate aggregate = Aggregate::kCount;
  /// Which of the query's aggregates.
  std::size_t slot = 0;
  Function function = Function::kCoalesce;
  CastType cast = CastType::kText;
  DatePart part = DatePart::kYear;
  TrimSide trim = TrimSide::kBoth;
  /// Operands in the order of writing. CASE: pairs of condition and value, then what ELSE says. COUNT(*): none.
  std::vector<std::unique_ptr<Expression>> operands;
  /// Of CASE: whether there is an ELSE.
  bool has_else = false;
  int depth = 1;
};

struct Projection {
  std::unique_ptr<Expression> expression;
  /// Of the answer's member: the alias, a path's last name, else `_<position>`.
  std::string name;
};

/// One SELECT. Immutable once bound.
struct Query {
  /// `SELECT *`: no projections.
  bool all = false;
  std::vector<Projection> projections;
  /// Behind `S3Object[*]`.
  std::vector<PathStep> source;
  /// Empty: none.
  std::string alias;
  std::unique_ptr<Expression> where;
  std::optional<std::int64_t> limit;
  /// Of the select list.
  std::vector<Expression*> aggregates;
  /// Every path, for binding.
  std::vector<Expression*> paths;
};

/// The subset of SQL that S3 Select documents. Errors: those of its list whose codes begin with Parse and Lexer, and their relatives. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference.html
Result<Query> ParseQuery(std::string_view expression);

/// Finds the columns of a CSV file that paths name: by position, and with `headers` by name. Errors: MissingHeaders, AmbiguousFieldName, InvalidKeyPath,
/// InvalidColumnIndex.
Result<void> BindColumns(Query& query, const std::vector<std::string>* headers);
/// For JSON: aliases go, what is left leads into a record.
void BindRecords(Query& query);

}  // namespace stratolite::s3::select
