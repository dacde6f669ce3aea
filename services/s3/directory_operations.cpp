#include "s3/directory_operations.hpp"

#include <chrono>

#include "s3/bucket_access.hpp"
#include "s3/bucket_names.hpp"
#include "s3/conditions.hpp"
#include "s3/directory_buckets.hpp"
#include "s3/errors.hpp"
#include "s3/listing_view.hpp"
#include "s3/object_requests.hpp"
#include "s3/object_writing.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::int64_t kMaxDirectoryPage = 1000;
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html
constexpr std::chrono::minutes kSessionLife{5};

/// The key that x-amz-rename-source names, with or without its bucket before it.
Result<std::string> ReadRenameSource(const Call& call, const Bucket& bucket) {
  const std::string header = Fields(call.input).StringOr("RenameSource", "");
  auto key = PercentDecode(header);
  if (!key || key->empty() || !IsValidUtf8(*key))
    return InvalidArgument("Invalid rename source object key", "x-amz-rename-source", header);
  for (const std::string& before : {"/" + bucket.name + "/", bucket.name + "/"}) {
    if (key->starts_with(before)) return key->substr(before.size());
  }
  return *std::move(key);
}

/// A session may do to its bucket what its owner may, and nothing else.
std::string SessionPolicy(const std::string& arn) {
  return Json{
      {"Version", "2012-10-17"},
      {"Statement",
       Json::array({{{"Effect", "Allow"}, {"Action", "s3express:*"}, {"Resource", Json::array({arn, arn + "/*"})}}})}}
      .dump();
}

}  // namespace

void DirectoryOperations::Register(OperationTable& operations) {
  using Self = DirectoryOperations;
  operations.Add("ListDirectoryBuckets", this, &Self::ListDirectoryBuckets);
  operations.Add("CreateSession", this, &Self::CreateSession).partial_note = "no encryption for the session";
  operations.Add("RenameObject", this, &Self::RenameObject).partial_note = "client tokens are not remembered";
}

Result<Json> DirectoryOperations::ListDirectoryBuckets(const Call& call) {
  const Fields in(call.input);
  const std::int64_t limit = in.IntOr("MaxDirectoryBuckets", kMaxDirectoryPage);
  if (limit < 0 || limit > kMaxDirectoryPage) {
    return InvalidArgument("Argument max-directory-buckets must be an integer between 0 and 1000",
                           "max-directory-buckets", std::to_string(limit));
  }
  std::string after;
  if (const auto token = in.OptionalString("ContinuationToken"); token && !token->empty()) {
    auto last = ReadContinuationToken(*token);
    if (!last) return InvalidArgument("The continuation token provided is incorrect", "continuation-token", nullptr);
    after = *std::move(last);
  }
  Json buckets = Json::array();
  bool more = false;
  parts_.deps.db.Read([&](storage::Reader& reader) {
    parts_.buckets.List(reader, call.scope.account, "", after, [&](const Bucket& bucket) {
      if (!IsDirectoryBucketName(bucket.name) || bucket.region != call.scope.region) return true;
      more = static_cast<std::int64_t>(buckets.size()) == limit;
      if (more) return false;
      buckets.push_back({{"Name", bucket.name},
                         {"CreationDate", ToJson(std::chrono::floor<std::chrono::seconds>(bucket.created_at))},
                         {"BucketRegion", bucket.region.str()},
                         {"BucketArn", DirectoryBucketArn(bucket.region, bucket.account, bucket.name)}});
      return true;
    });
  });
  Json answer = Json::object();
  if (more && !buckets.empty())
    answer["ContinuationToken"] = MakeContinuationToken(buckets.back()["Name"].get_ref<const std::string&>());
  answer["Buckets"] = std::move(buckets);
  return answer;
}

