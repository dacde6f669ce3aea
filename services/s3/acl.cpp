#include "s3/acl.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "s3/acl_errors.hpp"
#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kRead = "READ";
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html: An ACL can have up to 100 grants.
constexpr std::size_t kMaxGrants = 100;
constexpr std::size_t kCanonicalIdDigits = 64;
/// Who reads what `aws-exec-read` grants: the account that EC2 fetches bundles of machine images with.
constexpr std::string_view kImageBundles = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html, of requests without a signature.
constexpr std::string_view kAnonymousId = "65a011a29cdf8ec533ec3d1ccaae921c";

struct GrantHeader {
  const char* member;
  std::string_view header;
  std::string_view permission;
};
constexpr std::array<GrantHeader, 5> kGrantHeaders = {{{"GrantFullControl", "x-amz-grant-full-control", kFullControl},
                                                       {"GrantRead", "x-amz-grant-read", kRead},
                                                       {"GrantReadACP", "x-amz-grant-read-acp", "READ_ACP"},
                                                       {"GrantWrite", "x-amz-grant-write", "WRITE"},
                                                       {"GrantWriteACP", "x-amz-grant-write-acp", "WRITE_ACP"}}};

bool IsGroup(std::string_view uri) { return uri == kAllUsers || uri == kAuthenticatedUsers || uri == kLogDelivery; }

bool IsCanonicalId(std::string_view id) {
  return id == kAnonymousId || (id.size() == kCanonicalIdDigits &&
                                std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isxdigit(c); }));
}

bool IsPermission(std::string_view permission) {
  return std::any_of(kGrantHeaders.begin(), kGrantHeaders.end(),
                     [&](const GrantHeader& header) { return header.permission == permission; });
}

Json UserGrant(std::string_view id, std::string_view permission) {
  return {{"Grantee", {{"ID", id}, {"Type", "CanonicalUser"}}}, {"Permission", permission}};
}

Json GroupGrant(std::string_view uri, std::string_view permission) {
  return {{"Grantee", {{"URI", uri}, {"Type", "Group"}}}, {"Permission", permission}};
}

