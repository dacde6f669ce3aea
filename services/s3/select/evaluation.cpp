#include "s3/select/evaluation.hpp"

#include "s3/select/errors.hpp"

namespace stratolite::s3::select {
namespace {

Value FollowPath(const Value& root, const std::vector<PathStep>& path) {
  const Value* at = &root;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const PathStep& step = path[i];
    if (step.kind == PathStep::Kind::kIndex) {
      const List* const list = at->list();
      if (list == nullptr || step.index >= list->size()) return Missing{};
      at = &(*list)[step.index];
      continue;
    }
    const Members* const members = at->members();
    if (members == nullptr) {
      // A record that is no object has one column.
      if (i == 0 && step.name == "_1" && !at->is_missing()) continue;
      return Missing{};
    }
    const Value* next = nullptr;
    for (const auto& [name, value] : *members) {
      if (step.Names(name)) {
        next = &value;
        break;
      }
    }
    if (next == nullptr) return Missing{};
    at = next;
  }
  return *at;
}

Value ReadPath(const Expression& expression, const Scope& scope) {
  if (scope.record == nullptr) return Missing{};
  if (!scope.columns) return FollowPath(scope.record->tree, expression.path);
  const auto& fields = scope.record->fields;
  return expression.column < fields.size() ? Value(fields[expression.column]) : Value(Missing{});
}

// A condition is true, false or unknown.
Result<Value> Condition(Value value) {
  if (value.is_absent()) return Value(Null{});
  if (value.As<bool>()) return value;
  return SelectError("ExternalEvalException");
}

Result<Value> EvaluateLogic(const Expression& expression, const Scope& scope) {
  const bool decides = expression.op == Operator::kOr;
  bool unknown = false;
  for (const auto& operand : expression.operands) {
    ASSIGN_OR_RETURN(Value raw, Evaluate(*operand, scope));
    ASSIGN_OR_RETURN(const Value value, Condition(std::move(raw)));
    if (value.is_absent()) {
      unknown = true;
    } else if (value.is_true() == decides) {
      return value;
    }
  }
  return unknown ? Value(Null{}) : Value(!decides);
}

Value CompareBy(Operator op, const Value& left, const Value& right) {
  if (left.is_absent() || right.is_absent()) return Null{};
  const auto order = Compare(left, right);
  const bool equal = order && *order == 0;
  if (op == Operator::kEqual) return equal;
  if (op == Operator::kNotEqual) return !equal;
  if (!order || *order == std::partial_ordering::unordered) return Null{};
  if (op == Operator::kLess) return *order < 0;
  if (op == Operator::kLessOrEqual) return *order <= 0;
  return op == Operator::kGreater ? *order > 0 : *order >= 0;
}

Value Between(const Value& value, const Value& low, const Value& high) {
  const Value above = CompareBy(Operator::kGreaterOrEqual, value, low);
  const Value below = CompareBy(Operator::kLessOrEqual, value, high);
  if (above.is_true() && below.is_true()) return true;
  const bool no = (above.As<bool>() && !above.is_true()) || (below.As<bool>() && !below.is_true());
  return no ? Value(false) : Value(Null{});
}

Value IsIn(const std::vector<Value>& operands) {
  if (operands[0].is_absent()) return Null{};
  bool unknown = false;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    const Value equal = CompareBy(Operator::kEqual, operands[0], operands[i]);
    if (equal.is_true()) return true;
    unknown = unknown || equal.is_absent();
  }
  return unknown ? Value(Null{}) : Value(false);
}

Result<Value> EvaluateOperator(const Expression& expression, const Scope& scope) {
  const Operator op = expression.op;
  if (op == Operator::kOr || op == Operator::kAnd) return EvaluateLogic(expression, scope);
  std::vector<Value> operands;
  for (const auto& operand : expression.operands) {
    ASSIGN_OR_RETURN(Value value, Evaluate(*operand, scope));
    operands.push_back(std::move(value));
  }
  const Value& first = operands[0];
  switch (op) {
    case Operator::kNot: {
      ASSIGN_OR_RETURN(const Value condition, Condition(first));
      return condition.is_absent() ? condition : Value(!condition.is_true());
    }
    case Operator::kNegate:
      return Calculate(Operator::kSubtract, Value(std::int64_t{0}), first);
    case Operator::kBetween:
      return Between(first, operands[1], operands[2]);
    case Operator::kIn:
      return IsIn(operands);
    case Operator::kLike:
      return MatchLike(first, operands[1], operands.size() > 2 ? &operands[2] : nullptr);
    case Operator::kIsNull:
      return Value(first.is_absent());
    case Operator::kIsMissing:
      return Value(first.is_missing());
    case Operator::kIsBool:
      return Value(first.As<bool>() != nullptr);
    case Operator::kIsNumber:
      return Value(first.is_number());
    case Operator::kIsText:
      return Value(first.As<std::string>() != nullptr);
    case Operator::kAdd:
    case Operator::kSubtract:
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kRemainder:
      return Calculate(op, first, operands[1]);
    default:
      return CompareBy(op, first, operands[1]);
  }
}

