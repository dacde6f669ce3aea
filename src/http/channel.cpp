#include "http/channel.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

namespace stratolite::http {
namespace {

// sendfile(2) moves at most this much a call.
constexpr std::uint64_t kMaxSendFileBytes = 0x7ffff000;

Channel::Progress FromErrno(Channel::Status when_full) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {.status = when_full};
  return {.status = Channel::Status::kBroken};
}

}  // namespace

void BlockBrokenPipeSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void FreeTlsSession::operator()(ssl_st* session) const { SSL_free(session); }

void Channel::SecureWith(TlsSession session) { session_ = std::move(session); }

Channel::Progress Channel::Handshake() {
  ERR_clear_error();
  return Judge(SSL_accept(session_.get()));
}

Channel::Progress Channel::Read(char* out, std::size_t capacity) {
  if (session_) {
    ERR_clear_error();
    std::size_t bytes = 0;
    Progress progress = Judge(SSL_read_ex(session_.get(), out, capacity, &bytes));
    progress.bytes = bytes;
    return progress;
  }
  const ssize_t received = ::recv(socket_, out, capacity, MSG_DONTWAIT);
  if (received > 0) return {.status = Status::kMoved, .bytes = static_cast<std::size_t>(received)};
  return received == 0 ? Progress{.status = Status::kEnd} : FromErrno(Status::kWantsRead);
}

Channel::Progress Channel::Write(std::string_view data) {
  if (data.empty()) return {};
  if (session_) {
    ERR_clear_error();
    std::size_t bytes = 0;
    Progress progress = Judge(SSL_write_ex(session_.get(), data.data(), data.size(), &bytes));
    progress.bytes = bytes;
    return progress;
  }
  const ssize_t sent = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent >= 0 ? Progress{.status = Status::kMoved, .bytes = static_cast<std::size_t>(sent)}
                   : FromErrno(Status::kWantsWrite);
}

Channel::Progress Channel::SendFile(int descriptor, std::uint64_t offset, std::uint64_t length) {
  auto position = static_cast<off_t>(offset);
  const ssize_t sent = ::sendfile(socket_, descriptor, &position, std::min(length, kMaxSendFileBytes));
  if (sent > 0) return {.status = Status::kMoved, .bytes = static_cast<std::size_t>(sent)};
  return sent == 0 ? Progress{.status = Status::kEnd} : FromErrno(Status::kWantsWrite);
}

Channel::Progress Channel::Judge(int result) const {
  if (result == 1) return {};
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {.status = Status::kWantsRead};
    case SSL_ERROR_WANT_WRITE:
      return {.status = Status::kWantsWrite};
    case SSL_ERROR_ZERO_RETURN:
      return {.status = Status::kEnd};
    default:
      return {.status = Status::kBroken};
  }
}

bool Channel::HasBuffered() const { return session_ && SSL_has_pending(session_.get()) == 1; }

void Channel::SayGoodbye() {
  if (!session_ || SSL_in_init(session_.get())) return;
  ERR_clear_error();
  SSL_shutdown(session_.get());
}

bool Channel::WaitFor(Status wanted, std::chrono::milliseconds limit) const {
  pollfd entry{
      .fd = socket_, .events = static_cast<short>(wanted == Status::kWantsRead ? POLLIN : POLLOUT), .revents = 0};
  for (;;) {
    const int ready = ::poll(&entry, 1, static_cast<int>(limit.count()));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

bool Channel::WriteAll(std::string_view data, std::chrono::seconds idle_limit) {
  while (!data.empty()) {
    const Progress progress = Write(data);
    if (progress.moved()) {
      data.remove_prefix(progress.bytes);
    } else if (!progress.waits() || !WaitFor(progress.status, idle_limit)) {
      return false;
    }
  }
  return true;
}

}  // namespace stratolite::http
