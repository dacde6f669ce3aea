#pragma once

#include <string>
#include <string_view>

#include "auth/auth_errors.hpp"
#include "auth/signature_parser.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

/// When a request says that it was signed, as SigV4 writes it and as a time.
struct SignatureDate {
  std::string text;
  TimePoint time;
};

/// Whether a parsed signature is complete and consistent in itself, with AWS's text for whatever is missing or malformed.
/// Borrows its arguments. Immutable.
class SignatureForm {
 public:
  SignatureForm(const ParsedSignature& parsed, const AuthErrors& errors, const wire::HttpRequest& http)
      : parsed_(parsed), errors_(errors), http_(http) {}

  /// Precondition: SigV4 with a well-formed credential.
  Result<SignatureDate> Check() const;

  /// Header and query at once.
  AwsError BothWays() const;
  AwsError MalformedCredential() const;
  /// Names every part that is missing.
  AwsError MissingParts() const;
  /// The credential's scope names another service or region than the request goes to. `expected` may be empty for regions.
  AwsError WrongService(std::string_view expected) const;
  AwsError WrongRegion(std::string_view expected) const;

 private:
  AwsError StrayPart() const;
  AwsError MissingQueryParts() const;
  Result<SignatureDate> ReadDate() const;
  Result<void> CheckScope(const SignatureDate& date) const;
  Result<void> CheckScopeOnS3(const SignatureDate& date) const;
  AwsError ScopeErrorOnS3(std::string message) const;
  Result<void> CheckSignedHeaders() const;

  const ParsedSignature& parsed_;
  const AuthErrors& errors_;
  const wire::HttpRequest& http_;
};

}  // namespace stratolite::auth
