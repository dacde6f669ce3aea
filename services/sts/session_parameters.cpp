#include "sts/session_parameters.hpp"

#include <algorithm>
#include <set>

#include "stratolite/auth/policy.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/service/fields.hpp"
#include "sts/errors.hpp"

namespace stratolite::sts {
namespace {

constexpr std::size_t kMaxPolicyArns = 10;
/// AWS does not publish how it packs; this keeps the documented plain text limits (2 048 characters of policy, fifty tags) below 100 %.
constexpr std::size_t kPackedSpace = 4096;

std::string LowerCase(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

/// White space does not survive packing.
std::size_t DenseSize(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c != ' ' && c != '\n' && c != '\t' && c != '\r'; }));
}

Result<void> Pack(SessionParameters& parameters) {
  const bool policies = !parameters.policy.empty() || !parameters.policy_arns.empty();
  if (!policies && parameters.tags.empty()) return {};
  std::size_t size = DenseSize(parameters.policy);
  for (const std::string& arn : parameters.policy_arns) size += arn.size();
  std::size_t tags = 0;
  for (const auto& [key, value] : parameters.tags) tags += key.size() + value.size() + 2;
  size += tags / 8;
  const auto percent = static_cast<std::int64_t>((size * 100 + kPackedSpace - 1) / kPackedSpace);
  if (percent > 100) return PackedPolicyTooLarge(percent, policies);
  parameters.packed_percent = std::max<std::int64_t>(percent, 1);
  return {};
}

Result<void> ReadTags(const Fields& in, const auth::Principal& caller, SessionParameters& out) {
  std::set<std::string> seen;
  std::set<std::string> handed_on;
  for (const std::string& key : caller.transitive_tag_keys) {
    handed_on.insert(LowerCase(key));
    if (const auto tag = caller.tags.find(key); tag != caller.tags.end()) out.tags.insert(*tag);
    out.transitive_tag_keys.push_back(key);
  }
  for (const Json& tag : in.List("Tags")) {
    const auto key = tag.at("Key").get<std::string>();
    const std::string lower = LowerCase(key);
    if (lower.starts_with("aws:")) return ReservedTagKey();
    if (!seen.insert(lower).second) return DuplicateTagKeys();
    if (handed_on.contains(lower)) return TransitiveKeyTaken();
    out.tags[key] = tag.at("Value").get<std::string>();
  }
  for (const std::string& key : in.Strings("TransitiveTagKeys")) {
    if (!seen.contains(LowerCase(key))) return TransitiveKeyNotAmongTags();
    if (std::find(out.transitive_tag_keys.begin(), out.transitive_tag_keys.end(), key) ==
        out.transitive_tag_keys.end()) {
      out.transitive_tag_keys.push_back(key);
    }
  }
  return {};
}

}  // namespace

Result<void> CheckSessionPolicy(std::string_view text) {
  Json policy = ParseJsonText(text);
  if (!policy.is_object()) return MalformedPolicyDocument("The policy is not in the valid JSON format.");
  // One that names no version is taken as it is.
  if (!policy.contains("Version")) policy["Version"] = "2012-10-17";
  const auto valid = auth::ValidatePolicy(policy.dump(), auth::PolicyKind::kIdentity);
  if (!valid.ok()) return MalformedPolicyDocument(valid.error().message);
  return {};
}

Result<SessionParameters> ReadSessionParameters(const Json& input, const auth::Principal& caller) {
  const Fields in(input);
  SessionParameters out;
  out.policy = in.StringOr("Policy", "");
  if (!out.policy.empty()) RETURN_IF_ERROR(CheckSessionPolicy(out.policy));
  for (const Json& descriptor : in.List("PolicyArns")) {
    const std::string text = Fields(descriptor).StringOr("arn", "");
    const auto arn = Arn::Parse(text);
    if (!arn || arn->service != "iam" || !arn->resource.starts_with("policy/"))
      return ValidationError("ARN " + text + " is not valid.");
    out.policy_arns.push_back(text);
  }
  if (out.policy_arns.size() > kMaxPolicyArns) {
    return ValidationError("Cannot exceed quota for PolicyArns: " + std::to_string(kMaxPolicyArns));
  }
  RETURN_IF_ERROR(ReadTags(in, caller, out));
  RETURN_IF_ERROR(Pack(out));
  return out;
}

Result<SessionParameters> AddAssertedTags(SessionParameters parameters, const std::map<std::string, std::string>& tags,
                                          const std::vector<std::string>& transitive_tag_keys) {
  for (const auto& [key, value] : tags) parameters.tags[key] = value;
  for (const std::string& key : transitive_tag_keys) {
    if (!tags.contains(key)) return TransitiveKeyNotAmongTags();
    parameters.transitive_tag_keys.push_back(key);
  }
  RETURN_IF_ERROR(Pack(parameters));
  return parameters;
}

}  // namespace stratolite::sts
