#pragma once

#include <cstdint>
#include <vector>

#include "s3/select/query.hpp"
#include "s3/select/record_reader.hpp"
#include "s3/select/value.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::s3::select {

/// What an expression is evaluated against. Borrows all of it.
struct Scope {
  /// Null: there is none (the results of aggregates).
  const Record* record = nullptr;
  /// Records are rows of CSV.
  bool columns = false;
  /// By slot.
  const std::vector<Value>* aggregates = nullptr;
  TimePoint now;
};

/// Errors: CastFailed, ValueParseFailure, IntegerOverflow, IncorrectSqlFunctionArgumentType, ExternalEvalException, … Thread-safe.
Result<Value> Evaluate(const Expression& expression, const Scope& scope);
/// Of functions and CAST, whose operands are evaluated.
Result<Value> CallFunction(const Expression& expression, const std::vector<Value>& operands, const Scope& scope);
Result<Value> CastTo(CastType type, const Value& value);
/// `escape`: nullptr for none. Errors: LikeInvalidInputs, EvaluatorLikePatternInvalidEscapeSequence.
Result<Value> MatchLike(const Value& text, const Value& pattern, const Value* escape);
/// `+ - * / %`. A text that spells a number counts as one: every field of CSV is a text.
Result<Value> Calculate(Operator op, const Value& left, const Value& right);

/// One aggregate on its way through the records. Not thread-safe.
class Accumulator {
 public:
  explicit Accumulator(Aggregate aggregate) : aggregate_(aggregate) {}

  /// NULL and MISSING do not count.
  Result<void> Add(const Value& value);
  Result<Value> Finish() const;

 private:
  const Aggregate aggregate_;
  std::int64_t count_ = 0;
  Value value_ = Null{};
};

}  // namespace stratolite::s3::select
