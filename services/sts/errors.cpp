#include "sts/errors.hpp"

#include <utility>

namespace stratolite::sts {

AwsError ValidationError(std::string message) { return {"ValidationError", std::move(message), 400}; }
AwsError InvalidParameterValue(std::string message) { return {"InvalidParameterValue", std::move(message), 400}; }
AwsError AccessDenied(std::string message) { return {"AccessDenied", std::move(message), 403}; }

AwsError NotAuthorized(std::string_view who, std::string_view action, std::string_view resource) {
  std::string message = "User: ";
  message.append(who)
      .append(" is not authorized to perform: ")
      .append(action)
      .append(" on resource: ")
      .append(resource);
  return AccessDenied(std::move(message));
}

AwsError MissingAuthenticationToken() {
  return {"MissingAuthenticationToken", "Request is missing Authentication Token", 403};
}
AwsError InvalidRoleArn() { return ValidationError("Request ARN is invalid"); }
AwsError RootCannotAssumeRoles() { return AccessDenied("Roles may not be assumed by root accounts."); }
AwsError RoleChainingTooLong() {
  return ValidationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
}
AwsError LongerThanRoleAllows() {
  return ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
}
AwsError SessionCredentialsNotAllowed(std::string_view operation) {
  return AccessDenied("Cannot call " + std::string(operation) + " with session credentials");
}
AwsError MfaIncomplete() {
  return AccessDenied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.");
}
AwsError DuplicateTagKeys() {
  return InvalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}
AwsError TransitiveKeyNotAmongTags() {
  return InvalidParameterValue("The specified transitive tag key must be included in the requested tags.");
}
AwsError TransitiveKeyTaken() {
  return InvalidParameterValue(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the "
      "calling session.");
}
AwsError ReservedTagKey() {
  return InvalidParameterValue("aws: prefixed tag key names are not allowed for external use.");
}
AwsError MalformedPolicyDocument(std::string message) {
  return {"MalformedPolicyDocumentException", std::move(message)};
}
AwsError PackedPolicyTooLarge(std::int64_t percent, bool policies) {
  const std::string share = std::to_string(percent) + "% of allotted space";
  return {"PackedPolicyTooLargeException", policies ? "Packed policy consumes " + share + ", please use smaller policy."
                                                    : "Packed size of session tags consumes " + share + "."};
}
AwsError InvalidIdentityToken(std::string message) { return {"InvalidIdentityTokenException", std::move(message)}; }
AwsError ExpiredIdentityToken(std::string message) { return {"ExpiredTokenException", std::move(message)}; }
AwsError InvalidTokenSignature() { return InvalidIdentityToken("Token signature invalid"); }
AwsError NoOpenIdProvider(std::string_view issuer) {
  return InvalidIdentityToken("No OpenIDConnect provider found in your account for " + std::string(issuer));
}
AwsError WrongTokenAudience() { return InvalidIdentityToken("Incorrect token audience"); }
AwsError NoVerificationKey() {
  return InvalidIdentityToken(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity "
      "documentation for requirements");
}
AwsError NoSamlProvider() { return InvalidIdentityToken("Specified provider doesn't exist"); }
AwsError IdentityProviderSilent() {
  return {"IDPCommunicationErrorException",
          "The identity provider that was asked to verify the token could not be reached."};
}
AwsError IdentityProviderUnreachable() {
  return {"IDPCommunicationErrorException",
          "The identity provider that issued this access token cannot be reached from a local region."};
}
AwsError InvalidAuthorizationMessage() { return {"InvalidAuthorizationMessageException", "Message is not valid"}; }
AwsError UnknownAccessKey() { return ValidationError("The access key ID provided does not exist."); }
AwsError ExpiredTradeInToken() { return {"ExpiredTradeInTokenException", "The trade-in token has expired."}; }
AwsError InvalidTradeInToken() { return AccessDenied("The trade-in token is not valid."); }
AwsError SessionDurationEscalation() {
  return {"SessionDurationEscalationException",
          "The requested token duration would extend the session beyond its original expiration time."};
}
AwsError OutboundFederationDisabled() {
  return {"OutboundWebIdentityFederationDisabledException",
          "Outbound web identity federation is not enabled for this account."};
}
AwsError JwtPayloadTooLarge() {
  return {"JWTPayloadSizeExceededException", "The requested token payload size exceeds the maximum allowed size."};
}

}  // namespace stratolite::sts
