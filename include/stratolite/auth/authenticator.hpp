#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/auth/principal.hpp"
#include "stratolite/auth/sigv4.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::auth {

class WhyLog;

enum class AuthMode {
  /// Known keys are verified, unknown ones accepted unseen and mapped to an account, unsigned requests pass as anonymous.
  kPermissive,
  /// Only known keys; unsigned requests only where the operation allows them; scopes must name the service.
  kStrict,
};

struct AuthOptions {
  AuthMode mode = AuthMode::kPermissive;
  AccountId default_account{"000000000000"};
  /// Unknown keys of the form that users' keys and sessions have here (AccountOfKeyId) are refused in permissive mode too: where policies are enforced, a
  /// deleted key must not make its holder root.
  bool refuse_unknown_users = false;
};

/// One request to look at, with what the front door knows about where it goes.
struct AuthRequest {
  /// As it arrived: original target and Host. With `stream` set the body is not looked at, which suits S3 alone: the others sign a hash
  /// that is not sent along, so that their body must be at hand.
  const wire::HttpRequest& http;
  /// Spelling of the errors.
  wire::Protocol protocol = wire::Protocol::kJson10;
  /// S3 and its kin: path encoded once, S3's error codes.
  bool s3 = false;
  /// For services other than S3.
  PathStyle path_style = PathStyle::kNormalizedDouble;
  /// The operation is modelled with `authtype: none`.
  bool anonymous_allowed = false;
  /// The bucket that the host names, for SigV2 signs it as part of the path; empty: the path names it.
  std::string_view host_bucket = {};
  /// What strict mode holds the credential's scope against: the name that the service signs with, and the region in Host. Empty: not checked.
  std::string_view signing_name = {};
  std::string_view host_region = {};
  /// The operation is modelled with an unsigned payload.
  bool unsigned_payload = false;
  /// For the why log and its line; empty: not recorded.
  std::string_view request_id = {};
};

/// What a request says about how it was signed, before anybody looked at keys: enough for the front door to route and to find an account.
struct ClaimedIdentity {
  std::string access_key_id;
  CredentialScope scope;
};

/// How the body takes part in the signature (`x-amz-content-sha256`).
enum class PayloadMode {
  /// Its hash is signed. Checked here when the body was at hand, else see AuthOutcome::payload_sha256.
  kHashed,
  /// UNSIGNED-PAYLOAD, presigned URLs, unsigned requests.
  kUnsigned,
  /// STREAMING-AWS4-HMAC-SHA256-PAYLOAD and …-TRAILER: aws-chunked, every chunk signed.
  kStreamingSigned,
  kStreamingSignedTrailer,
  /// STREAMING-UNSIGNED-PAYLOAD-TRAILER: aws-chunked, nothing signed.
  kStreamingUnsignedTrailer,
};

/// What a reader of signed chunks needs: feed it to ChunkSignature, starting with `seed_signature` as the previous one.
struct ChunkSigning {
  Sha256Digest signing_key;
  std::string seed_signature;
  std::string amz_date;
  CredentialScope scope;
};

struct AuthOutcome {
  enum class Kind {
    /// No signature at all.
    kAnonymous,
    /// Signed with a key that nobody knows (permissive mode only).
    kUnverified,
    kVerified,
  };
  Kind kind = Kind::kAnonymous;
  Principal principal;
  /// Where the caller acts; the default account for anonymous requests.
  AccountId account;
  /// Of the credential scope; empty for anonymous requests.
  Region region;
  std::string signing_service;
  std::string access_key_id;
  bool presigned = false;

  PayloadMode payload = PayloadMode::kUnsigned;
  /// kHashed and the body was not at hand: lower-case hex that its SHA-256 must have. Empty: nothing left to check.
  std::string payload_sha256;
  /// kStreamingSigned*, and the key is known.
  std::optional<ChunkSigning> chunk_signing;
};

/// A text that is signed by itself, whatever request it comes with: the policy of an S3 form.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
struct SignedText {
  std::string text;
  /// Empty: nobody signed it.
  std::string access_key_id;
  std::string signature;
  /// nullopt: signed with version 2.
  std::optional<CredentialScope> scope;
  std::optional<std::string> session_token;
};

/// Decides who sent a request. Verifies SigV4, and for S3 SigV2, in the Authorization header or in a presigned query, in constant time, whenever the
/// access key is known; checks session tokens, expiry, clock skew (15 minutes) and `x-amz-content-sha256`, with AWS's codes and texts per protocol.
///
/// Clients sign with the time of their machine, while the world's clock may be frozen or far ahead. A signature's time is therefore held
/// against real time and against the world's clock, and fits if it fits either. The expiry of presigned URLs likewise; the expiry of sessions
/// is a matter of the world's clock alone.
///
/// Presigned URLs of S3 expire whoever signed them. SigV4A, and SigV2 beside S3, are recognised; signatures of that kind are never verified: known
/// keys and strict mode refuse them, unknown keys pass in permissive mode. Does not decide what a principal may do. `credentials`, `world_clock` and `why` must outlive it. Thread-safe. Blocks.
class Authenticator {
 public:
  /// `why` may be null. `real_time` is for tests; by default the machine's clock.
  Authenticator(CredentialStore& credentials, const runtime::Clock& world_clock, AuthOptions options,
                WhyLog* why = nullptr, std::function<TimePoint()> real_time = {});
  ~Authenticator();

  /// Errors: by protocol, AWS's for missing, malformed, wrong, outdated and unknown signatures.
  Result<AuthOutcome> Authenticate(const AuthRequest& request) const;
  /// The same by a text alone, in S3's words. `anonymous_allowed`: as in AuthRequest.
  Result<AuthOutcome> AuthenticateText(const SignedText& text, bool anonymous_allowed) const;

  /// Access key and scope as claimed in header or query, unverified. nullopt: unsigned, or too malformed to tell.
  static std::optional<ClaimedIdentity> ReadClaim(const wire::HttpRequest& http);
  /// The account that a key maps to: the known key's, 12 digits themselves, else the default account.
  AccountId AccountOf(std::string_view access_key_id) const;

  const AuthOptions& options() const { return options_; }

 private:
  class Attempt;
  class SigningKeyCache;

  CredentialStore& credentials_;
  const runtime::Clock& world_clock_;
  const AuthOptions options_;
  WhyLog* const why_;
  const std::function<TimePoint()> real_time_;
  const std::unique_ptr<SigningKeyCache> keys_;
};

}  // namespace stratolite::auth
