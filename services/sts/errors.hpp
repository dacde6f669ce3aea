#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

namespace stratolite::sts {

/// Every error of the service, with AWS's codes and texts.
/// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html

AwsError ValidationError(std::string message);
AwsError InvalidParameterValue(std::string message);
AwsError AccessDenied(std::string message);
/// `User: <who> is not authorized to perform: <action> on resource: <resource>`
AwsError NotAuthorized(std::string_view who, std::string_view action, std::string_view resource);
AwsError MissingAuthenticationToken();
AwsError InvalidRoleArn();
AwsError RootCannotAssumeRoles();
AwsError RoleChainingTooLong();
AwsError LongerThanRoleAllows();
AwsError SessionCredentialsNotAllowed(std::string_view operation);
AwsError MfaIncomplete();
AwsError DuplicateTagKeys();
AwsError TransitiveKeyNotAmongTags();
AwsError TransitiveKeyTaken();
AwsError ReservedTagKey();
AwsError MalformedPolicyDocument(std::string message);
AwsError PackedPolicyTooLarge(std::int64_t percent, bool policies);
AwsError InvalidIdentityToken(std::string message);
AwsError ExpiredIdentityToken(std::string message);
/// The token's signature is by none of its issuer's keys.
AwsError InvalidTokenSignature();
AwsError NoOpenIdProvider(std::string_view issuer);
AwsError WrongTokenAudience();
/// Neither discovery document nor keys can be read.
AwsError NoVerificationKey();
/// The issuer of an access token that only it can check.
AwsError IdentityProviderUnreachable();
/// The issuer does not answer.
AwsError IdentityProviderSilent();
AwsError NoSamlProvider();
AwsError InvalidAuthorizationMessage();
AwsError UnknownAccessKey();
AwsError ExpiredTradeInToken();
AwsError InvalidTradeInToken();
AwsError SessionDurationEscalation();
AwsError JwtPayloadTooLarge();
AwsError OutboundFederationDisabled();

}  // namespace stratolite::sts
