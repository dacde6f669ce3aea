#pragma once

#include <memory>
#include <mutex>

#include "http/channel.hpp"

struct bio_method_st;
struct ssl_ctx_st;

namespace stratolite::http {

class CertificateAuthority;

/// Makes the server's half of TLS connections: TLS 1.2 and 1.3, HTTP/1.1 by ALPN, no renegotiation, sessions resumed by ticket. The certificate is
/// made for the name that the client asks for. Costs nothing before the first such client. `authority` outlives it. Thread-safe. Blocks.
class TlsAcceptor {
 public:
  /// nullptr: TLS is refused.
  explicit TlsAcceptor(CertificateAuthority* authority) : authority_(authority) {}
  ~TlsAcceptor();
  TlsAcceptor(const TlsAcceptor&) = delete;
  TlsAcceptor& operator=(const TlsAcceptor&) = delete;

  /// A session over a connected, non-blocking socket, which stays the caller's; nullptr, after a line in the log, when there cannot be one.
  TlsSession Begin(int socket);

 private:
  void Prepare();

  CertificateAuthority* const authority_;
  std::mutex mutex_;
  ssl_ctx_st* context_ = nullptr;
  bio_method_st* socket_method_ = nullptr;
};

}  // namespace stratolite::http
