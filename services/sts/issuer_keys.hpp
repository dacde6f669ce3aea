#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "stratolite/base/result.hpp"
#include "stratolite/ports/http_client.hpp"
#include "stratolite/service/service.hpp"
#include "sts/json_web_token.hpp"

namespace stratolite::sts {

/// The keys of OpenID Connect issuers: read from their discovery documents and remembered for an hour of the world's clock, or until a token names one that
/// is not among them. Which issuers may be asked is the caller's to know. Certificates are judged by the machine's authorities, not by registered thumbprints.
/// `deps` must outlive it. Thread-safe.
class IssuerKeys {
 public:
  using Done = std::function<void(Result<void>)>;

  explicit IssuerKeys(const ServiceDeps& deps) : deps_(deps) {}

  /// Whether the token's signature is by one of `issuer`'s keys. `done` is called once, at once when the key is known. Errors: InvalidIdentityToken,
  /// IDPCommunicationError.
  void Verify(const std::string& issuer, const JsonWebToken& token, runtime::CancellationToken cancellation, Done done);
  void Clear();

 private:
  struct Known {
    Json keys;
    TimePoint fetched_at;
  };

  std::optional<Json> Remembered(const std::string& issuer, const JsonWebToken& token);
  void Remember(const std::string& issuer, Json keys);
  void Get(const std::string& url, runtime::CancellationToken cancellation, std::function<void(Result<Json>)> then);

  const ServiceDeps deps_;
  std::mutex mutex_;
  std::map<std::string, Known> issuers_;  // Guarded by mutex_.
};

}  // namespace stratolite::sts
