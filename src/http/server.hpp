#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/application.hpp"
#include "http/transfer_pace.hpp"

namespace stratolite::http {

struct Limits {
  std::size_t max_head_bytes = 64 * 1024;
  /// From the first byte of a head to its last.
  std::chrono::seconds head{30};
  /// Between two pieces of a body, in either direction.
  std::chrono::seconds body_idle{60};
  /// What a body has to manage on its way in.
  PaceRule pace{.bytes_per_second = 1024, .grace = std::chrono::seconds(30)};
  /// The same for heads, handshakes and both directions while others wait for the thread or the memory that the client holds.
  PaceRule pressed_pace{.bytes_per_second = 64 * 1024, .grace = std::chrono::seconds(2)};
  /// How long a request waits for memory to put its body into.
  std::chrono::seconds memory_wait{10};
  /// Between two requests.
  std::chrono::seconds keep_alive{300};
  /// How long a connection that we close may still send before it is cut.
  std::chrono::seconds linger{2};
};

class CertificateAuthority;

struct ServerOptions {
  /// IP literals. An IPv6 address that the machine does not have is skipped if another address could be bound.
  std::vector<std::string> addresses{"127.0.0.1", "::1"};
  /// 0: any free port, the same on every address.
  std::uint16_t port = 0;
  /// 0: max(4, 2 x cores).
  std::size_t threads = 0;
  /// Signs what clients that speak TLS are shown; outlives the server. nullptr: their connections are closed.
  CertificateAuthority* authority = nullptr;
  /// How much memory requests and answers may hold that are not yet, or no longer, being worked on. 0: DefaultBufferBytes().
  std::uint64_t buffer_bytes = 0;
  Limits limits;
};

/// An HTTP/1.1 server: keep-alive, pipelining, 100-continue, chunked and streamed bodies both ways, TLS on the same port (a connection's
/// first byte tells), graceful stop.
///
/// Leaves out HTTP/2. Each thread runs an event loop of its own and each connection stays
/// on one loop, so connections need no locks; a thread begins with the first connection it is given. Thread-safe.
class Server {
 public:
  /// Binds and listens: clients may connect from here on. Throws std::runtime_error that says what to do when an address cannot be had.
  explicit Server(const ServerOptions& options);
  /// Cuts what is left.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  /// What was bound: `127.0.0.1:4566`, `[::1]:4566`.
  const std::vector<std::string>& endpoints() const;
  /// Begins to accept and answer. `application` must outlive the server.
  void Start(Application& application);
  /// Stops accepting, ends idle connections and waiting calls, lets requests in flight finish for `grace`, then cuts. Returns when nothing
  /// runs any more. Blocks. Again is a no-op.
  void Stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stratolite::http
