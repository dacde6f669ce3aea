#include "iam/credential_errors.hpp"

#include <fmt/format.h>

namespace stratolite::iam {

AwsError NoSuchAccessKey(std::string_view id) {
  return NoSuchEntity(fmt::format("The Access Key with id {} cannot be found.", id));
}
Result<void> CheckStatusToSet(std::string_view status) {
  if (status == "Active" || status == "Inactive") return {};
  return InvalidInput(fmt::format("Status {} cannot be set.", status));
}

AwsError NoSuchLoginProfile(std::string_view user) {
  return NoSuchEntity(fmt::format("Login Profile for User {} cannot be found.", user));
}
AwsError LoginProfileExists(std::string_view user) {
  return EntityAlreadyExists(fmt::format("Login Profile for user {} already exists.", user));
}
AwsError PasswordViolatesPolicy() {
  return {"PasswordPolicyViolation", "Password does not conform to the account password policy.", 400};
}
AwsError PasswordMissing() { return ValidationError("Must specify a password."); }
AwsError WrongOldPassword() { return {"AccessDenied", "The old password was incorrect.", 403}; }
AwsError OnlyUsersChangePasswords() { return {"InvalidUserType", "Only IAM Users can change their own password", 400}; }
AwsError PasswordChangesForbidden() {
  return {"PasswordPolicyViolation", "Password expired and must be changed by an administrator.", 400};
}

AwsError NoSuchMfaDevice(std::string_view serial) {
  return NoSuchEntity(fmt::format("VirtualMFADevice with serial number {} doesn't exist.", serial));
}
AwsError MfaDeviceExists() { return EntityAlreadyExists("MFADevice entity at the same path and name already exists."); }
AwsError MfaDeviceInUse() { return EntityAlreadyExists("MFA Device is already in use."); }
AwsError MfaDeviceNotOfUser() { return NoSuchEntity("MFA Device invalid for user."); }
AwsError MfaDeviceAssigned() { return DeleteConflict("MFA VirtualDevice in use. Must deactivate first."); }
AwsError WrongMfaCode() { return {"InvalidAuthenticationCode", "Authentication code for device is not valid.", 403}; }

AwsError NoSuchSshKey(std::string_view id) {
  return NoSuchEntity(fmt::format("The Public Key with id {} cannot be found.", id));
}
AwsError InvalidSshKey() { return {"InvalidPublicKey", "The SSH public key is invalid.", 400}; }
AwsError DuplicateSshKey() {
  return {"DuplicateSSHPublicKey", "The SSH public key is already associated with the user.", 400};
}
AwsError UnknownSshEncoding() {
  return {"UnrecognizedPublicKeyEncoding", "The encoding of the SSH public key is not recognized.", 400};
}

AwsError ServiceWithoutCredentials(std::string_view service) {
  return NoSuchEntity(fmt::format("No such service {} is supported for Service Specific Credentials", service));
}
AwsError NoSuchServiceCredential(std::string_view id) {
  return NoSuchEntity(fmt::format("No such credential {} exists", id));
}

AwsError NoSuchSigningCertificate(std::string_view id) {
  return NoSuchEntity(fmt::format("The Certificate with id {} cannot be found.", id));
}
AwsError MalformedCertificate() {
  return {"MalformedCertificate", "Unable to parse certificate. Please ensure the certificate is in PEM format.", 400};
}
AwsError MalformedPrivateKey() {
  return {"MalformedCertificate", "Unable to parse private key. Please ensure the key is in PEM format.", 400};
}
AwsError InvalidCertificateChain(int index) {
  return {"MalformedCertificate",
          fmt::format("Unable to validate certificate chain. The certificate chain must start with the immediate "
                      "signing certificate, followed by any intermediaries in order. The index within the chain of the "
                      "invalid certificate is: {}",
                      index),
          400};
}
AwsError InvalidCertificate(std::string message) { return {"InvalidCertificate", std::move(message), 400}; }
AwsError DuplicateCertificate() {
  return {"DuplicateCertificate", "The certificate is already associated with a user of the account.", 409};
}
AwsError KeyPairMismatch() {
  return {"KeyPairMismatch", "The private key does not match the public key certificate.", 400};
}

AwsError NoSuchOpenIdProvider(std::string_view arn) {
  return NoSuchEntity(fmt::format("OpenIDConnect Provider not found for arn {}", arn));
}
AwsError OpenIdProviderExists(std::string_view url) {
  return EntityAlreadyExists(fmt::format("Provider with url {} already exists.", url));
}
AwsError InvalidOpenIdUrl() { return ValidationError("Invalid Open ID Connect Provider URL"); }
AwsError InvalidThumbprint() { return InvalidInput("Thumbprint must be a 40-character hexadecimal string."); }
AwsError TooManyThumbprints() { return InvalidInput("Thumbprint list must contain fewer than 5 entries."); }
AwsError TooManyClientIds() { return LimitExceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"); }

AwsError NoSuchSamlProvider(std::string_view arn) {
  return NoSuchEntity(fmt::format("Manifest not found for arn {}", arn));
}
AwsError SamlProviderExists(std::string_view name) {
  return EntityAlreadyExists(fmt::format("Provider with name {} already exists.", name));
}
AwsError InvalidSamlMetadata(std::string message) { return InvalidInput(std::move(message)); }

AwsError ReportNotPresent() {
  return {"ReportNotPresent", "No report exists. Use GenerateCredentialReport to generate a new report.", 410};
}
AwsError ReportInProgress() { return {"ReportInProgress", "Report generation is still in progress.", 404}; }
AwsError ReportExpired() {
  return {"ReportExpired", "The report has expired. Use GenerateCredentialReport to generate a new report.", 410};
}
AwsError NoSuchJob(std::string_view id) { return NoSuchEntity(fmt::format("Job {} not found.", id)); }
AwsError NoSuchArn(std::string_view arn) { return NoSuchEntity(fmt::format("ARN {} does not exist.", arn)); }

AwsError FeatureEnabled() {
  return {"FeatureEnabled", "Outbound web identity federation is already enabled for this account.", 409};
}
AwsError FeatureDisabled() {
  return {"FeatureDisabled", "Outbound web identity federation is not enabled for this account.", 404};
}
AwsError OrganizationNotFound() {
  return {"OrganizationNotFoundException", "The account is not a member of an organization.", 400};
}
AwsError CallerIsNotManagementAccount() {
  return {"CallerIsNotManagementAccountException",
          "Only the organization's management account may perform this operation.", 400};
}

AwsError NoSuchDelegationRequest(std::string_view id) {
  return NoSuchEntity(fmt::format("The delegation request with id {} cannot be found.", id));
}
AwsError WrongDelegationState(std::string_view state) {
  return InvalidInput(fmt::format("The delegation request is in state {}.", state));
}

}  // namespace stratolite::iam
