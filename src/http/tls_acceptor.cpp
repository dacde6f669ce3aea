#include "http/tls_acceptor.hpp"

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "http/certificate_authority.hpp"

namespace stratolite::http {
namespace {

int SocketOf(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL.
int WriteToSocket(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent =
      static_cast<int>(::send(SocketOf(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT));
  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_write(bio);
  return sent;
}

int ReadFromSocket(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  const auto received = static_cast<int>(::recv(SocketOf(bio), out, static_cast<std::size_t>(size), MSG_DONTWAIT));
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_read(bio);
  if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return received;
}

// What libssl asks of a BIO: whether it ended, and to flush.
long ControlSocket(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

std::string LocalAddress(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  char text[INET6_ADDRSTRLEN] = "";
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  if (address.ss_family == AF_INET)
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  if (address.ss_family == AF_INET6)
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  return text;
}

/// Clients that name no host have connected to an address.
int ChooseCertificate(SSL* session, void* authority) {
  try {
    const char* const asked = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    const std::string host = asked != nullptr ? asked : LocalAddress(SocketOf(SSL_get_rbio(session)));
    const auto leaf = static_cast<CertificateAuthority*>(authority)->CertifyHost(host);
    return SSL_use_certificate(session, leaf.certificate.get()) == 1 &&
           SSL_use_PrivateKey(session, leaf.key.get()) == 1;
  } catch (const std::exception& error) {
    spdlog::error("no certificate for a TLS client: {}", error.what());
    return 0;
  }
}

int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                   unsigned int offered_size, void*) {
  static constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, chosen_size, kHttp11, sizeof kHttp11, offered, offered_size);
  *chosen = found;
  // RFC 7301 section 3.2: without a common protocol the server ends the handshake.
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsAcceptor::~TlsAcceptor() {
  SSL_CTX_free(context_);
  BIO_meth_free(socket_method_);
}

void TlsAcceptor::Prepare() {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> method(
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "non-blocking socket"), &BIO_meth_free);
  SSL_CTX* const made = context.get();
  if (!context || !method || SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION) != 1)
    throw std::runtime_error("OpenSSL cannot be prepared for TLS");
  SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                SSL_OP_PRIORITIZE_CHACHA | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Idle connections keep no record buffers; a write may be continued from a buffer that has moved.
  SSL_CTX_set_mode(made,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(made, 1);
  SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(made, 1);
  SSL_CTX_set_cert_cb(made, &ChooseCertificate, authority_);
  SSL_CTX_set_alpn_select_cb(made, &ChooseProtocol, nullptr);
  BIO_meth_set_write(method.get(), &WriteToSocket);
  BIO_meth_set_read(method.get(), &ReadFromSocket);
  BIO_meth_set_ctrl(method.get(), &ControlSocket);
  SSL_CTX_up_ref(made);
  context_ = made;
  socket_method_ = method.release();
}

TlsSession TlsAcceptor::Begin(int socket) {
  if (authority_ == nullptr) {
    spdlog::warn("a client speaks TLS, which this server does not: use http:// in its endpoint URL");
    return nullptr;
  }
  const std::scoped_lock lock(mutex_);
  try {
    if (context_ == nullptr) Prepare();
  } catch (const std::exception& error) {
    spdlog::error("TLS is not possible: {}", error.what());
    return nullptr;
  }
  TlsSession session(SSL_new(context_));
  BIO* const bio = BIO_new(socket_method_);
  if (!session || bio == nullptr) return nullptr;
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(session.get(), bio, bio);
  return session;
}

}  // namespace stratolite::http
