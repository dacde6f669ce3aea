#pragma once

#include <spdlog/spdlog.h>

#include <string>

#include "unit/auth/auth_fixture.hpp"

/// Keys, a time that stands still and authenticators in both modes. The keys are those that tests/fuzz/record_seeds.py signs with.
namespace stratolite::fuzz {

inline const std::string kKeyId = "AKIDEXAMPLE";
inline const std::string kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
inline const std::string kSessionKeyId = "ASIAEXAMPLE";
inline const std::string kSessionToken = "token";

/// Not thread-safe.
class AuthRig {
 public:
  AuthRig() {
    spdlog::set_level(spdlog::level::off);
    credentials_.AddRootCredential(auth::testing::RootKey(kKeyId, kSecret, "123456789012"));
    auth::Credential session = auth::testing::RootKey(kSessionKeyId, kSecret, "123456789012");
    session.session_token = kSessionToken;
    session.expires = clock_.now + std::chrono::hours(1);
    credentials_.AddRootCredential(std::move(session));
  }

  /// `explain`: also try to find out what went wrong, by some hundred canonical requests.
  Result<auth::AuthOutcome> Ask(const wire::HttpRequest& http, bool s3, bool strict, bool explain = false) const {
    const auth::AuthRequest request{.http = http,
                                    .protocol = s3 ? wire::Protocol::kRestXml : wire::Protocol::kJson10,
                                    .s3 = s3,
                                    .request_id = explain ? "1" : ""};
    return (strict ? strict_ : permissive_).Authenticate(request);
  }
  TimePoint now() const { return clock_.now; }

 private:
  auth::testing::MapCredentialStore credentials_;
  auth::testing::FixedClock clock_;
  /// The explanation of a refusal tries many canonical requests: it is fed by clients too.
  auth::WhyLog why_{4};
  auth::Authenticator permissive_{credentials_, clock_, {}, &why_, [this] { return clock_.now; }};
  auth::Authenticator strict_{
      credentials_, clock_, {.mode = auth::AuthMode::kStrict}, &why_, [this] { return clock_.now; }};
};

}  // namespace stratolite::fuzz
