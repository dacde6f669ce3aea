#pragma once

#include <memory>
#include <string_view>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::patterns {

/// A filter policy of an SNS subscription. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
class FilterPolicy {
 public:
  enum class Scope { kMessageAttributes, kMessageBody };

  /// InvalidParameter in AWS's words (`Invalid parameter: FilterPolicy: …`).
  static Result<FilterPolicy> Parse(std::string_view text, Scope scope);
  Scope scope() const;
  /// `attributes`: as Publish takes them (`{"name": {"DataType": …, "StringValue": …}}`).
  bool MatchesAttributes(const Json& attributes) const;
  /// `body`: the message as JSON text; what is no JSON object matches nothing.
  bool MatchesBody(std::string_view body) const;

  struct Compiled;

 private:
  explicit FilterPolicy(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace stratolite::patterns
