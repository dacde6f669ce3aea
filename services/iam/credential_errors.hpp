#pragma once

#include <string>
#include <string_view>

#include "iam/errors.hpp"
#include "stratolite/base/result.hpp"

/// Errors about credentials, identity providers, reports and account features. Texts that no recording or documentation shows are ours; the README says which.
namespace stratolite::iam {

AwsError NoSuchAccessKey(std::string_view id);
/// Status `Expired` is nobody's to set.
Result<void> CheckStatusToSet(std::string_view status);

AwsError NoSuchLoginProfile(std::string_view user);
AwsError LoginProfileExists(std::string_view user);
AwsError PasswordViolatesPolicy();
AwsError PasswordMissing();
AwsError WrongOldPassword();
AwsError OnlyUsersChangePasswords();
AwsError PasswordChangesForbidden();

AwsError NoSuchMfaDevice(std::string_view serial);
AwsError MfaDeviceExists();
AwsError MfaDeviceInUse();
AwsError MfaDeviceNotOfUser();
AwsError MfaDeviceAssigned();
AwsError WrongMfaCode();

AwsError NoSuchSshKey(std::string_view id);
AwsError InvalidSshKey();
AwsError DuplicateSshKey();
AwsError UnknownSshEncoding();

AwsError ServiceWithoutCredentials(std::string_view service);
AwsError NoSuchServiceCredential(std::string_view id);

AwsError NoSuchSigningCertificate(std::string_view id);
AwsError MalformedCertificate();
AwsError MalformedPrivateKey();
AwsError InvalidCertificateChain(int index);
AwsError InvalidCertificate(std::string message);
AwsError DuplicateCertificate();
AwsError KeyPairMismatch();

AwsError NoSuchOpenIdProvider(std::string_view arn);
AwsError OpenIdProviderExists(std::string_view url);
AwsError InvalidOpenIdUrl();
AwsError InvalidThumbprint();
AwsError TooManyThumbprints();
AwsError TooManyClientIds();

AwsError NoSuchSamlProvider(std::string_view arn);
AwsError SamlProviderExists(std::string_view name);
AwsError InvalidSamlMetadata(std::string message);

AwsError ReportNotPresent();
AwsError ReportInProgress();
AwsError ReportExpired();
AwsError NoSuchJob(std::string_view id);
AwsError NoSuchArn(std::string_view arn);

AwsError FeatureEnabled();
AwsError FeatureDisabled();
AwsError OrganizationNotFound();
AwsError CallerIsNotManagementAccount();

AwsError NoSuchDelegationRequest(std::string_view id);
AwsError WrongDelegationState(std::string_view state);

}  // namespace stratolite::iam
