#include "auth/policy/validation_terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <set>
#include <vector>

namespace stratolite::auth::validation {
namespace {

constexpr std::array<std::string_view, 27> kConditionOperators = {
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
};

constexpr std::array<std::string_view, 8> kPartitions = {"aws",       "aws-cn",    "aws-us-gov", "aws-iso",
                                                         "aws-iso-b", "aws-iso-e", "aws-iso-f",  "aws-eusc"};

constexpr std::array<std::string_view, 13> kIamPaths = {"user/",
                                                        "federated-user/",
                                                        "role/",
                                                        "group/",
                                                        "instance-profile/",
                                                        "mfa/",
                                                        "server-certificate/",
                                                        "policy/",
                                                        "sms-mfa/",
                                                        "saml-provider/",
                                                        "oidc-provider/",
                                                        "report/",
                                                        "access-report/"};

std::string_view BaseOperator(std::string_view name) {
  for (const std::string_view quantifier : {"ForAnyValue:", "ForAllValues:"}) {
    if (name.starts_with(quantifier)) {
      name.remove_prefix(quantifier.size());
      break;
    }
  }
  // Null tests for existence itself, so that it has no IfExists.
  if (constexpr std::string_view kSuffix = "IfExists"; name.ends_with(kSuffix) && name != "NullIfExists") {
    name.remove_suffix(kSuffix.size());
  }
  return name;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool IsNumberWithin(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
}

bool IsZone(std::string_view zone) {
  const auto parts = Split(zone, ':');
  return parts.size() <= 2 && parts[0].size() == 2 && IsNumberWithin(parts[0], 0, 23) &&
         (parts.size() == 1 || (parts[1].size() == 2 && IsNumberWithin(parts[1], 0, 59)));
}

bool IsSeconds(std::string_view seconds) {
  if (const auto zone = seconds.find_first_of("+-"); zone != std::string_view::npos) {
    if (!IsZone(seconds.substr(zone + 1))) return false;
    seconds = seconds.substr(0, zone);
  } else if (seconds.ends_with('z') || seconds.ends_with('Z')) {
    seconds.remove_suffix(1);
  }
  const auto point = seconds.find('.');
  if (point != std::string_view::npos && !IsNumberWithin(seconds.substr(point + 1), 0, 999'999'999)) return false;
  return IsNumberWithin(seconds.substr(0, point), 0, 59);
}

bool IsDay(std::string_view day) {
  const bool before_christ = day.starts_with('-');
  const auto parts = Split(before_christ ? day.substr(1) : day, '-');
  return parts.size() <= 3 && IsNumberWithin(parts[0], 0, before_christ ? 292'275'054 : 292'278'993) &&
         (parts.size() < 2 || IsNumberWithin(parts[1], 1, 12)) && (parts.size() < 3 || IsNumberWithin(parts[2], 1, 31));
}

bool IsTimeOfDay(std::string_view time) {
  const auto parts = Split(time, ':');
  return parts.size() <= 4 && (parts[0].empty() || IsNumberWithin(parts[0], 0, 23)) &&
         (parts.size() < 2 || IsNumberWithin(parts[1], 0, 59)) &&
         (parts.size() < 3 || IsSeconds(time.substr(parts[0].size() + parts[1].size() + 2)));
}

/// Names may hold `*` and `?`.
bool IsPartition(std::string_view text) {
  if (text.find('*') != std::string_view::npos) {
    const auto fixed = text.substr(0, text.find('*'));
    return std::any_of(kPartitions.begin(), kPartitions.end(),
                       [&](std::string_view partition) { return partition.starts_with(fixed); });
  }
  return std::find(kPartitions.begin(), kPartitions.end(), text) != kPartitions.end();
}

std::string PartitionFault(const std::vector<std::string_view>& parts, std::string_view resource) {
  // AWS shows what it made of the text: what is missing is a star.
  const auto part = [&](std::size_t index) -> std::string_view { return parts.size() > index ? parts[index] : "*"; };
  std::string_view rest = "*";
  if (parts.size() > 5) rest = resource.substr(static_cast<std::size_t>(parts[5].data() - resource.data()));
  return fmt::format("Partition \"{0}\" is not valid for resource \"arn:{0}:{1}:{2}:{3}:{4}\".", part(1), part(2),
                     part(3), part(4), rest);
}

bool IsIamPath(std::string_view path) {
  // AWS's own policies name root users, whatever its message says.
  return path == "root" || path.starts_with('*') || path.starts_with("${") ||
         std::any_of(kIamPaths.begin(), kIamPaths.end(),
                     [&](std::string_view start) { return path.starts_with(start); });
}

}  // namespace

bool RepeatsMember(std::string_view json) {
  std::vector<std::set<std::string_view>> members;
  std::string_view last_string;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      const std::size_t begin = i + 1;
      for (++i; i < json.size() && json[i] != '"'; ++i) i += json[i] == '\\' ? 1 : 0;
      last_string = json.substr(begin, std::min(i, json.size()) - begin);
    } else if (c == '{' || c == '[') {
      members.emplace_back();
    } else if (c == '}' || c == ']') {
      members.pop_back();
    } else if (c == ':') {
      if (!members.back().insert(last_string).second) return true;
    }
  }
  return false;
}

