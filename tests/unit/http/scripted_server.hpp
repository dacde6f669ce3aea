#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stratolite::testing {

/// One end of a connection whose other end is under test.
class ServerConnection {
 public:
  ServerConnection(int socket, const std::atomic<bool>& stopping) : socket_(socket), stopping_(stopping) {}
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;
  ~ServerConnection() { ::close(socket_); }

  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Head and body of a request with Content-Length.
  std::string ReadRequest() {
    std::string text;
    std::size_t head = std::string::npos;
    while ((head = text.find("\r\n\r\n")) == std::string::npos && Receive(text)) {
    }
    const auto field = text.find("Content-Length: ");
    const std::size_t length = field == std::string::npos ? 0 : std::stoul(text.substr(field + 16));
    while (head != std::string::npos && text.size() < head + 4 + length && Receive(text)) {
    }
    return text;
  }
  /// Until the other side closes, or the server stops.
  void AwaitClose() {
    std::string ignored;
    while (Receive(ignored)) {
    }
  }
  /// Whether the other side is there still after these milliseconds.
  bool Pause(int milliseconds) {
    pollfd waiting{socket_, POLLRDHUP, 0};
    return ::poll(&waiting, 1, milliseconds) == 0 && !stopping_;
  }

 private:
  bool Receive(std::string& text) {
    char buffer[4096];
    for (;;) {
      pollfd waiting{socket_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) == 0) {
        if (stopping_) return false;
        continue;
      }
      const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
      if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
      return got > 0;
    }
  }

  const int socket_;
  const std::atomic<bool>& stopping_;
};

/// A server on 127.0.0.1 that does with each connection what a test says, each on a thread of its own.
class ScriptedServer {
 public:
  using Script = std::function<void(ServerConnection&)>;

  explicit ScriptedServer(Script script)
      : script_(std::move(script)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_, 128) != 0 || ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }
  ~ScriptedServer() {
    stopping_ = true;
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    ::close(socket_);
  }

  std::uint16_t port() const { return port_; }
  std::string Url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  int connections() const { return connections_; }

 private:
  void Accept() {
    while (!stopping_) {
      pollfd waiting{socket_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int accepted = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) continue;
      ++connections_;
      threads_.emplace_back([this, accepted] {
        ServerConnection connection(accepted, stopping_);
        script_(connection);
      });
    }
  }

  const Script script_;
  const int socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace stratolite::testing
