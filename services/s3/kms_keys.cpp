#include "s3/kms_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "s3/encryption_errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/key_directory.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/service_starter.hpp"

namespace stratolite::s3 {
namespace {

using ports::KeyDirectory;

constexpr std::string_view kManagedAlias = "alias/aws/s3";
constexpr std::string_view kKeyPrefix = "key/";
constexpr std::string_view kAliasPrefix = "alias/";

KeyDirectory* FindKeyDirectory(const ServiceDeps& deps) {
  if (auto* const port = deps.ports.Find<KeyDirectory>()) return port;
  if (auto* const starter = deps.ports.Find<ports::ServiceStarter>()) starter->Start("kms");
  return deps.ports.Find<KeyDirectory>();
}

std::string KmsArn(const Scope& scope, std::string_view resource) {
  return fmt::format("arn:{}:kms:{}:{}:{}", PartitionOf(scope.region), scope.region.str(), scope.account.str(),
                     resource);
}

/// `1234abcd-12ab-34cd-56ef-1234567890ab` or `mrk-` and 32 digits.
bool IsKeyId(std::string_view text) {
  const bool multi_region = text.starts_with("mrk-");
  const std::string_view digits = multi_region ? text.substr(4) : text;
  if (digits.size() != (multi_region ? 32U : 36U)) return false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const bool dash = !multi_region && (i == 8 || i == 13 || i == 18 || i == 23);
    const char c = digits[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

/// How KMS, asked by S3, says that there is no such key.
AwsError NoSuchKmsKey(const Scope& scope, std::string_view name) {
  if (name.starts_with("arn:")) {
    const auto arn = Arn::Parse(name);
    if (!arn || arn->service != "kms") return KmsNotFound("Invalid arn");
    if (arn->region != scope.region.str()) return KmsNotFound(fmt::format("Invalid arn {}", arn->region));
    if (arn->resource.starts_with(kAliasPrefix)) return KmsNotFound(fmt::format("Alias {} is not found.", name));
    return KmsNotFound(fmt::format("Key '{}' does not exist", name));
  }
  if (name.starts_with(kAliasPrefix)) return KmsNotFound(fmt::format("Alias {} is not found.", KmsArn(scope, name)));
  if (IsKeyId(name)) {
    return KmsNotFound(fmt::format("Key '{}' does not exist", KmsArn(scope, std::string(kKeyPrefix).append(name))));
  }
  return KmsNotFound(fmt::format("Invalid keyId '{}'", name));
}

Result<void> CheckState(const KeyDirectory::Key& key) {
  switch (key.state) {
    case KeyDirectory::State::kDisabled:
      return KmsDisabled(key.arn);
    case KeyDirectory::State::kPendingDeletion:
      return KmsPendingDeletion(key.arn);
    case KeyDirectory::State::kUnavailable:
      return KmsUnavailable(key.arn);
    case KeyDirectory::State::kEnabled:
      break;
  }
  return {};
}

/// With version 4: the old one's header begins with `AWS `. Its presigned links are not told from others here.
bool IsSigned(const Call& call) {
  const std::string_view authorization = call.headers == nullptr ? "" : call.headers->Get("authorization");
  return call.caller.type != auth::PrincipalType::kAnonymous && !authorization.starts_with("AWS ");
}

}  // namespace

std::string AwsManagedS3Key(const Scope& scope) {
  const Sha256Digest digest = Sha256(fmt::format("aws/s3 {} {}", scope.account.str(), scope.region.str()));
  std::string bytes(AsBytes(digest).substr(0, 16));
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string id = HexEncode(bytes);
  for (const std::size_t dash : {8, 13, 18, 23}) id.insert(dash, 1, '-');
  return KmsArn(scope, std::string(kKeyPrefix) + id);
}

Result<std::string> FindKmsKey(Parts& parts, const Call& call, const Bucket& bucket, std::string_view name) {
  if (!IsSigned(call)) return KmsNeedsSignatureVersion4();
  const Scope scope{call.scope.account, bucket.region};
  if (name.empty()) name = kManagedAlias;
  if (auto* const directory = FindKeyDirectory(parts.deps)) {
    const auto key = directory->Find(scope, name);
    if (!key) return NoSuchKmsKey(scope, name);
    RETURN_IF_ERROR(CheckState(*key));
    if (!key->makes_data_keys) return KmsInvalidUsage(key->arn);
    return key->arn;
  }
  const std::string managed = AwsManagedS3Key(scope);
  const bool known = name == kManagedAlias || name == KmsArn(scope, kManagedAlias) || name == managed ||
                     managed.ends_with(std::string(kKeyPrefix).append(name));
  if (!known) return NoSuchKmsKey(scope, name);
  return managed;
}

Result<void> CheckKmsAccess(Parts& parts, const Call& call, const Encryption& encryption) {
  if (encryption.kms_key.empty()) return {};
  if (!IsSigned(call)) return KmsNeedsSignatureVersion4();
  auto* const directory = FindKeyDirectory(parts.deps);
  if (directory == nullptr) return {};
  const auto arn = Arn::Parse(encryption.kms_key);
  const Scope scope{call.scope.account, Region(arn ? arn->region : std::string())};
  const auto key = directory->Find(scope, encryption.kms_key);
  if (!key) return NoSuchKmsKey(scope, encryption.kms_key);
  return CheckState(*key);
}

}  // namespace stratolite::s3