bool IsStringOrStrings(const Json& value) {
  return value.is_string() ||
         (value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_string(); }));
}

bool IsConditionValue(const Json& value) {
  const auto is_scalar = [](const Json& one) { return one.is_string() || one.is_number() || one.is_boolean(); };
  return is_scalar(value) || (value.is_array() && std::all_of(value.begin(), value.end(), is_scalar));
}

bool IsConditionOperator(std::string_view name) {
  return std::find(kConditionOperators.begin(), kConditionOperators.end(), BaseOperator(name)) !=
         kConditionOperators.end();
}

bool IsDateOperator(std::string_view name) { return BaseOperator(name).starts_with("Date"); }

bool IsConditionDate(std::string_view text) {
  const auto t = text.find_first_of("tT");
  if (t == std::string_view::npos && text.find('-') == std::string_view::npos) {
    return IsNumberWithin(text, 0, INT64_MAX);
  }
  return IsDay(text.substr(0, t)) && (t == std::string_view::npos || IsTimeOfDay(text.substr(t + 1)));
}

bool IsStatementId(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

bool IsAccountNumber(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> ActionFault(std::string_view action) {
  if (action == "*") return std::nullopt;
  const auto parts = Split(action, ':');
  if (parts.size() == 1) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  if (parts.size() > 2) return "Actions/Condition can contain only one colon.";
  const auto is_vendor_letter = [](char c) { return IsStatementId({&c, 1}) || c == '-' || c == '.'; };
  if (parts[0] != "*" && !std::all_of(parts[0].begin(), parts[0].end(), is_vendor_letter)) {
    return fmt::format("Vendor {} is not valid", parts[0]);
  }
  return std::nullopt;
}

std::optional<std::string> ResourceFault(std::string_view resource) {
  if (resource == "*") return std::nullopt;
  const auto parts = Split(resource, ':');
  if (parts.size() == 1) return fmt::format("Resource {} must be in ARN format or \"*\".", resource);
  if (!IsPartition(parts[1])) return PartitionFault(parts, resource);
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html: no wildcard in the service's segment.
  if (parts.size() == 2 || parts[2].find_first_of("*?") != std::string_view::npos) {
    return "Resource vendor must be fully qualified and cannot contain regexes.";
  }
  // Buckets have no region in their ARNs; access points and other things of S3 that belong to an account do.
  if (parts[2] == "s3" && parts.size() > 4 && !parts[3].empty() && parts[4].empty()) {
    return fmt::format("Resource {} can not contain region information.", resource);
  }
  if (parts[2] != "iam") return std::nullopt;
  if (parts.size() > 3 && !parts[3].empty()) {
    return fmt::format("IAM resource {} cannot contain region information.", resource);
  }
  if (parts.size() > 5 && !IsIamPath(parts[5])) {
    return fmt::format("IAM resource path must either be \"*\" or start with {}.", fmt::join(kIamPaths, ", "));
  }
  return std::nullopt;
}

bool FailsLegacyParsing(std::string_view resource) {
  if (resource == "*") return false;
  const auto parts = Split(resource, ':');
  // AWS fills in what is missing at the end, unless something before it was left empty.
  return (parts.size() > 2 && parts[2].empty()) || (parts.size() < 6 && resource.find("::") != std::string_view::npos);
}

}  // namespace stratolite::auth::validation