Json Acl(const std::string& owner, Json grants) { return {{"Owner", {{"ID", owner}}}, {"Grants", std::move(grants)}}; }

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
Result<Json> CannedAcl(const std::string& name, const AclPlace& place) {
  const bool bucket = place.kind == AclPlace::Kind::kBucket;
  Json grants = Json::array({UserGrant(place.owner, kFullControl)});
  // "If you specify this canned ACL when creating a bucket, Amazon S3 ignores it."
  const bool for_bucket_owner = !bucket && place.bucket_owner != place.owner;
  if (name == "public-read" || name == "public-read-write") {
    grants.push_back(GroupGrant(kAllUsers, kRead));
    if (name == "public-read-write") grants.push_back(GroupGrant(kAllUsers, "WRITE"));
  } else if (name == "authenticated-read") {
    grants.push_back(GroupGrant(kAuthenticatedUsers, kRead));
  } else if (name == "aws-exec-read") {
    grants.push_back(UserGrant(kImageBundles, kRead));
  } else if (name == "bucket-owner-read") {
    if (for_bucket_owner) grants.push_back(UserGrant(place.bucket_owner, kRead));
  } else if (name == "bucket-owner-full-control") {
    if (for_bucket_owner) grants.push_back(UserGrant(place.bucket_owner, kFullControl));
  } else if (name == "log-delivery-write" && bucket) {
    grants.push_back(GroupGrant(kLogDelivery, "WRITE"));
    grants.push_back(GroupGrant(kLogDelivery, "READ_ACP"));
  } else if (name != "private") {
    return InvalidArgument("", "x-amz-acl", name);
  }
  return Acl(place.owner, std::move(grants));
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// `uri="…"`, `id="…"`, the quotation marks optional.
Result<Json> ReadGrantee(std::string_view text, const GrantHeader& header) {
  const std::size_t equals = text.find('=');
  const std::string_view type = Trimmed(text.substr(0, equals));
  if (equals == std::string_view::npos || (type != "id" && type != "uri" && type != "emailAddress"))
    return InvalidArgument("Argument format not recognized", header.header, std::string(text));
  std::string_view value = Trimmed(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  if (type == "emailAddress") return EmailGranteesEnded();
  if (type == "uri") {
    if (!IsGroup(value)) return InvalidArgument("Invalid group uri", "uri", std::string(value));
    return GroupGrant(value, header.permission);
  }
  if (!IsCanonicalId(value)) return InvalidArgument("Invalid id", "id", std::string(value));
  return UserGrant(value, header.permission);
}

Result<Json> ReadGrantHeaders(const Fields& in) {
  Json grants = Json::array();
  for (const GrantHeader& header : kGrantHeaders) {
    const auto given = in.OptionalString(header.member);
    if (!given) continue;
    std::string_view rest = *given;
    while (true) {
      const std::size_t comma = rest.find(',');
      ASSIGN_OR_RETURN(Json grant, ReadGrantee(Trimmed(rest.substr(0, comma)), header));
      grants.push_back(std::move(grant));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return grants;
}

Result<Json> ReadGrant(const Fields& grant) {
  const std::string permission = grant.StringOr("Permission", "");
  if (!IsPermission(permission)) return MalformedAcl();
  const Fields grantee(grant.Object("Grantee"));
  const std::string type = grantee.StringOr("Type", "");
  if (type == "AmazonCustomerByEmail") return EmailGranteesEnded();
  if (type == "Group") {
    const std::string uri = grantee.StringOr("URI", "");
    if (!IsGroup(uri)) return InvalidArgument("Invalid group uri", "Group/URI", uri);
    return GroupGrant(uri, permission);
  }
  if (type != "CanonicalUser") return MalformedAcl();
  const std::string id = grantee.StringOr("ID", "");
  if (!IsCanonicalId(id)) return InvalidArgument("Invalid id", "CanonicalUser/ID", id);
  return UserGrant(id, permission);
}

Result<Json> ReadAclDocument(const Fields& document, const AclPlace& place) {
  if (!document.Has("Owner") || !document.Has("Grants")) return MalformedAcl();
  const std::string owner = Fields(document.Object("Owner")).StringOr("ID", "");
  if (!IsCanonicalId(owner)) return InvalidArgument("Invalid id", "CanonicalUser/ID", owner);
  const Json& given = document.List("Grants");
  if (given.size() > kMaxGrants) return MalformedAcl();
  Json grants = Json::array();
  for (const Json& each : given) {
    ASSIGN_OR_RETURN(Json grant, ReadGrant(Fields(each)));
    grants.push_back(std::move(grant));
  }
  if (owner != place.owner) return AccessDenied();
  return Acl(owner, std::move(grants));
}

}  // namespace

std::string CanonicalUserId(const AccountId& account) {
  if (account.str() == kAnonymousOwner) return std::string(kAnonymousId);
  return Sha256Hex("stratolite canonical user " + account.str());
}

Json OwnersAcl(const std::string& owner) { return Acl(owner, Json::array({UserGrant(owner, kFullControl)})); }

bool IsOwnersAcl(const Json& acl) {
  const Json& grants = acl["Grants"];
  return grants.size() == 1 &&
         grants.front() == UserGrant(acl["Owner"]["ID"].get_ref<const std::string&>(), kFullControl);
}

bool IsPublicAcl(const Json& acl) {
  const Json& grants = acl["Grants"];
  return std::any_of(grants.begin(), grants.end(), [](const Json& grant) {
    const auto uri = grant["Grantee"].find("URI");
    return uri != grant["Grantee"].end() && (*uri == kAllUsers || *uri == kAuthenticatedUsers);
  });
}

bool HasGrantHeaders(const Call& call) {
  return std::any_of(kGrantHeaders.begin(), kGrantHeaders.end(),
                     [&](const GrantHeader& header) { return call.input.contains(header.member); });
}

Result<std::optional<Json>> ReadAcl(const Call& call, const AclPlace& place) {
  const Fields in(call.input);
  const auto canned = in.OptionalString("ACL");
  const bool headers = HasGrantHeaders(call);
  if (canned && headers) return InvalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
  if (in.Has("AccessControlPolicy")) {
    if (canned || headers) return UnexpectedContent();
    ASSIGN_OR_RETURN(Json acl, ReadAclDocument(Fields(in.Object("AccessControlPolicy")), place));
    return std::optional<Json>(std::move(acl));
  }
  if (canned) {
    ASSIGN_OR_RETURN(Json acl, CannedAcl(*canned, place));
    return std::optional<Json>(std::move(acl));
  }
  if (!headers) return std::optional<Json>();
  ASSIGN_OR_RETURN(Json grants, ReadGrantHeaders(in));
  if (grants.size() > kMaxGrants) return MalformedAcl();
  return std::optional<Json>(Acl(place.owner, std::move(grants)));
}

}  // namespace stratolite::s3
