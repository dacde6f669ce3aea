#include "s3/bucket_encryption.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "s3/encryption_errors.hpp"
#include "s3/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

using Method = Encryption::Method;

constexpr std::array<std::pair<Method, std::string_view>, 3> kNamedMethods = {{
    {Method::kS3, "AES256"},
    {Method::kKms, "aws:kms"},
    {Method::kDoubleKms, "aws:kms:dsse"},
}};
constexpr const char* kDefaultMember = "ApplyServerSideEncryptionByDefault";
constexpr const char* kBlockedMember = "BlockedEncryptionTypes";
constexpr std::string_view kCustomerKeyType = "SSE-C";

std::optional<Method> FindMethod(std::string_view name) {
  for (const auto& [method, method_name] : kNamedMethods)
    if (name == method_name) return method;
  return std::nullopt;
}

Result<Json> ReadDefault(const Fields& rule) {
  Json shown{{"SSEAlgorithm", EncryptionName(Method::kS3)}};
  const Json* const given = rule.Find(kDefaultMember);
  if (given == nullptr) return shown;
  const Fields in(*given);
  const auto name = in.OptionalString("SSEAlgorithm");
  if (!name) return MalformedXml();
  const auto method = FindMethod(*name);
  // The model knows more names, of buckets that are no general purpose ones.
  if (!method) {
    if (!name->starts_with("aws:")) return MalformedXml();
    return InvalidEncryption("The encryption method specified is not supported", name->c_str());
  }
  shown["SSEAlgorithm"] = *name;
  const std::string key = in.StringOr("KMSMasterKeyID", "");
  if (!key.empty() && *method == Method::kS3) {
    return InvalidArgument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        kDefaultMember, nullptr);
  }
  if (!key.empty()) shown["KMSMasterKeyID"] = key;
  return shown;
}

}  // namespace

std::string_view EncryptionName(Method method) {
  for (const auto& [known, name] : kNamedMethods)
    if (known == method) return name;
  return {};
}

DefaultEncryption DefaultEncryptionOf(const Bucket& bucket) {
  DefaultEncryption encryption;
  const Json* const rule = bucket.Setting(kEncryptionDocument);
  if (rule == nullptr) return encryption;
  const Json& shown = rule->at(kDefaultMember);
  encryption.method = FindMethod(shown.at("SSEAlgorithm").get_ref<const std::string&>()).value();
  encryption.kms_key = shown.value("KMSMasterKeyID", "");
  encryption.bucket_key = rule->at("BucketKeyEnabled").get<bool>();
  return encryption;
}

bool BlocksCustomerKeys(const Bucket& bucket) {
  const Json* const rule = bucket.Setting(kEncryptionDocument);
  if (rule == nullptr || !rule->contains(kBlockedMember)) return false;
  const Json& types = rule->at(kBlockedMember).at("EncryptionType");
  return std::find(types.begin(), types.end(), kCustomerKeyType) != types.end();
}

Result<Json> ReadEncryptionRule(const Json& configuration, const Json* before) {
  const Json& rules = Fields(configuration).List("Rules");
  if (rules.size() != 1) return MalformedXml();
  const Fields rule(rules.front());
  Json document = Json::object();
  ASSIGN_OR_RETURN(document[kDefaultMember], ReadDefault(rule));
  document["BucketKeyEnabled"] = rule.BoolOr("BucketKeyEnabled", false);
  if (const Json* const blocked = rule.Find(kBlockedMember)) {
    const auto types = Fields(*blocked).Strings("EncryptionType");
    // One word: it says that SSE-C is blocked, or that nothing is.
    if (types.size() != 1 || (types.front() != kCustomerKeyType && types.front() != "NONE")) return MalformedXml();
    document[kBlockedMember] = {{"EncryptionType", types}};
  } else if (before != nullptr && before->contains(kBlockedMember)) {
    document[kBlockedMember] = before->at(kBlockedMember);
  }
  return document;
}

Json EncryptionRuleOf(const Bucket& bucket) {
  const Json* const rule = bucket.Setting(kEncryptionDocument);
  if (rule != nullptr) return *rule;
  return {{kDefaultMember, {{"SSEAlgorithm", EncryptionName(Method::kS3)}}}, {"BucketKeyEnabled", false}};
}

}  // namespace stratolite::s3
