#pragma once

#include <cstddef>
#include <memory>

#include "stratolite/ports/http_client.hpp"

namespace stratolite::http {

class CertificateAuthority;

/// Plain data.
struct HttpClientOptions {
  /// See EgressRules.
  bool allow_metadata = false;
  /// False: https:// endpoints may show any certificate.
  bool verify_tls = true;
  /// No call takes longer, whatever it asks for.
  Duration longest_call = std::chrono::seconds(30);
  std::size_t max_calls = 64;
  std::size_t max_calls_per_host = 16;
  /// More are refused at once.
  std::size_t max_waiting = 10'000;
  /// Whose certificates are trusted beside those that the system trusts (or the file that SSL_CERT_FILE names): our own. May be null; else outlives it.
  CertificateAuthority* authority = nullptr;
};

/// The daemon's outgoing calls: one thread for their connections, made at the first call, and a few for what their callers do with the answers. A connection
/// serves one call. Thread-safe.
class HttpClient final : public ports::HttpClient {
 public:
  explicit HttpClient(const HttpClientOptions& options);
  /// Ends the calls in flight with `Stopped`, and returns when all have been told.
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void Send(Request request, Done done) override;

 private:
  class Traffic;
  const std::unique_ptr<Traffic> traffic_;
};

}  // namespace stratolite::http
