#include "stratolite/auth/authenticator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <shared_mutex>
#include <unordered_map>

#include <spdlog/spdlog.h>

#include "auth/auth_errors.hpp"
#include "auth/signature_form.hpp"
#include "auth/signature_parser.hpp"
#include "auth/sigv2.hpp"
#include "stratolite/auth/why_log.hpp"

namespace stratolite::auth {
namespace {

using Kind = ParsedSignature::Kind;

constexpr std::int64_t kMaxPresignedSeconds = 604800;

bool IsHash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

/// Nobody writes lines of their own into the log.
std::string OneLine(std::string_view text) {
  std::string out = Printable(text);
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

}  // namespace

/// Derived keys by secret and scope: four of the six HMACs of a verification. Thread-safe.
class Authenticator::SigningKeyCache {
 public:
  Sha256Digest Get(const Credential& credential, const CredentialScope& scope) {
    std::string name;
    name.reserve(credential.secret_access_key.size() + scope.date.size() + scope.region.size() + scope.service.size() +
                 3);
    name.append(scope.date)
        .append("/")
        .append(scope.region)
        .append("/")
        .append(scope.service)
        .append("/")
        .append(credential.secret_access_key);
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = keys_.find(name); found != keys_.end()) return found->second;
    }
    const Sha256Digest key = DeriveSigningKey(credential.secret_access_key, scope);
    const std::unique_lock lock(mutex_);
    if (keys_.size() >= kMaxKeys) keys_.clear();
    keys_.emplace(std::move(name), key);
    return key;
  }

 private:
  static constexpr std::size_t kMaxKeys = 4096;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Sha256Digest> keys_;
};

/// One request on its way through the checks. Confined to the calling thread.
class Authenticator::Attempt {
 public:
  Attempt(const Authenticator& owner, const AuthRequest& request)
      : owner_(owner),
        request_(request),
        errors_(request.protocol, request.s3),
        parsed_(ParseSignature(request.http)),
        form_(parsed_, errors_, request.http) {}

  Result<AuthOutcome> Run() {
    if (parsed_.kind == Kind::kNone) return Anonymous();
    if (parsed_.kind == Kind::kOther && !parsed_.presigned && !strict()) return Anonymous();
    if (parsed_.both) return form_.BothWays();
    if (parsed_.kind == Kind::kOther) {
      return parsed_.presigned ? errors_.UnsupportedAlgorithm(parsed_.algorithm) : form_.MissingParts();
    }
    if (!parsed_.credential_well_formed && parsed_.kind != Kind::kSigV2) return form_.MalformedCredential();
    if (errors_.s3() && parsed_.kind == Kind::kSigV2) return RunV2();
    // A URL that has expired, or cannot be read, is refused whoever signed it.
    const bool form_first = errors_.s3() && parsed_.presigned && parsed_.kind == Kind::kSigV4;
    if (form_first) RETURN_IF_ERROR(CheckFormAndTime());
    credential_ = owner_.credentials_.Find(parsed_.access_key_id);
    if (!credential_) {
      if (strict() || IsFormerUser()) return errors_.UnknownKey(parsed_.access_key_id);
      return Unverified();
    }
    if (parsed_.kind != Kind::kSigV4)
      return errors_.UnsupportedAlgorithm(parsed_.algorithm.empty() ? "AWS" : parsed_.algorithm);
    if (!form_first) RETURN_IF_ERROR(CheckFormAndTime());
    RETURN_IF_ERROR(CheckPlace());
    RETURN_IF_ERROR(CheckToken());
    RETURN_IF_ERROR(CheckAllSigned());
    RETURN_IF_ERROR(ChoosePayload());
    RETURN_IF_ERROR(CheckSignature());
    RETURN_IF_ERROR(CheckExpiry());
    RETURN_IF_ERROR(CheckBody());
    return Verified();
  }

  void Explain(const AwsError& error, WhyLog& log) const;

 private:
  Result<AuthOutcome> Anonymous() {
    if (strict() && !request_.anonymous_allowed) {
      return parsed_.kind == Kind::kNone ? errors_.Missing() : form_.MissingParts();
    }
    AuthOutcome outcome;
    outcome.account = owner_.options_.default_account;
    outcome.principal.account = outcome.account;
    if (request_.s3) RETURN_IF_ERROR(ClaimPayload(outcome));
    return outcome;
  }

