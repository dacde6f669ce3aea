#include "s3/own_objects.hpp"

#include "s3/acl.hpp"
#include "s3/bucket_policy.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_writing.hpp"
#include "s3/own_calls.hpp"
#include "s3/ownership.hpp"
#include "stratolite/auth/decision.hpp"
#include "stratolite/auth/policy_cache.hpp"
#include "stratolite/ports/access_mode.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/wire/memory_body.hpp"

namespace stratolite::s3 {
namespace {

std::string ArnOfBucket(const Bucket& bucket) {
  return "arn:" + std::string(PartitionOf(bucket.region)) + ":s3:::" + bucket.name;
}

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html#grant-log-delivery-permissions-general
bool LetsLogsIn(const Bucket& bucket) {
  if (!HasAcls(bucket)) return false;
  const Json acl = AclOf(bucket);
  for (const Json& grant : Fields(acl).List("Grants")) {
    const std::string permission = Fields(grant).StringOr("Permission", "");
    if (Fields(Fields(grant).Object("Grantee")).StringOr("URI", "") != kLogDelivery) continue;
    if (permission == "WRITE" || permission == kFullControl) return true;
  }
  return false;
}

}  // namespace

Result<void> PutOwnObject(Parts& parts, const Bucket& bucket, OwnObject own,
                          const std::function<void(storage::Txn&)>& also) {
  Call call = MakeOwnCall(parts, bucket, "PutObject");
  call.input = std::move(own.input);
  Object object;
  object.key = std::move(own.key);
  object.metadata.system["ContentType"] = std::move(own.content_type);
  ASSIGN_OR_RETURN(object.details, ReadDetails(parts, call, bucket));
  if (!own.grants.empty() && HasAcls(bucket)) {
    Json acl = AclOf(bucket, object.details);
    for (Json& grant : own.grants) acl["Grants"].push_back(std::move(grant));
    object.details.acl = std::move(acl);
  }
  BodyClaims claims;
  claims.size = own.body.size();
  wire::MemoryBodyReader reader(std::move(own.body));
  call.body = &reader;
  ASSIGN_OR_RETURN(ReceivedBody body, ReceiveBody(parts, call, claims));
  DescribeBody(parts, body, object);
  return parts.deps.db.Transact([&](storage::Txn& txn) -> Result<void> {
    ASSIGN_OR_RETURN(const BucketPtr current, StillThere(parts, txn, bucket));
    object.blob = KeepBody(parts, txn, body);
    InsertObject(parts, txn, call, *current, object, {}, "ObjectCreated:Put");
    if (also) also(txn);
    return {};
  });
}

bool ServiceMayPut(Parts& parts, const Bucket& source, const Bucket& bucket, std::string_view service,
                   const std::string& key, bool by_acl) {
  const auto* const access = parts.deps.ports.Find<ports::AccessMode>();
  if (access == nullptr || access->mode() != IamMode::kEnforce) return true;
  if (by_acl && LetsLogsIn(bucket)) return true;
  const Json* const document = bucket.Setting(kPolicyDocument);
  if (document == nullptr || !document->is_string()) return false;
  auth::PolicyCache policies(0);
  const auto compiled = policies.Get(document->get_ref<const std::string&>()).policy;
  if (!compiled) return false;
  auth::Principal principal;
  principal.type = auth::PrincipalType::kService;
  principal.account = source.account;
  principal.arn = service;
  auth::AccessContext context;
  context.Set("aws:PrincipalIsAWSService", std::string("true"));
  context.Set("aws:PrincipalServiceName", principal.arn);
  context.Set("aws:SourceArn", ArnOfBucket(source));
  context.Set("aws:SourceAccount", source.account.str());
  context.Set("aws:SecureTransport", std::string("true"));
  context.Set("aws:CurrentTime", FormatIso8601(parts.deps.clock.Now()));
  // What the example policy of inventories asks for.
  context.Set("s3:x-amz-acl", std::string("bucket-owner-full-control"));
  const std::string resource = ArnOfBucket(bucket) + "/" + key;
  auth::ApplicablePolicies applicable;
  applicable.resource = auth::NamedPolicy{ArnOfBucket(bucket), compiled};
  const auth::AccessQuestion question{principal, "s3:PutObject", resource, bucket.account.str(), context, true};
  return auth::Decide(question, applicable).allowed;
}

}  // namespace stratolite::s3
