#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::iam {

using EntityId = std::int64_t;
using Tags = std::map<std::string, std::string>;

/// What has a name, a path, an ARN and tags.
enum class EntityKind {
  kUser = 0,
  kGroup = 1,
  kRole = 2,
  kPolicy = 3,
  kInstanceProfile = 4,
  kServerCertificate = 5,
  kOpenIdProvider = 6,
  kSamlProvider = 7,
  kMfaDevice = 8,
};

/// One of them, as it was at one commit. Plain data.
struct Entity {
  EntityId id = 0;
  AccountId account{""};
  EntityKind kind = EntityKind::kUser;
  /// As the user wrote it; names of one kind are different in an account without regard to case.
  std::string name;
  std::string path = "/";
  /// `AIDA…`, `AGPA…`, `AROA…`, `ANPA…`, `AIPA…`, `ASCA…`; empty for those that have none.
  std::string unique_id;
  std::string arn;
  TimePoint created_at;
  Tags tags;
  /// The ARN of the permissions boundary; empty: none.
  std::string boundary;
  /// What its kind alone has, an object: a role's `AssumeRolePolicyDocument`, a policy's `DefaultVersionId`. The noun's operations say what is in it.
  Json details = Json::object();
};

struct InlinePolicy {
  std::string name;
  /// As the user sent it.
  std::string document;
};

}  // namespace stratolite::iam