  Result<AuthOutcome> RunV2() {
    ASSIGN_OR_RETURN(const TimePoint time, ReadSigV2Time(parsed_));
    if (parsed_.presigned && !FitsEitherClock([&](TimePoint now) { return now <= time; }))
      return errors_.PresignedExpired({}, {}, time, owner_.real_time_());
    credential_ = owner_.credentials_.Find(parsed_.access_key_id);
    if (!credential_) {
      if (strict() || IsFormerUser()) return errors_.UnknownKey(parsed_.access_key_id);
      return Unverified();
    }
    if (!parsed_.presigned) RETURN_IF_ERROR(CheckSkew(*parsed_.date, time));
    RETURN_IF_ERROR(CheckToken());
    const std::string text = SigV2StringToSign(request_.http, request_.host_bucket,
                                               parsed_.presigned ? std::string_view(*parsed_.expires) : "");
    if (!ConstantTimeEquals(SigV2Signature(credential_->secret_access_key, text), *parsed_.signature))
      return errors_.Mismatch(parsed_.access_key_id, *parsed_.signature, text, {});
    RETURN_IF_ERROR(CheckExpiry());
    AuthOutcome outcome = Verified();
    RETURN_IF_ERROR(ClaimPayload(outcome));
    return outcome;
  }

  Result<void> CheckFormAndTime() {
    ASSIGN_OR_RETURN(date_, form_.Check());
    return CheckTime();
  }

  /// The signer's clock is real or the world's: whichever accepts.
  template <typename Fits>
  bool FitsEitherClock(Fits fits) const {
    return fits(owner_.real_time_()) || fits(owner_.world_clock_.Now());
  }

  Result<void> CheckTime() {
    if (parsed_.presigned && (errors_.s3() || parsed_.expires)) return CheckPresignedTime();
    return CheckSkew(date_.text, date_.time);
  }

  Result<void> CheckSkew(const std::string& text, TimePoint time) const {
    const bool fits = FitsEitherClock([&](TimePoint now) { return time >= now - kMaxSkew && time <= now + kMaxSkew; });
    if (!fits) return errors_.Skewed(text, time, owner_.real_time_());
    return {};
  }

  Result<void> CheckPresignedTime() {
    std::int64_t seconds = 0;
    const std::string& text = parsed_.expires.value();
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool number = failure == std::errc{} && end == text.data() + text.size();
    std::string message;
    if (!number)
      message = "X-Amz-Expires should be a number";
    else if (seconds < 0)
      message = "X-Amz-Expires must be non-negative";
    else if (seconds > kMaxPresignedSeconds) {
      message =
          "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
          "604800 seconds";
    }
    if (!message.empty())
      return errors_.s3() ? errors_.MalformedOnS3(false, std::move(message)) : errors_.Incomplete(std::move(message));
    const TimePoint until = date_.time + std::chrono::seconds(seconds);
    const TimePoint from = date_.time - kMaxSkew;
    if (FitsEitherClock([&](TimePoint now) { return from <= now && now <= until; })) return {};
    const TimePoint now = owner_.real_time_();
    // Between the two clocks it is the later that has seen it expire.
    if (std::max(now, owner_.world_clock_.Now()) > until) return errors_.PresignedExpired(date_.text, text, until, now);
    if (errors_.s3()) return AwsError{"AccessDenied", "Request is not valid yet", 403};
    return errors_.Skewed(date_.text, date_.time, now);
  }

  Result<void> CheckToken() const {
    const std::string sent = parsed_.session_token.value_or("");
    const std::string& wanted = credential_->session_token ? *credential_->session_token : std::string();
    if (!ConstantTimeEquals(sent, wanted)) return errors_.WrongToken(sent);
    return {};
  }

  Result<void> CheckExpiry() const {
    if (credential_->expires && *credential_->expires <= owner_.world_clock_.Now()) {
      return errors_.ExpiredToken(parsed_.session_token.value_or(""));
    }
    return {};
  }

  bool IsFormerUser() const {
    return owner_.options_.refuse_unknown_users && AccountOfKeyId(parsed_.access_key_id).has_value();
  }
  bool strict() const { return owner_.options_.mode == AuthMode::kStrict; }

