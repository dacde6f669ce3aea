#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::patterns {

/// A filter policy of an SNS subscription. Immutable. Thread-safe.
///
/// The operators are those of event patterns; numbers are compared within ±1e9, to five decimal places. At most 5 keys and 150 combinations of values.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
class FilterPolicy {
 public:
  enum class Scope { kMessageAttributes, kMessageBody };

  /// InvalidParameter in AWS's words: `Invalid parameter: FilterPolicy: …`. `parameter` is what stands for `FilterPolicy` there: Subscribe says
  /// `Attributes Reason: FilterPolicy`. `{}` is a policy: it takes every message.
  static Result<FilterPolicy> Parse(std::string_view text, Scope scope, std::string_view parameter = "FilterPolicy");
  Scope scope() const;
  /// `attributes`: as Publish takes them (`{"name": {"DataType": …, "StringValue": …}}`); null: none. Binary attributes are not looked at.
  bool MatchesAttributes(const Json& attributes) const;
  /// `body`: the message as JSON text; what is no JSON object matches nothing.
  bool MatchesBody(std::string_view body) const;

  struct Compiled;

 private:
  explicit FilterPolicy(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace stratolite::patterns
