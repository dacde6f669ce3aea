#include <algorithm>
#include <cmath>

#include "s3/select/errors.hpp"
#include "s3/select/evaluation.hpp"
#include "s3/select/text.hpp"

namespace stratolite::s3::select {
namespace {

AwsError WrongType() { return SelectError("IncorrectSqlFunctionArgumentType"); }

bool AnyAbsent(const std::vector<Value>& operands) {
  return std::any_of(operands.begin(), operands.end(), [](const Value& each) { return each.is_absent(); });
}

Result<std::int64_t> WholeOf(const Value& value) {
  const auto* text = value.As<std::string>();
  const auto number = text ? NumberOf(*text) : std::optional<Value>(value);
  const auto decimal = number ? ToDecimal(*number) : std::nullopt;
  const auto whole = decimal ? decimal->Truncated() : std::nullopt;
  if (!whole) return WrongType();
  return *whole;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-string.html: characters before the first are counted, not returned.
Result<Value> Substring(const std::vector<Value>& operands) {
  const auto* text = operands[0].As<std::string>();
  if (text == nullptr) return WrongType();
  ASSIGN_OR_RETURN(const std::int64_t start, WholeOf(operands[1]));
  const auto size = static_cast<std::int64_t>(CountCharacters(*text));
  std::int64_t end = size + 1;
  if (operands.size() > 2) {
    ASSIGN_OR_RETURN(const std::int64_t length, WholeOf(operands[2]));
    if (length < 0) return SelectError("EvaluatorInvalidArguments");
    if (__builtin_add_overflow(start, length, &end)) end = size + 1;
  }
  const std::int64_t first = std::clamp<std::int64_t>(start, 1, size + 1);
  const std::int64_t last = std::clamp<std::int64_t>(end, first, size + 1);
  return Value(
      std::string(Characters(*text, static_cast<std::size_t>(first - 1), static_cast<std::size_t>(last - first))));
}

Result<Value> Trim(const Expression& expression, const std::vector<Value>& operands) {
  const auto* text = operands[0].As<std::string>();
  const std::string blank = " ";
  const auto* set = operands.size() > 1 ? operands[1].As<std::string>() : &blank;
  if (text == nullptr || set == nullptr) return WrongType();
  return Value(std::string(
      TrimCharacters(*text, *set, expression.trim != TrimSide::kTrailing, expression.trim != TrimSide::kLeading)));
}

Result<Timestamp> TimeOf(const Value& value) {
  if (const auto* time = value.As<Timestamp>()) return *time;
  return WrongType();
}

Result<Value> CallDateFunction(const Expression& expression, const std::vector<Value>& operands) {
  switch (expression.function) {
    case Function::kDateAdd: {
      ASSIGN_OR_RETURN(const std::int64_t count, WholeOf(operands[0]));
      ASSIGN_OR_RETURN(const Timestamp time, TimeOf(operands[1]));
      const auto moved = time.Add(expression.part, count);
      if (!moved) return SelectError("ExternalEvalException");
      return Value(*moved);
    }
    case Function::kDateDiff: {
      ASSIGN_OR_RETURN(const Timestamp from, TimeOf(operands[0]));
      ASSIGN_OR_RETURN(const Timestamp to, TimeOf(operands[1]));
      return Value(from.Difference(expression.part, to));
    }
    case Function::kExtract: {
      ASSIGN_OR_RETURN(const Timestamp time, TimeOf(operands[0]));
      return Value(time.Part(expression.part));
    }
    case Function::kToString: {
      ASSIGN_OR_RETURN(const Timestamp time, TimeOf(operands[0]));
      const auto* pattern = operands[1].As<std::string>();
      if (pattern == nullptr) return WrongType();
      ASSIGN_OR_RETURN(std::string text, time.Format(*pattern));
      return Value(std::move(text));
    }
    default: {
      const auto* text = operands[0].As<std::string>();
      if (text == nullptr) return WrongType();
      const auto time = Timestamp::Parse(*text);
      if (!time) return SelectError("ValueParseFailure");
      return Value(*time);
    }
  }
}

Value NullIf(const Value& left, const Value& right) {
  if (left.is_absent()) return Null{};
  const auto order = right.is_absent() ? std::nullopt : Compare(left, right);
  return order && *order == 0 ? Value(Null{}) : left;
}

AwsError CastFailed() { return SelectError("CastFailed"); }

Result<Value> CastToNumber(CastType type, const Value& value) {
  std::optional<Value> number;
  if (const auto* text = value.As<std::string>()) {
    number = NumberOf(*text);
    // A text must spell the type itself.
    if (number && type == CastType::kInt && !number->As<std::int64_t>()) return CastFailed();
  } else if (const auto* truth = value.As<bool>()) {
    number = Value(std::int64_t{*truth ? 1 : 0});
  } else if (value.is_number()) {
    number = value;
  }
  const auto decimal = number ? ToDecimal(*number) : std::nullopt;
  if (!decimal) return CastFailed();
  if (type == CastType::kDecimal) return Value(*decimal);
  if (type == CastType::kFloat) {
    if (number->As<double>()) return *number;
    const double real = decimal->ToDouble();
    if (!std::isfinite(real)) return CastFailed();
    return Value(real);
  }
  const auto whole = decimal->Truncated();
  if (!whole) return SelectError("IntegerOverflow");
  return Value(*whole);
}

Result<Value> CastToBool(const Value& value) {
  if (value.As<bool>()) return value;
  if (const auto* text = value.As<std::string>()) {
    if (SameName(*text, "true")) return Value(true);
    if (SameName(*text, "false")) return Value(false);
    return CastFailed();
  }
  const auto decimal = ToDecimal(value);
  if (!decimal) return CastFailed();
  return Value(!decimal->is_zero());
}

}  // namespace

Result<Value> CastTo(CastType type, const Value& value) {
  if (value.is_absent()) return value;
  switch (type) {
    case CastType::kBool:
      return CastToBool(value);
    case CastType::kText:
      if (value.list() || value.members()) return CastFailed();
      return Value(ToText(value));
    case CastType::kTimestamp: {
      if (value.As<Timestamp>()) return value;
      const auto* text = value.As<std::string>();
      const auto time = text ? Timestamp::Parse(*text) : std::nullopt;
      if (!time) return CastFailed();
      return Value(*time);
    }
    default:
      return CastToNumber(type, value);
  }
}

Result<Value> CallFunction(const Expression& expression, const std::vector<Value>& operands, const Scope& scope) {
  switch (expression.function) {
    case Function::kUtcNow:
      return Value(Timestamp::At(scope.now));
    case Function::kCoalesce: {
      const auto found =
          std::find_if(operands.begin(), operands.end(), [](const Value& each) { return !each.is_absent(); });
      return found == operands.end() ? Value(Null{}) : *found;
    }
    case Function::kNullIf:
      return NullIf(operands[0], operands[1]);
    default:
      break;
  }
  if (AnyAbsent(operands)) return Value(Null{});
  const auto* text = operands[0].As<std::string>();
  switch (expression.function) {
    case Function::kCharLength:
      if (text == nullptr) return WrongType();
      return Value(static_cast<std::int64_t>(CountCharacters(*text)));
    case Function::kLower:
    case Function::kUpper:
      if (text == nullptr) return WrongType();
      return Value(expression.function == Function::kLower ? LowerCase(*text) : UpperCase(*text));
    case Function::kSubstring:
      return Substring(operands);
    case Function::kTrim:
      return Trim(expression, operands);
    default:
      return CallDateFunction(expression, operands);
  }
}

Result<Value> MatchLike(const Value& text, const Value& pattern, const Value* escape) {
  if (text.is_absent() || pattern.is_absent() || (escape && escape->is_absent())) return Value(Null{});
  const auto* subject = text.As<std::string>();
  const auto* wanted = pattern.As<std::string>();
  const auto* mark = escape ? escape->As<std::string>() : nullptr;
  if (!subject || !wanted || (escape && !mark)) return SelectError("LikeInvalidInputs");
  if (mark && CountCharacters(*mark) != 1) return SelectError("EvaluatorLikePatternInvalidEscapeSequence");
  const auto parsed = LikePattern::Parse(*wanted, mark ? *mark : std::string());
  if (!parsed) return SelectError("EvaluatorLikePatternInvalidEscapeSequence");
  return Value(parsed->Matches(*subject));
}

}  // namespace stratolite::s3::select