  /// One endpoint serves all services and regions here, which is why clients that sign for the wrong one are let through unless strictness is asked for.
  Result<void> CheckPlace() const {
    if (!strict()) return {};
    if (!request_.signing_name.empty() && parsed_.scope.service != request_.signing_name)
      return form_.WrongService(request_.signing_name);
    if (!request_.host_region.empty() && parsed_.scope.region != request_.host_region)
      return form_.WrongRegion(request_.host_region);
    return {};
  }

  /// S3: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html; all:
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. What the signature covers in another way is let pass.
  Result<void> CheckAllSigned() const {
    if (!errors_.s3() && !strict()) return {};
    std::vector<std::string> missing;
    for (const auto& [name, value] : request_.http.headers) {
      constexpr std::string_view kPrefix = "x-amz-";
      if (name.size() < kPrefix.size() ||
          !wire::EqualsIgnoreCase(std::string_view(name).substr(0, kPrefix.size()), kPrefix))
        continue;
      const auto same = [&name = name](std::string_view other) { return wire::EqualsIgnoreCase(name, other); };
      if (same("x-amz-content-sha256") ||
          std::any_of(parsed_.signed_headers.begin(), parsed_.signed_headers.end(), same))
        continue;
      // Outside S3 tokens may be added after signing.
      if (!errors_.s3() && (same("x-amz-date") || same("x-amz-security-token"))) continue;
      if (!errors_.s3()) return errors_.Invalid("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
      missing.push_back(AsciiLower(name));
    }
    if (missing.empty()) return {};
    std::sort(missing.begin(), missing.end());
    return errors_.HeadersNotSigned(fmt::format("{}", fmt::join(missing, ", ")));
  }

  /// What stands for the body in the canonical request.
  Result<void> ChoosePayload() {
    const auto header = request_.http.headers.Find("x-amz-content-sha256");
    std::string word(header.value_or(""));
    if (!header && parsed_.presigned)
      word = FindQueryParameter(request_.http.query(), "X-Amz-Content-Sha256").value_or("");
    if (word.empty()) {
      if (request_.s3 && parsed_.presigned) return SetPayload(PayloadMode::kUnsigned, std::string(kUnsignedPayload));
      if (request_.s3)
        return AwsError{"InvalidRequest", "Missing required header for this request: x-amz-content-sha256", 400};
      return SetPayload(PayloadMode::kHashed, BodyHash());
    }
    if (!request_.s3 && !IsHash(word)) {
      const bool unsigned_body = word == kUnsignedPayload && (request_.unsigned_payload || !strict());
      return unsigned_body ? SetPayload(PayloadMode::kUnsigned, std::move(word))
                           : SetPayload(PayloadMode::kHashed, BodyHash());
    }
    if (IsHash(word)) {
      std::string lower = HexEncode(*HexDecode(word));
      if (request_.http.stream) expected_hash_ = std::move(lower);
      return SetPayload(PayloadMode::kHashed, std::move(word));
    }
    static constexpr std::array<std::pair<std::string_view, PayloadMode>, 4> kWords{
        {{kUnsignedPayload, PayloadMode::kUnsigned},
         {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", PayloadMode::kStreamingSigned},
         {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", PayloadMode::kStreamingSignedTrailer},
         {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", PayloadMode::kStreamingUnsignedTrailer}}};
    for (const auto& [name, mode] : kWords) {
      if (word == name) return SetPayload(mode, std::move(word));
    }
    return AwsError{"InvalidArgument",
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, "
                    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, "
                    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
                    400};
  }

  Result<void> SetPayload(PayloadMode mode, std::string hash) {
    payload_mode_ = mode;
    payload_hash_ = std::move(hash);
    return {};
  }

  const std::string& BodyHash() {
    if (body_hash_.empty())
      body_hash_ = request_.http.body.empty() ? std::string(kEmptyPayloadHash) : Sha256Hex(request_.http.body);
    return body_hash_;
  }

  PathStyle path_style() const { return request_.s3 ? PathStyle::kS3 : request_.path_style; }

  Result<void> CheckSignature() {
    signing_key_ = owner_.keys_->Get(*credential_, parsed_.scope);
    if (Matches(path_style(), {})) return {};
    // S3 takes the path as the client encoded it, and clients differ in what they leave raw.
    if (request_.s3 && Matches(PathStyle::kRaw, {})) return {};
    // Some clients add the token after signing (documented for IoT); it is compared with the key's own in any case.
    if (parsed_.presigned && parsed_.session_token && Matches(path_style(), {.omit_session_token = true})) return {};
    mismatch_ = true;
    const std::string canonical = Canonical(path_style(), {});
    return errors_.Mismatch(parsed_.access_key_id, *parsed_.signature,
                            StringToSign(date_.text, parsed_.scope, canonical), canonical);
  }

  std::string Canonical(PathStyle path, QueryStyle query) const {
    return CanonicalRequest(request_.http, path, parsed_.signed_headers, payload_hash_, query);
  }

  bool Matches(PathStyle path, QueryStyle query) const {
    const std::string text = StringToSign(date_.text, parsed_.scope, Canonical(path, query));
    return ConstantTimeEquals(Signature(signing_key_, text), *parsed_.signature);
  }

  /// A hash in the header was signed as a word: whether it is the body's is seen here.
  Result<void> CheckBody() {
    if (payload_mode_ != PayloadMode::kHashed || request_.http.stream) return {};
    if (!wire::EqualsIgnoreCase(payload_hash_, BodyHash())) return errors_.WrongContentHash(payload_hash_, BodyHash());
    return {};
  }

  Result<AuthOutcome> Unverified() {
    AuthOutcome outcome = Claimed();
    outcome.kind = AuthOutcome::Kind::kUnverified;
    outcome.account =
        IsAccountId(parsed_.access_key_id) ? AccountId(parsed_.access_key_id) : owner_.options_.default_account;
    outcome.principal = RootPrincipal(outcome.account, PartitionOf(outcome.region));
    RETURN_IF_ERROR(ClaimPayload(outcome));
    return outcome;
  }

  /// What the head says of the body holds, whoever sent it.
  Result<void> ClaimPayload(AuthOutcome& outcome) {
    if (!request_.http.headers.Has("x-amz-content-sha256") || !ChoosePayload().ok()) return {};
    RETURN_IF_ERROR(CheckBody());
    outcome.payload = payload_mode_;
    outcome.payload_sha256 = expected_hash_;
    return {};
  }

  AuthOutcome Verified() const {
    AuthOutcome outcome = Claimed();
    outcome.kind = AuthOutcome::Kind::kVerified;
    outcome.account = credential_->principal.account;
    outcome.principal = credential_->principal;
    outcome.payload = payload_mode_;
    outcome.payload_sha256 = expected_hash_;
    if (parsed_.kind != Kind::kSigV4) return outcome;
    if (payload_mode_ == PayloadMode::kStreamingSigned || payload_mode_ == PayloadMode::kStreamingSignedTrailer) {
      outcome.chunk_signing = ChunkSigning{signing_key_, *parsed_.signature, date_.text, parsed_.scope};
    }
    return outcome;
  }

  AuthOutcome Claimed() const {
    AuthOutcome outcome;
    outcome.region = Region(parsed_.scope.region);
    outcome.signing_service = parsed_.scope.service;
    outcome.access_key_id = parsed_.access_key_id;
    outcome.presigned = parsed_.presigned;
    return outcome;
  }

  const Authenticator& owner_;
  const AuthRequest& request_;
  const AuthErrors errors_;
  const ParsedSignature parsed_;
  const SignatureForm form_;
  std::shared_ptr<const Credential> credential_;
  SignatureDate date_;
  PayloadMode payload_mode_ = PayloadMode::kUnsigned;
  std::string payload_hash_;
  std::string expected_hash_;
  std::string body_hash_;
  Sha256Digest signing_key_{};
  bool mismatch_ = false;
};

void Authenticator::Attempt::Explain(const AwsError& error, WhyLog& log) const {
  WhyRecord record;
  record.request_id = std::string(request_.request_id);
  record.time = owner_.real_time_();
  record.error = error;
  record.method = request_.http.method;
  record.target = request_.http.target;
  record.host = std::string(request_.http.host());
  record.access_key_id = parsed_.access_key_id;
  record.scope = parsed_.credential_well_formed ? parsed_.scope.ToString() : parsed_.credential.value_or("");
  record.signed_headers = parsed_.signed_headers_text.value_or("");
  record.provided_signature = parsed_.signature.value_or("");
  if (mismatch_) {
    MismatchInput input{request_.http,
                        path_style(),
                        {},
                        parsed_.signed_headers,
                        date_.text,
                        parsed_.scope,
                        *parsed_.signature,
                        payload_hash_,
                        credential_->secret_access_key,
                        {}};
    for (const auto& other : owner_.credentials_.RootCredentials()) {
      if (other->access_key_id != parsed_.access_key_id)
        input.other_secrets.emplace_back(other->access_key_id, other->secret_access_key);
    }
    ExplainMismatch(input, record);
  } else if (!credential_ && parsed_.kind != Kind::kNone && parsed_.credential_well_formed) {
    record.finding =
        "The access key is not known here: it is neither a root key from the settings nor a session that this world "
        "issued.";
  } else {
    record.finding = error.message;
  }
  const std::string line =
      fmt::format("auth: {} {} refused with {}: {} See GET /_stratolite/why/{}", request_.http.method,
                  request_.http.path(), error.code, record.finding, record.request_id);
  spdlog::warn("{}", OneLine(line));
  log.Add(std::move(record));
}

Authenticator::Authenticator(CredentialStore& credentials, const runtime::Clock& world_clock, AuthOptions options,
                             WhyLog* why, std::function<TimePoint()> real_time)
    : credentials_(credentials),
      world_clock_(world_clock),
      options_(std::move(options)),
      why_(why),
      // Real time: clients sign with it, whatever the world's clock says.
      real_time_(real_time ? std::move(real_time)
                           : [] { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }),
      keys_(std::make_unique<SigningKeyCache>()) {}

Authenticator::~Authenticator() = default;

Result<AuthOutcome> Authenticator::Authenticate(const AuthRequest& request) const {
  Attempt attempt(*this, request);
  Result<AuthOutcome> outcome = attempt.Run();
  if (!outcome.ok() && why_ && !request.request_id.empty()) attempt.Explain(outcome.error(), *why_);
  return outcome;
}

Result<AuthOutcome> Authenticator::AuthenticateText(const SignedText& text, bool anonymous_allowed) const {
  const AuthErrors errors(wire::Protocol::kRestXml, true);
  const bool strict = options_.mode == AuthMode::kStrict;
  AuthOutcome outcome;
  outcome.account = options_.default_account;
  outcome.principal.account = outcome.account;
  if (text.access_key_id.empty()) {
    if (strict && !anonymous_allowed) return errors.Missing();
    return outcome;
  }
  outcome.access_key_id = text.access_key_id;
  if (text.scope) {
    outcome.region = Region(text.scope->region);
    outcome.signing_service = text.scope->service;
  }
  const auto credential = credentials_.Find(text.access_key_id);
  if (!credential) {
    const bool former = options_.refuse_unknown_users && AccountOfKeyId(text.access_key_id).has_value();
    if (strict || former) return errors.UnknownKey(text.access_key_id);
    outcome.kind = AuthOutcome::Kind::kUnverified;
    outcome.account = AccountOf(text.access_key_id);
    outcome.principal = RootPrincipal(outcome.account, PartitionOf(outcome.region));
    return outcome;
  }
  const std::string token = text.session_token.value_or("");
  if (!ConstantTimeEquals(token, credential->session_token.value_or(""))) return errors.WrongToken(token);
  const std::string expected = text.scope ? Signature(keys_->Get(*credential, *text.scope), text.text)
                                          : SigV2Signature(credential->secret_access_key, text.text);
  if (!ConstantTimeEquals(expected, text.signature))
    return errors.Mismatch(text.access_key_id, text.signature, text.text, {});
  if (credential->expires && *credential->expires <= world_clock_.Now()) return errors.ExpiredToken(token);
  outcome.kind = AuthOutcome::Kind::kVerified;
  outcome.account = credential->principal.account;
  outcome.principal = credential->principal;
  return outcome;
}

std::optional<ClaimedIdentity> Authenticator::ReadClaim(const wire::HttpRequest& http) {
  ParsedSignature parsed = ParseSignature(http);
  if (parsed.access_key_id.empty() || (!parsed.credential_well_formed && parsed.kind != Kind::kSigV2))
    return std::nullopt;
  return ClaimedIdentity{std::move(parsed.access_key_id), std::move(parsed.scope)};
}

AccountId Authenticator::AccountOf(std::string_view access_key_id) const {
  if (const auto credential = credentials_.Find(access_key_id)) return credential->principal.account;
  return IsAccountId(access_key_id) ? AccountId(std::string(access_key_id)) : options_.default_account;
}

}  // namespace stratolite::auth
