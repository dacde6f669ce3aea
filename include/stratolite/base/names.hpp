#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace stratolite {

/// A string that must not be mixed up with another kind of string. `Tag` only tells kinds apart.
template <typename Tag>
class StrongString {
 public:
  StrongString() = default;
  explicit StrongString(std::string value) : value_(std::move(value)) {}

  const std::string& str() const { return value_; }
  bool empty() const { return value_.empty(); }
  auto operator<=>(const StrongString&) const = default;

 private:
  std::string value_;
};

/// Twelve digits.
using AccountId = StrongString<struct AccountIdTag>;
/// `us-east-1`. Any name of AWS's form is accepted, listed regions or not.
using Region = StrongString<struct RegionTag>;

bool IsAccountId(std::string_view text);
bool IsRegionName(std::string_view text);
/// `aws`, `aws-cn`, `aws-us-gov`, …: which partition a region belongs to.
std::string_view PartitionOf(const Region& region);
/// `amazonaws.com`, in China `amazonaws.com.cn`.
std::string_view DnsSuffixOf(const Region& region);

/// Where a resource lives: state is keyed by it. Global services (IAM, Route 53) use a fixed region of their own choice.
struct Scope {
  AccountId account;
  Region region;
  auto operator<=>(const Scope&) const = default;
};

/// `arn:partition:service:region:account:resource`. Immutable.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
struct Arn {
  std::string partition;
  std::string service;
  std::string region;
  std::string account;
  std::string resource;

  /// nullopt: fewer than six parts, or no `arn:`.
  static std::optional<Arn> Parse(std::string_view text);
  std::string ToString() const;
};

Arn MakeArn(std::string_view service, const Scope& scope, std::string resource);

}  // namespace stratolite
