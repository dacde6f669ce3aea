#include "stratolite/patterns/filter_policy.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "patterns/branch_matcher.hpp"
#include "patterns/pattern_compiler.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::patterns {
namespace {

/// https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
constexpr std::size_t kMaxKeys = 5;
constexpr std::size_t kMaxCombinations = 150;
constexpr std::string_view kRedacted = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";

/// SNS reads the whole text before it reads the policy, and words what is no JSON otherwise.
std::string JsonProblem(std::string_view text) {
  internal::JsonReader reader(text);
  while (reader.Next() != internal::JsonReader::Token::kEnd) {
    if (!reader.ok())
      return "failed to parse JSON. " + reader.ErrorMessage(kRedacted) +
             internal::DescribePlace(kRedacted, reader.error_place());
  }
  return {};
}

bool IsEmptyPolicy(std::string_view text) {
  internal::JsonReader reader(text);
  return reader.Next() == internal::JsonReader::Token::kStartObject &&
         reader.Next() == internal::JsonReader::Token::kEndObject;
}

/// The number of values of each key, for a nested one times its depth, all multiplied.
std::size_t Combinations(const internal::Branch& branch, FilterPolicy::Scope scope) {
  std::size_t combinations = 1;
  for (const auto& [path, tests] : branch) {
    const bool body = scope == FilterPolicy::Scope::kMessageBody;
    const auto depth = body ? static_cast<std::size_t>(std::count(path.begin(), path.end(), '.')) + 1 : 1;
    combinations *= tests->size() * depth;
    if (combinations > kMaxCombinations) break;
  }
  return combinations;
}

std::string LimitProblem(const internal::CompiledPattern& compiled, FilterPolicy::Scope scope) {
  if (scope == FilterPolicy::Scope::kMessageAttributes && compiled.nested) {
    return "Filter policy scope MessageAttributes does not support nested filter policy";
  }
  std::set<std::string_view> keys;
  std::size_t combinations = 0;
  for (const internal::Branch& branch : compiled.branches) {
    for (const auto& [path, tests] : branch) keys.insert(path);
    combinations += Combinations(branch, scope);
  }
  if (keys.size() > kMaxKeys) return "Filter policy can not have more than 5 keys";
  if (combinations > kMaxCombinations) return "Filter policy is too complex";
  return {};
}

const std::string* StringMember(const Json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() ? nullptr : member->get_ptr<const std::string*>();
}

void AddAttribute(int node, const std::string& type, const std::string& value, internal::FlatEvent* event) {
  const bool array = type == "String.Array";
  if (array || type.starts_with("Number")) {
    const Json document = ParseJsonText(value);
    if ((array ? document.is_array() : document.is_number()) && event->AddJsonText(node, value)) return;
  }
  event->AddString(node, value);
}

/// No attribute is null: AWS takes `null` in a policy for one that is not there.
void LetNullBeAbsent(internal::PlacedBranch* branch) {
  for (internal::PlacedBranch::Item& item : branch->items) {
    item.may_be_absent = item.may_be_absent ||
                         std::any_of(item.tests->begin(), item.tests->end(),
                                     [](const auto& test) { return test.kind == internal::ValueTest::Kind::kNull; });
  }
}

}  // namespace

struct FilterPolicy::Compiled {
  Scope scope;
  /// `{}`.
  bool takes_all = false;
  internal::PathTree tree = {};
  std::vector<internal::PlacedBranch> branches = {};

  bool Takes(const internal::FlatEvent& event) const {
    return std::any_of(branches.begin(), branches.end(),
                       [&](const internal::PlacedBranch& branch) { return internal::Matches(branch, event); });
  }
};

FilterPolicy::Scope FilterPolicy::scope() const { return compiled_->scope; }

Result<FilterPolicy> FilterPolicy::Parse(std::string_view text, Scope scope, std::string_view parameter) {
  const auto invalid = [&](const std::string& reason) {
    return AwsError{.code = "InvalidParameter",
                    .message = "Invalid parameter: " + std::string(parameter) + ": " + reason};
  };
  if (const std::string problem = JsonProblem(text); !problem.empty()) return invalid(problem);
  auto policy = std::make_shared<Compiled>(Compiled{.scope = scope, .takes_all = IsEmptyPolicy(text)});
  if (policy->takes_all) return FilterPolicy(std::move(policy));

  auto compiled = internal::CompilePattern(text, internal::kSnsNumbers);
  if (const auto* error = std::get_if<internal::PatternError>(&compiled)) return invalid(error->reason);
  const auto& pattern = std::get<internal::CompiledPattern>(compiled);
  if (const std::string problem = LimitProblem(pattern, scope); !problem.empty()) return invalid(problem);
  for (const internal::Branch& branch : pattern.branches) {
    internal::PlacedBranch& placed = policy->branches.emplace_back(branch, &policy->tree);
    if (scope == Scope::kMessageAttributes) LetNullBeAbsent(&placed);
  }
  return FilterPolicy(std::move(policy));
}

bool FilterPolicy::MatchesAttributes(const Json& attributes) const {
  if (compiled_->takes_all) return true;
  internal::FlatEvent event(compiled_->tree, internal::kSnsNumbers);
  if (attributes.is_object()) {
    for (auto attribute = attributes.begin(); attribute != attributes.end(); ++attribute) {
      const int node = compiled_->tree.Child(internal::PathTree::kRoot, attribute.key());
      if (node == internal::PathTree::kNone || !compiled_->tree.asked(node) || !attribute->is_object()) continue;
      const std::string* type = StringMember(*attribute, "DataType");
      const std::string* value = StringMember(*attribute, "StringValue");
      if (type && value && !type->starts_with("Binary")) AddAttribute(node, *type, *value, &event);
    }
  }
  event.Seal();
  return compiled_->Takes(event);
}

bool FilterPolicy::MatchesBody(std::string_view body) const {
  if (compiled_->takes_all) return true;
  internal::FlatEvent event(compiled_->tree, internal::kSnsNumbers);
  return event.ReadText(body) && compiled_->Takes(event);
}

}  // namespace stratolite::patterns
