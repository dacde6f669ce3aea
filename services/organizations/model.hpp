#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::organizations {

using Tags = std::map<std::string, std::string>;

inline constexpr std::string_view kServiceControl = "SERVICE_CONTROL_POLICY";
inline constexpr std::string_view kResourceControl = "RESOURCE_CONTROL_POLICY";

/// One organization with its root. Plain data, like everything here.
struct Organization {
  /// `o-` and ten letters and digits.
  std::string id;
  AccountId management;
  std::string email;
  /// `ALL` or `CONSOLIDATED_BILLING`.
  std::string feature_set;
  /// `r-` and four.
  std::string root_id;
  Tags root_tags;
  /// The kinds of policies that count, in the order in which they were enabled.
  std::vector<std::string> policy_types;

  bool Enables(std::string_view type) const;
  std::string Arn() const;
  std::string RootArn() const;
};

struct Unit {
  /// `ou-`, the root's four, and eight.
  std::string id;
  std::string organization;
  /// A root's or a unit's id.
  std::string parent;
  std::string name;
  Tags tags;
};

struct Account {
  AccountId id;
  std::string organization;
  std::string parent;
  std::string name;
  std::string email;
  /// `ACTIVE` or `CLOSED`.
  std::string state = "ACTIVE";
  /// `CREATED` or `INVITED`.
  std::string joined_method;
  TimePoint joined_at;
  Tags tags;
};

struct Policy {
  /// `p-` and eight; AWS's own: `p-FullAWSAccess`, `p-RCPFullAWSAccess`.
  std::string id;
  std::string organization;
  std::string type;
  std::string name;
  std::string description;
  std::string content;
  Tags tags;
  bool aws_managed = false;
};

struct AccountRequest {
  /// `car-` and 32.
  std::string id;
  std::string organization;
  std::string account_name;
  std::string email;
  std::string role_name;
  Tags tags;
  /// `IN_PROGRESS`, `SUCCEEDED`, `FAILED`.
  std::string state = "IN_PROGRESS";
  TimePoint requested_at;
  std::optional<TimePoint> completed_at;
  std::string account;
  std::string failure_reason;
};

struct Handshake {
  /// `h-` and 32.
  std::string id;
  std::string organization;
  AccountId management;
  AccountId target;
  /// Empty: the target was named by its number.
  std::string target_email;
  /// `OPEN`, `ACCEPTED`, `DECLINED`, `CANCELED`; one that is open and past its end has expired.
  std::string state = "OPEN";
  TimePoint requested_at;
  TimePoint expires_at;
  std::string notes;
  Tags tags;
};

/// AWS's own policy of a type; nullopt: there is none.
std::optional<Policy> FullAccessPolicyOf(std::string_view type);
/// By its id.
std::optional<Policy> FindAwsPolicy(std::string_view id);

std::string UnitArn(const Organization& organization, const Unit& unit);
std::string AccountArn(const Organization& organization, const AccountId& account);
std::string PolicyArn(const Organization& organization, const Policy& policy);

/// As the API shows them. `path`: of the parent, with a slash at its end.
Json View(const Organization& organization);
Json RootView(const Organization& organization);
Json View(const Organization& organization, const Unit& unit, const std::string& path);
Json View(const Organization& organization, const Account& account, const std::string& path);
Json Summary(const Organization& organization, const Policy& policy);
Json View(const AccountRequest& request);
Json View(const Organization& organization, const Account& management, const Handshake& handshake, TimePoint now);

/// `[{"Key": …, "Value": …}]`, both ways.
Json TagList(const Tags& tags);
void AddTags(const Json& list, Tags& tags);

}  // namespace stratolite::organizations
