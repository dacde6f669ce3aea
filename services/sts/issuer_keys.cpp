#include "sts/issuer_keys.hpp"

#include <chrono>
#include <utility>

#include "stratolite/base/json_text.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "sts/errors.hpp"
#include "sts/public_keys.hpp"

namespace stratolite::sts {
namespace {

constexpr std::string_view kConfiguration = "/.well-known/openid-configuration";
constexpr Duration kKept = std::chrono::hours(1);
constexpr Duration kPatience = std::chrono::seconds(5);
constexpr std::size_t kMostIssuers = 256;
constexpr std::size_t kMostBytes = 256 << 10;

std::string HeaderMember(const JsonWebToken& token, const char* name) {
  const auto found = token.header.find(name);
  return found != token.header.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string WithoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// The key that the token names, or the first that fits when it names none.
std::optional<Json> PickKey(const Json& keys, const JsonWebToken& token) {
  const std::string id = HeaderMember(token, "kid");
  for (const Json& key : keys) {
    if (!FitsAlgorithm(key, HeaderMember(token, "alg"))) continue;
    if (id.empty() || key.value("kid", Json()) == id) return key;
  }
  return std::nullopt;
}

Result<void> Judge(const JsonWebToken& token, const Json& key) {
  if (VerifyByPublicKey(HeaderMember(token, "alg"), key, token.signing_input, token.signature)) return {};
  return InvalidTokenSignature();
}

}  // namespace

void IssuerKeys::Verify(const std::string& issuer, const JsonWebToken& token, runtime::CancellationToken cancellation,
                        Done done) {
  if (const auto key = Remembered(issuer, token)) return done(Judge(token, *key));
  const auto read_keys = [this, issuer, token, done](Result<Json> document) {
    if (!document.ok()) return done(document.error());
    const auto keys = document->find("keys");
    if (keys == document->end() || !keys->is_array()) return done(NoVerificationKey());
    Remember(issuer, *keys);
    const auto key = PickKey(*keys, token);
    done(key ? Judge(token, *key) : NoVerificationKey());
  };
  const auto read_configuration = [this, issuer, cancellation, done, read_keys](Result<Json> document) {
    if (!document.ok()) return done(document.error());
    const auto named = document->find("issuer");
    const auto address = document->find("jwks_uri");
    const bool same = named != document->end() && named->is_string() &&
                      WithoutSlash(named->get<std::string>()) == WithoutSlash(issuer);
    if (!same || address == document->end() || !address->is_string()) return done(NoVerificationKey());
    Get(address->get<std::string>(), cancellation, read_keys);
  };
  Get(WithoutSlash(issuer) + std::string(kConfiguration), cancellation, read_configuration);
}

void IssuerKeys::Get(const std::string& url, runtime::CancellationToken cancellation,
                     std::function<void(Result<Json>)> then) {
  auto* const client = deps_.ports.Find<ports::HttpClient>();
  if (client == nullptr) return then(IdentityProviderSilent());
  ports::HttpClient::Request request;
  request.method = "GET";
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  request.timeout = kPatience;
  request.max_answer_bytes = kMostBytes;
  request.cancellation = std::move(cancellation);
  client->Send(std::move(request), [then = std::move(then)](Result<ports::HttpClient::Answer> answer) {
    if (!answer.ok()) {
      const bool refused = answer.error().code == "Refused" || answer.error().code == "BadAnswer";
      return then(refused ? NoVerificationKey() : IdentityProviderSilent());
    }
    Json document = answer->status == 200 ? ParseJsonText(answer->body) : Json();
    if (!document.is_object()) return then(NoVerificationKey());
    then(std::move(document));
  });
}

std::optional<Json> IssuerKeys::Remembered(const std::string& issuer, const JsonWebToken& token) {
  const TimePoint now = deps_.clock.Now();
  const std::scoped_lock lock(mutex_);
  const auto found = issuers_.find(issuer);
  // Clocks can be set back.
  if (found == issuers_.end() || now < found->second.fetched_at || now - found->second.fetched_at > kKept)
    return std::nullopt;
  return PickKey(found->second.keys, token);
}

void IssuerKeys::Remember(const std::string& issuer, Json keys) {
  const TimePoint now = deps_.clock.Now();
  const std::scoped_lock lock(mutex_);
  if (issuers_.size() >= kMostIssuers) issuers_.clear();
  issuers_.insert_or_assign(issuer, Known{std::move(keys), now});
}

void IssuerKeys::Clear() {
  const std::scoped_lock lock(mutex_);
  issuers_.clear();
}

}  // namespace stratolite::sts
