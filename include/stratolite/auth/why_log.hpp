#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/sigv4.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::auth {

/// Where two canonical requests part.
struct FirstDifference {
  /// 1-based line, and what that line is: `method`, `path`, `query`, `header host`, `signed headers`, `payload hash`.
  int line = 0;
  std::string part;
  std::string ours;
  std::string theirs;
};
/// nullopt: equal.
std::optional<FirstDifference> CompareCanonicalRequests(std::string_view ours, std::string_view theirs);

/// Why one request was refused.
struct WhyRecord {
  std::string request_id;
  TimePoint time;
  AwsError error;
  std::string method;
  std::string target;
  std::string host;
  std::string access_key_id;
  std::string scope;
  std::string signed_headers;
  std::string provided_signature;
  /// As computed from what arrived; empty when it did not come to that.
  std::string canonical_request;
  std::string string_to_sign;
  /// The client's, found by trying what clients and proxies get wrong until the signature fits (or sent along in
  /// `x-stratolite-canonical-request`, base64). Empty: none fits, so the secret differs or the request was changed on its way.
  std::string client_canonical_request;
  /// In words: `Host was signed as 'localhost' without the port.`
  std::string finding;
  std::optional<FirstDifference> difference;
};

/// The last refused requests, for `GET /_stratolite/why/<request-id>`. Bounded; the oldest go first. Thread-safe.
class WhyLog {
 public:
  explicit WhyLog(std::size_t capacity = 512) : capacity_(capacity) {}

  void Add(WhyRecord record);
  std::shared_ptr<const WhyRecord> Find(std::string_view request_id) const;
  /// The page's body; nullopt: unknown or forgotten.
  std::optional<Json> Describe(std::string_view request_id) const;
  void Clear();

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const WhyRecord>> records_;
};

/// What explains a signature that does not match: tries variants of the canonical request and of the secret.
struct MismatchInput {
  const wire::HttpRequest& http;
  PathStyle path_style;
  QueryStyle query_style;
  std::vector<std::string> signed_headers;
  std::string amz_date;
  CredentialScope scope;
  std::string provided_signature;
  std::string payload_hash;
  std::string secret_access_key;
  /// Secrets of other keys that the world knows, with the key's id: a frequent mix-up.
  std::vector<std::pair<std::string, std::string>> other_secrets;
};
/// Fills canonical_request, string_to_sign, client_canonical_request, finding and difference of `record`.
void ExplainMismatch(const MismatchInput& input, WhyRecord& record);

}  // namespace stratolite::auth
