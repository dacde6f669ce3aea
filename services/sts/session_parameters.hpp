#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/principal.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::sts {

/// What a caller may attach to a session. Plain data.
struct SessionParameters {
  std::map<std::string, std::string> tags;
  std::vector<std::string> transitive_tag_keys;
  std::string policy;
  std::vector<std::string> policy_arns;
  /// Of the space for policies and tags; nullopt when there are none.
  std::optional<std::int64_t> packed_percent;
};

/// Reads `Policy`, `PolicyArns`, `Tags` and `TransitiveTagKeys`, and adds the tags that `caller`'s session hands on.
/// Errors: MalformedPolicyDocument, PackedPolicyTooLarge, InvalidParameterValue, ValidationError.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
Result<SessionParameters> ReadSessionParameters(const Json& input, const auth::Principal& caller);
/// The same for tags that an identity provider asserted.
Result<SessionParameters> AddAssertedTags(SessionParameters parameters, const std::map<std::string, std::string>& tags,
                                          const std::vector<std::string>& transitive_tag_keys);

/// Whether `text` is a policy document that a session can have: JSON, statements with effect, actions and resources, no principals.
Result<void> CheckSessionPolicy(std::string_view text);

}  // namespace stratolite::sts
