#include "auth/policy/condition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "stratolite/base/encoding.hpp"

namespace stratolite::auth::language {
namespace {

struct NamedComparison {
  /// Lower case.
  std::string_view name;
  Comparison comparison;
  bool negated = false;
};

constexpr std::array kComparisons = {
    NamedComparison{"stringequals", Comparison::kStringEquals},
    NamedComparison{"stringnotequals", Comparison::kStringEquals, true},
    NamedComparison{"stringequalsignorecase", Comparison::kStringEqualsIgnoreCase},
    NamedComparison{"stringnotequalsignorecase", Comparison::kStringEqualsIgnoreCase, true},
    NamedComparison{"stringlike", Comparison::kStringLike},
    NamedComparison{"stringnotlike", Comparison::kStringLike, true},
    NamedComparison{"numericequals", Comparison::kNumericEquals},
    NamedComparison{"numericnotequals", Comparison::kNumericEquals, true},
    NamedComparison{"numericlessthan", Comparison::kNumericLess},
    NamedComparison{"numericlessthanequals", Comparison::kNumericLessOrEqual},
    NamedComparison{"numericgreaterthan", Comparison::kNumericGreater},
    NamedComparison{"numericgreaterthanequals", Comparison::kNumericGreaterOrEqual},
    NamedComparison{"dateequals", Comparison::kDateEquals},
    NamedComparison{"datenotequals", Comparison::kDateEquals, true},
    NamedComparison{"datelessthan", Comparison::kDateLess},
    NamedComparison{"datelessthanequals", Comparison::kDateLessOrEqual},
    NamedComparison{"dategreaterthan", Comparison::kDateGreater},
    NamedComparison{"dategreaterthanequals", Comparison::kDateGreaterOrEqual},
    NamedComparison{"bool", Comparison::kBool},
    NamedComparison{"binaryequals", Comparison::kBinaryEquals},
    NamedComparison{"ipaddress", Comparison::kIpAddress},
    NamedComparison{"notipaddress", Comparison::kIpAddress, true},
    NamedComparison{"arnequals", Comparison::kArn},
    NamedComparison{"arnnotequals", Comparison::kArn, true},
    NamedComparison{"arnlike", Comparison::kArn},
    NamedComparison{"arnnotlike", Comparison::kArn, true},
};

constexpr std::string_view kForAllValues = "forallvalues:";
constexpr std::string_view kForAnyValue = "foranyvalue:";
constexpr std::string_view kIfExists = "ifexists";

}  // namespace

std::optional<ConditionOperator> ParseConditionOperator(std::string_view name) {
  using Quantifier = ConditionOperator::Quantifier;
  const std::string lowered = AsciiLower(name);
  std::string_view left = lowered;
  ConditionOperator op;
  if (left.starts_with(kForAllValues)) {
    op.quantifier = Quantifier::kForAllValues;
    left.remove_prefix(kForAllValues.size());
  } else if (left.starts_with(kForAnyValue)) {
    op.quantifier = Quantifier::kForAnyValue;
    left.remove_prefix(kForAnyValue.size());
  }
  if (left == "null") return op;
  if (left.ends_with(kIfExists)) {
    op.if_exists = true;
    left.remove_suffix(kIfExists.size());
  }
  const auto* const found = std::ranges::find(kComparisons, left, &NamedComparison::name);
  if (found == kComparisons.end()) return std::nullopt;
  op.comparison = found->comparison;
  op.negated = found->negated;
  return op;
}

Condition::Condition(ConditionOperator op, std::string operator_name, std::string key)
    : operator_(op), operator_name_(std::move(operator_name)), key_(std::move(key)) {}

void Condition::AddValue(std::string_view text, bool variables) {
  if (!operator_.comparison) {
    const std::string lowered = AsciiLower(text);
    wants_null_ = wants_null_ || lowered == "true";
    wants_value_ = wants_value_ || lowered == "false";
    return;
  }
  TextTemplate value(text, {.variables = variables, .wildcards = WantsWildcards(*operator_.comparison)});
  if (value.fixed()) {
    tests_.push_back(MakeValueTest(*operator_.comparison, value.tokens()));
  } else {
    templates_.push_back(std::move(value));
  }
}

bool Condition::MatchesNull(bool absent) const { return absent ? wants_null_ : wants_value_; }

bool Condition::AnyValueEquals(std::string_view value, const AccessContext& context) const {
  if (std::ranges::any_of(tests_, [&](const ValueTestPtr& test) { return test->Matches(value); })) return true;
  return std::ranges::any_of(templates_, [&](const TextTemplate& text) {
    auto tokens = text.Expand(context);
    return tokens && MakeValueTest(*operator_.comparison, *std::move(tokens))->Matches(value);
  });
}

bool Condition::Matches(const AccessContext& context) const {
  using Quantifier = ConditionOperator::Quantifier;
  const AccessContext::Values* values = context.Find(key_);
  // A key without values is a key that is not there.
  const bool absent = values == nullptr || values->empty();
  if (!operator_.comparison) return MatchesNull(absent);
  if (absent) {
    if (operator_.if_exists) return true;
    if (operator_.quantifier == Quantifier::kForAllValues) return true;
    if (operator_.quantifier == Quantifier::kForAnyValue) return false;
    return operator_.negated;
  }
  const auto holds = [&](const std::string& value) { return AnyValueEquals(value, context) != operator_.negated; };
  switch (operator_.quantifier) {
    case Quantifier::kForAllValues:
      // "Or if the key values resolve to a null data set, such as an empty string."
      return (values->size() == 1 && values->front().empty()) || std::ranges::all_of(*values, holds);
    case Quantifier::kForAnyValue:
      return std::ranges::any_of(*values, holds);
    case Quantifier::kNone:
      break;
  }
  // Several values where one is expected: one of them may be meant, and none of them may be what is excluded.
  return operator_.negated ? std::ranges::all_of(*values, holds) : std::ranges::any_of(*values, holds);
}

}  // namespace stratolite::auth::language
