// Which way from a file to a loopback socket is fastest? downloads FILE [ROUNDS] sends the whole file to a receiver of its own, in each way
// in turn, and prints the medians. The receiver copies everything out, as a client does; the sending socket is non-blocking, as the daemon's are.
// `g++ -O2 -std=c++20 -pthread tests/bench/downloads.cpp -o downloads` (`make bench` does it). docs/performance.md has the figures.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;
constexpr std::size_t kReceiveBytes = 256 * kKiB;

void Check(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string(what) + ": " + std::to_string(errno));
}

/// Waits for room when `sent` says that there was none; otherwise how much went out.
std::size_t Sent(int socket, ssize_t sent, const char* what) {
  if (sent >= 0) return static_cast<std::size_t>(sent);
  Check(errno == EAGAIN || errno == EINTR, what);
  pollfd entry{.fd = socket, .events = POLLOUT, .revents = 0};
  ::poll(&entry, 1, -1);
  return 0;
}

void SendAll(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const std::size_t sent = Sent(socket, ::send(socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT), "send");
    data += sent;
    size -= sent;
  }
}

void PreadAndSend(int socket, int file, std::size_t size, std::size_t piece) {
  std::vector<char> buffer(piece);
  for (std::size_t at = 0; at < size;) {
    const ssize_t got = ::pread(file, buffer.data(), std::min(piece, size - at), static_cast<off_t>(at));
    Check(got > 0, "pread");
    SendAll(socket, buffer.data(), static_cast<std::size_t>(got));
    at += static_cast<std::size_t>(got);
  }
}

void SendFile(int socket, int file, std::size_t size) {
  off_t at = 0;
  while (static_cast<std::size_t>(at) < size)
    Sent(socket, ::sendfile(socket, file, &at, size - static_cast<std::size_t>(at)), "sendfile");
}

void MapAndSend(int socket, int file, std::size_t size) {
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  Check(mapped != MAP_FAILED, "mmap");
  ::madvise(mapped, size, MADV_SEQUENTIAL);
  for (std::size_t at = 0; at < size; at += kMiB)
    SendAll(socket, static_cast<const char*>(mapped) + at, std::min(kMiB, size - at));
  ::munmap(mapped, size);
}

void Splice(int socket, int file, std::size_t size) {
  int pipe[2];
  Check(::pipe2(pipe, O_CLOEXEC) == 0, "pipe");
  ::fcntl(pipe[1], F_SETPIPE_SZ, kMiB);
  loff_t at = 0;
  while (static_cast<std::size_t>(at) < size) {
    const ssize_t held = ::splice(file, &at, pipe[1], nullptr, kMiB, SPLICE_F_MOVE);
    Check(held > 0, "splice in");
    for (std::size_t left = static_cast<std::size_t>(held); left > 0;)
      left -= Sent(socket,
                   ::splice(pipe[0], nullptr, socket, nullptr, left, SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE),
                   "splice out");
  }
  ::close(pipe[0]);
  ::close(pipe[1]);
}

/// A connected pair of TCP sockets on loopback; the first one is non-blocking.
std::pair<int, int> Connect() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  Check(::bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0 && ::listen(listener, 1) == 0, "listen");
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "connect");
  const int server = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  const int on = 1;
  ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::close(listener);
  return {server, client};
}

double ThreadSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Figures {
  double seconds = 0;
  double sender_cpu = 0;
};

Figures Measure(std::size_t size, const std::function<void(int)>& send) {
  const auto [server, client] = Connect();
  std::size_t received = 0;
  std::thread receiver([&received, client = client, size] {
    std::vector<char> buffer(kReceiveBytes);
    while (received < size) {
      const ssize_t got = ::recv(client, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      received += static_cast<std::size_t>(got);
    }
  });
  const double cpu = ThreadSeconds();
  const auto begun = SteadyClock::now();
  send(server);
  const double spent = ThreadSeconds() - cpu;
  receiver.join();
  const std::chrono::duration<double> took = SteadyClock::now() - begun;
  ::close(server);
  ::close(client);
  Check(received == size, "receive");
  return {took.count(), spent};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: downloads FILE [ROUNDS]\n", stderr), 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  const int file = ::open(argv[1], O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (file < 0 || ::fstat(file, &facts) != 0) return std::perror(argv[1]), 1;
  const auto size = static_cast<std::size_t>(facts.st_size);
  struct Way {
    const char* name;
    std::function<void(int)> send;
    std::vector<double> seconds, cpu;
  };
  std::vector<Way> ways;
  ways.push_back({"sendfile", [&](int s) { SendFile(s, file, size); }, {}, {}});
  for (const auto& [name, piece] : {std::pair{"pread + send, 64 KiB", 64 * kKiB},
                                    {"pread + send, 256 KiB", 256 * kKiB},
                                    {"pread + send, 1 MiB", kMiB},
                                    {"pread + send, 4 MiB", 4 * kMiB}})
    ways.push_back({name, [&, piece = piece](int s) { PreadAndSend(s, file, size, piece); }, {}, {}});
  ways.push_back({"mmap + send, 1 MiB", [&](int s) { MapAndSend(s, file, size); }, {}, {}});
  ways.push_back({"splice, 1 MiB pipe", [&](int s) { Splice(s, file, size); }, {}, {}});
  try {
    // Once for the page cache; then in turn, so that a busy machine disturbs all alike.
    Measure(size, ways[0].send);
    for (int round = 0; round < rounds; ++round) {
      for (Way& way : ways) {
        const Figures figures = Measure(size, way.send);
        way.seconds.push_back(figures.seconds);
        way.cpu.push_back(figures.sender_cpu);
      }
    }
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "downloads: %s\n", error.what()), 1;
  }
  const double gigabytes = static_cast<double>(size) / 1e9;
  std::printf("%-24s %8s %8s %22s\n", "", "GB/s", "best", "sender's CPU s per GB");
  for (const Way& way : ways) {
    std::printf("%-24s %8.2f %8.2f %22.3f\n", way.name, gigabytes / Median(way.seconds),
                gigabytes / *std::min_element(way.seconds.begin(), way.seconds.end()), Median(way.cpu) / gigabytes);
  }
  return 0;
}
