#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "unit/http/loopback_client.hpp"

namespace stratolite::testing {

/// A TLS client on 127.0.0.1 that trusts one authority, for tests of the server's half. Reads give up after ten seconds. Not thread-safe.
class TlsClient {
 public:
  struct Options {
    /// Asked for and verified; empty: the address is.
    std::string host = "localhost";
    /// In the form of RFC 7301; empty: none offered.
    std::string protocols = {};
    int max_version = 0;
  };

  TlsClient(std::uint16_t port, const std::string& authority_pem, const Options& options)
      : socket_(port), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), ssl_(nullptr, &SSL_free) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> pem(
        BIO_new_mem_buf(authority_pem.data(), static_cast<int>(authority_pem.size())), &BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> root(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr),
                                                           &X509_free);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), root.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    if (options.max_version != 0) SSL_CTX_set_max_proto_version(context_.get(), options.max_version);
    if (options.max_version != 0) SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0");
    timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.descriptor());
    if (options.host.empty()) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), "127.0.0.1");
    } else {
      SSL_set_tlsext_host_name(ssl_.get(), options.host.c_str());
      SSL_set1_host(ssl_.get(), options.host.c_str());
    }
    if (!options.protocols.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(options.protocols.data()),
                          static_cast<unsigned>(options.protocols.size()));
    }
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  /// The handshake succeeded, and the server is who it must be.
  bool connected() const { return connected_; }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  X509* certificate() const { return SSL_get0_peer_certificate(ssl_.get()); }

  bool Send(std::string_view data) {
    return SSL_write(ssl_.get(), data.data(), static_cast<int>(data.size())) == static_cast<int>(data.size());
  }
  std::string ReadUntil(std::string_view mark) {
    for (;;) {
      if (const auto found = pending_.find(mark); found != std::string::npos) return Take(found + mark.size());
      if (!Receive()) return Take(pending_.size());
    }
  }
  /// A whole answer with Content-Length: head and body.
  std::pair<std::string, std::string> ReadAnswer() {
    std::string head = ReadUntil("\r\n\r\n");
    const auto field = head.find("Content-Length: ");
    const std::size_t length = field == std::string::npos ? 0 : std::stoul(head.substr(field + 16));
    while (pending_.size() < length && Receive()) {
    }
    return {std::move(head), Take(std::min(length, pending_.size()))};
  }
  bool ClosedByServer() {
    while (Receive()) {
    }
    return ended_;
  }
  /// The server said goodbye before it closed: nothing was cut off.
  bool ClosedProperly() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void Close() { socket_.Close(); }

 private:
  bool Receive() {
    char buffer[65536];
    const int received = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (received <= 0) return ended_ = SSL_get_error(ssl_.get(), received) != SSL_ERROR_WANT_READ, false;
    pending_.append(buffer, static_cast<std::size_t>(received));
    return true;
  }
  std::string Take(std::size_t size) {
    std::string out = pending_.substr(0, size);
    pending_.erase(0, size);
    return out;
  }

  LoopbackClient socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::string pending_;
  bool connected_ = false;
  bool ended_ = false;
};

}  // namespace stratolite::testing
