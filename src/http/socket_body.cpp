#include "http/socket_body.hpp"

#include <cerrno>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>

namespace stratolite::http {
namespace {

constexpr std::size_t kSocketReadBytes = 256 * 1024;

bool WaitFor(int socket, short events, std::chrono::seconds limit) {
  pollfd entry{.fd = socket, .events = events, .revents = 0};
  for (;;) {
    const int ready = ::poll(&entry, 1, static_cast<int>(std::chrono::milliseconds(limit).count()));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

}  // namespace

std::size_t SocketBodyReader::Read(char* buffer, std::size_t capacity) {
  if (capacity == 0 || parser_.body_complete()) return 0;
  if (failed_) throw std::runtime_error("the request body broke off");
  const auto fail = [this](const char* why) {
    failed_ = true;
    throw std::runtime_error(why);
  };
  for (;;) {
    if (buffer_.size() > 0) {
      std::size_t produced = 0;
      const auto progress = parser_.ExtractBody(static_cast<const char*>(buffer_.data().data()), buffer_.size(), buffer,
                                                capacity, &produced);
      buffer_.consume(progress.consumed);
      if (progress.error_status != 0) fail("the request body is malformed");
      if (produced > 0 || progress.done) return produced;
    }
    if (parser_.wants_continue() && !continued_) {
      continued_ = true;
      if (!SendAll(socket_, "HTTP/1.1 100 Continue\r\n\r\n", idle_limit_)) fail("the client has gone");
    }
    const auto space = buffer_.prepare(kSocketReadBytes);
    const ssize_t received = ::recv(socket_, space.data(), space.size(), MSG_DONTWAIT);
    if (received > 0) {
      buffer_.commit(static_cast<std::size_t>(received));
    } else if (received == 0) {
      fail("the client broke off the request body");
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!WaitFor(socket_, POLLIN, idle_limit_)) fail("the client stopped sending the request body");
    } else if (errno != EINTR) {
      fail("the connection was lost while the request body was read");
    }
  }
}

bool SendAll(int socket, std::string_view data, std::chrono::seconds idle_limit) {
  while (!data.empty()) {
    const ssize_t sent = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      data.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!WaitFor(socket, POLLOUT, idle_limit)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace stratolite::http
