#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/text_template.hpp"
#include "auth/policy/value_test.hpp"

namespace stratolite::auth::language {

/// `ForAnyValue:StringNotLikeIfExists`, taken apart. Plain data.
struct ConditionOperator {
  enum class Quantifier { kNone, kForAllValues, kForAnyValue };
  Quantifier quantifier = Quantifier::kNone;
  /// nullopt: `Null`.
  std::optional<Comparison> comparison;
  bool negated = false;
  bool if_exists = false;
};
/// nullopt: there is no such operator.
std::optional<ConditionOperator> ParseConditionOperator(std::string_view name);

/// One key of one operator of a statement's Condition, with its values. Immutable once built. Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
class Condition {
 public:
  /// `operator_name` as written.
  Condition(ConditionOperator op, std::string operator_name, std::string key);
  void AddValue(std::string_view text, bool variables);

  bool Matches(const AccessContext& context) const;
  const std::string& key() const { return key_; }
  const std::string& operator_name() const { return operator_name_; }
  const std::vector<TextTemplate>& templates() const { return templates_; }

 private:
  bool MatchesNull(bool absent) const;
  bool AnyValueEquals(std::string_view value, const AccessContext& context) const;

  ConditionOperator operator_;
  std::string operator_name_;
  std::string key_;
  std::vector<ValueTestPtr> tests_;
  /// Values with variables.
  std::vector<TextTemplate> templates_;
  /// Of `Null`.
  bool wants_null_ = false;
  bool wants_value_ = false;
};

}  // namespace stratolite::auth::language
