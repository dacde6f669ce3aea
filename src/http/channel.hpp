#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct ssl_st;

namespace stratolite::http {

struct FreeTlsSession {
  void operator()(ssl_st* session) const;
};
/// One connection's half of TLS, made by TlsAcceptor.
using TlsSession = std::unique_ptr<ssl_st, FreeTlsSession>;

/// In the calling thread, for good. sendfile(2) to a client that has gone raises SIGPIPE and cannot be told not to: whoever calls
/// Channel::SendFile has called this.
void BlockBrokenPipeSignals();

/// The bytes of one connection: bare, or through TLS. Its operations never block: they say how far they came and what they wait for, so that a
/// coroutine can wait on its loop and a lane thread with WaitFor. Does not own the socket, which is non-blocking. Confined to one thread at a time.
class Channel {
 public:
  enum class Status {
    kMoved,
    /// Nothing moved: again when the socket can be read, or written. TLS may have to write in order to read, and the other way round.
    kWantsRead,
    kWantsWrite,
    /// The peer has ended its stream.
    kEnd,
    kBroken,
  };
  struct Progress {
    Status status = Status::kMoved;
    std::size_t bytes = 0;
    bool moved() const { return status == Status::kMoved; }
    bool waits() const { return status == Status::kWantsRead || status == Status::kWantsWrite; }
  };

  explicit Channel(int socket) : socket_(socket) {}

  /// From here on all bytes go through `session`; Handshake comes first.
  void SecureWith(TlsSession session);
  bool secure() const { return session_ != nullptr; }
  /// kMoved: done.
  Progress Handshake();

  Progress Read(char* out, std::size_t capacity);
  /// After kWantsWrite or kWantsRead the same bytes must be offered again.
  Progress Write(std::string_view data);
  /// Straight from a file, on a bare channel only. kEnd: the file has no more; kBroken: also when such a file cannot be sent this way.
  Progress SendFile(int descriptor, std::uint64_t offset, std::uint64_t length);
  /// Whether Read would find something without looking at the socket.
  bool HasBuffered() const;
  /// Tells the peer that nothing follows, as far as the socket takes it now.
  void SayGoodbye();

  /// Waits for what a Progress waits for; false when it took longer than `limit`. Blocks.
  bool WaitFor(Status wanted, std::chrono::milliseconds limit) const;
  /// Writes all of `data`; false when the peer is gone or takes nothing for `idle_limit`. Blocks.
  bool WriteAll(std::string_view data, std::chrono::seconds idle_limit);

 private:
  Progress Judge(int result) const;

  const int socket_;
  TlsSession session_;
};

}  // namespace stratolite::http
