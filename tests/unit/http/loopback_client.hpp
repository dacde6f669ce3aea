#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stratolite::testing {

/// A raw TCP client on 127.0.0.1, for tests that look at bytes. Reads give up after `patience`.
class LoopbackClient {
 public:
  explicit LoopbackClient(std::uint16_t port, std::chrono::milliseconds patience = std::chrono::milliseconds(10'000))
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), patience_(patience) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("connect");
  }
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;
  ~LoopbackClient() { Close(); }

  void Close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  int descriptor() const { return socket_; }
  void CloseSending() { ::shutdown(socket_, SHUT_WR); }

  /// False when the peer no longer takes anything.
  bool Send(std::string_view data) {
    while (!data.empty()) {
      const ssize_t sent = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      data.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Reads until `mark` is in what was read, and returns all up to and with it; what there was at the end of the stream otherwise.
  std::string ReadUntil(std::string_view mark) {
    for (;;) {
      if (const auto found = pending_.find(mark); found != std::string::npos) return Take(found + mark.size());
      if (!Receive()) return Take(pending_.size());
    }
  }
  std::string ReadExactly(std::size_t size) {
    while (pending_.size() < size && Receive()) {
    }
    return Take(std::min(size, pending_.size()));
  }
  /// Until the server closes.
  std::string ReadAll() {
    while (Receive()) {
    }
    return Take(pending_.size());
  }
  /// A whole answer with Content-Length: head and body.
  std::pair<std::string, std::string> ReadAnswer() {
    std::string head = ReadUntil("\r\n\r\n");
    const auto field = head.find("Content-Length: ");
    const std::size_t length = field == std::string::npos ? 0 : std::stoul(head.substr(field + 16));
    return {std::move(head), ReadExactly(length)};
  }
  /// Whether the server closed (or reset) the connection within the patience, whatever it sent before.
  bool ClosedByServer() {
    while (Receive()) {
    }
    return ended_;
  }

 private:
  bool Receive() {
    if (ended_) return false;
    pollfd entry{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&entry, 1, static_cast<int>(patience_.count())) <= 0) return false;
    char buffer[65536];
    const ssize_t received = ::recv(socket_, buffer, sizeof buffer, 0);
    if (received <= 0) return ended_ = true, false;
    pending_.append(buffer, static_cast<std::size_t>(received));
    return true;
  }
  std::string Take(std::size_t size) {
    std::string out = pending_.substr(0, size);
    pending_.erase(0, size);
    return out;
  }

  int socket_;
  const std::chrono::milliseconds patience_;
  std::string pending_;
  bool ended_ = false;
};

}  // namespace stratolite::testing