Result<Value> EvaluateCase(const Expression& expression, const Scope& scope) {
  const auto& operands = expression.operands;
  for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
    ASSIGN_OR_RETURN(Value raw, Evaluate(*operands[i], scope));
    ASSIGN_OR_RETURN(const Value condition, Condition(std::move(raw)));
    if (condition.is_true()) return Evaluate(*operands[i + 1], scope);
  }
  if (expression.has_else) return Evaluate(*operands.back(), scope);
  return Value(Null{});
}

Result<Value> EvaluateCall(const Expression& expression, const Scope& scope) {
  std::vector<Value> operands;
  for (const auto& operand : expression.operands) {
    ASSIGN_OR_RETURN(Value value, Evaluate(*operand, scope));
    operands.push_back(std::move(value));
  }
  if (expression.kind == Expression::Kind::kCast) return CastTo(expression.cast, operands[0]);
  return CallFunction(expression, operands, scope);
}

// Texts that spell numbers count as numbers.
Value AsNumber(const Value& value) {
  const auto* text = value.As<std::string>();
  const auto number = text ? NumberOf(*text) : std::nullopt;
  return number ? *number : value;
}

Result<Value> CalculateWhole(Operator op, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool overflow = false;
  if (op == Operator::kAdd) {
    overflow = __builtin_add_overflow(left, right, &result);
  } else if (op == Operator::kSubtract) {
    overflow = __builtin_sub_overflow(left, right, &result);
  } else if (op == Operator::kMultiply) {
    overflow = __builtin_mul_overflow(left, right, &result);
  } else if (right == -1) {
    overflow = op == Operator::kDivide && __builtin_sub_overflow(std::int64_t{0}, left, &result);
  } else {
    result = op == Operator::kDivide ? left / right : left % right;
  }
  if (overflow) return SelectError("IntegerOverflow");
  return Value(result);
}

}  // namespace

Result<Value> Calculate(Operator op, const Value& left, const Value& right) {
  if (left.is_absent() || right.is_absent()) return Value(Null{});
  const Value a = AsNumber(left);
  const Value b = AsNumber(right);
  if (!a.is_number() || !b.is_number()) return SelectError("ExternalEvalException");
  const auto x = ToDecimal(a);
  const auto y = ToDecimal(b);
  if (!x || !y) return SelectError("ExternalEvalException");
  const bool divides = op == Operator::kDivide || op == Operator::kRemainder;
  if (divides && y->is_zero()) return SelectError("ExternalEvalException");
  if (a.As<std::int64_t>() && b.As<std::int64_t>()) {
    return CalculateWhole(op, *a.As<std::int64_t>(), *b.As<std::int64_t>());
  }
  const bool real = a.As<double>() || b.As<double>();
  const Decimal result = op == Operator::kAdd        ? *x + *y
                         : op == Operator::kSubtract ? *x - *y
                         : op == Operator::kMultiply ? *x * *y
                         : op == Operator::kDivide   ? *x / *y
                                                     : *x % *y;
  return real ? Value(result.ToDouble()) : Value(result);
}

Result<Value> Evaluate(const Expression& expression, const Scope& scope) {
  switch (expression.kind) {
    case Expression::Kind::kLiteral:
      return expression.literal;
    case Expression::Kind::kPath:
      return ReadPath(expression, scope);
    case Expression::Kind::kOperator:
      return EvaluateOperator(expression, scope);
    case Expression::Kind::kAggregate:
      return scope.aggregates != nullptr ? (*scope.aggregates)[expression.slot] : Value(Null{});
    case Expression::Kind::kCase:
      return EvaluateCase(expression, scope);
    case Expression::Kind::kFunction:
    case Expression::Kind::kCast:
      break;
  }
  return EvaluateCall(expression, scope);
}

Result<void> Accumulator::Add(const Value& value) {
  if (value.is_absent()) return {};
  ++count_;
  if (aggregate_ == Aggregate::kCount) return {};
  const Value number = AsNumber(value);
  const bool extreme = aggregate_ == Aggregate::kMin || aggregate_ == Aggregate::kMax;
  if (!number.is_number() && !(extreme && number.As<Timestamp>()))
    return SelectError("IncorrectSqlFunctionArgumentType");
  if (value_.is_absent()) {
    value_ = number;
    return {};
  }
  if (!extreme) {
    ASSIGN_OR_RETURN(value_, Calculate(Operator::kAdd, value_, number));
    return {};
  }
  const auto order = Compare(number, value_);
  if (!order) return SelectError("IncorrectSqlFunctionArgumentType");
  if (aggregate_ == Aggregate::kMin ? *order < 0 : *order > 0) value_ = number;
  return {};
}

Result<Value> Accumulator::Finish() const {
  if (aggregate_ == Aggregate::kCount) return Value(count_);
  if (aggregate_ != Aggregate::kAvg || count_ == 0) return value_;
  // An average of whole numbers has a fraction.
  if (const auto* sum = value_.As<std::int64_t>()) return Value(Decimal(*sum) / Decimal(count_));
  return Calculate(Operator::kDivide, value_, Value(count_));
}

}  // namespace stratolite::s3::select