Result<Json> DirectoryOperations::CreateSession(const Call& call) {
  const Fields in(call.input);
  const std::string name = in.StringOr("Bucket", "");
  if (!IsDirectoryBucketName(name))
    return MethodNotAllowed(call.model ? call.model->http_method() : std::string_view(), "BUCKET");
  for (const auto& [member, header] : {std::pair("SSEKMSKeyId", "x-amz-server-side-encryption-aws-kms-key-id"),
                                       std::pair("SSEKMSEncryptionContext", "x-amz-server-side-encryption-context")}) {
    if (in.Has(member)) return HeaderNotImplemented(header);
  }
  if (in.StringOr("ServerSideEncryption", "AES256") != "AES256")
    return HeaderNotImplemented("x-amz-server-side-encryption");
  const std::string mode = in.StringOr("SessionMode", "ReadWrite");
  if (mode != "ReadWrite" && mode != "ReadOnly")
    return InvalidArgument("Invalid session mode", "x-amz-create-session-mode", mode);
  if (call.caller.type == auth::PrincipalType::kAnonymous) return AccessDenied();
  const bool in_session = parts_.deps.db.Read(
      [&](storage::Reader& reader) { return parts_.directory_sessions.Find(reader, call.access_key_id).has_value(); });
  // A session to read must not make itself one to write.
  if (in_session) return AccessDenied();
  // With an endpoint of one's own SDKs ask for a session before CreateBucket: a bucket that is not there yet has sessions, too. Whatever is done in them
  // finds no bucket.
  const BucketPtr bucket = parts_.buckets.Find(name);
  if (bucket && bucket->account != call.scope.account) return AccessDenied();
  const TimePoint now = parts_.deps.clock.Now();
  const TimePoint expires = now + kSessionLife;
  auth::Principal principal = call.caller;
  // Who is in a session with policies already keeps within those; the bucket is held to by CheckDirectoryCall.
  const bool bound = !principal.session_policy.empty() || !principal.session_policy_arns.empty() ||
                     principal.type == auth::PrincipalType::kFederatedUser;
  if (!bound) principal.session_policy = SessionPolicy(DirectoryBucketArn(call.scope.region, call.scope.account, name));
  if (principal.issuer_arn.empty()) principal.issuer_arn = principal.arn;
  principal.issued_at = now;
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const auth::Credential credential = parts_.deps.credentials.IssueSession(txn, principal, expires);
    parts_.directory_sessions.Add(txn, credential.access_key_id, {name, mode == "ReadOnly"}, expires, now);
    return Json{{"ServerSideEncryption", "AES256"},
                {"Credentials",
                 {{"SessionToken", credential.session_token.value_or("")},
                  {"SecretAccessKey", credential.secret_access_key},
                  {"AccessKeyId", credential.access_key_id},
                  {"Expiration", ToJson(expires)}}}};
  });
}

Result<Json> DirectoryOperations::RenameObject(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr found, FindBucket(parts_, call));
  if (!IsDirectoryBucketName(found->name))
    return MethodNotAllowed(call.model ? call.model->http_method() : std::string_view(), "OBJECT");
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  ASSIGN_OR_RETURN(const std::string source_key, ReadRenameSource(call, *found));
  if (key.ends_with('/') || source_key.ends_with('/'))
    return InvalidRequest("Objects whose names end in a / cannot be renamed.");
  const ReadConditions of_source = ReadReadConditions(call, "Source");
  const ReadConditions of_target = ReadReadConditions(call, "Destination");
  return parts_.deps.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const BucketPtr bucket, StillThere(parts_, txn, *found));
    const auto source = parts_.objects.FindLatest(txn, bucket->id, source_key);
    if (!source) return NoSuchKey(source_key);
    const TimePoint now = parts_.deps.clock.Now();
    if (!CheckRead(of_source, *source, now).ok()) return PreconditionFailed("x-amz-rename-source-if");
    const auto target = parts_.objects.FindLatest(txn, bucket->id, key);
    if (target && !CheckRead(of_target, *target, now).ok()) return PreconditionFailed("If-None-Match");
    if (!target && (of_target.if_match || of_target.if_modified_since)) return PreconditionFailed("If-Match");
    if (source_key == key) return Json::object();
    if (target) parts_.objects.Remove(txn, *target);
    parts_.objects.Rename(txn, *source, key);
    return Json::object();
  });
}

}  // namespace stratolite::s3
