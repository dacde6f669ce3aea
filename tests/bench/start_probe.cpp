// Starts a program and measures, in microseconds, from just before exec to the first byte of an HTTP answer on a port.
// start_probe PORT PATH PROGRAM [ARGS…] prints that number and leaves the program running; its pid goes to stderr.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

extern char** environ;

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(10);

bool Answers(const sockaddr_in& address, const std::string& request) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  char byte = 0;
  const bool answered = connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                        write(connection, request.data(), request.size()) == static_cast<ssize_t>(request.size()) &&
                        read(connection, &byte, 1) == 1;
  close(connection);
  return answered;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fputs("usage: start_probe PORT PATH PROGRAM [ARGS...]\n", stderr), 2;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request =
      std::string("GET ") + argv[2] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  pid_t child = 0;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", 1, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", 1, 0);
  const auto start = SteadyClock::now();
  if (posix_spawn(&child, argv[3], &files, nullptr, argv + 3, environ) != 0) return std::perror("posix_spawn"), 1;
  while (!Answers(address, request)) {
    if (SteadyClock::now() - start > kPatience) return std::fputs("no answer\n", stderr), 1;
    usleep(50);
  }
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start);
  std::printf("%lld\n", static_cast<long long>(passed.count()));
  std::fprintf(stderr, "%d\n", child);
  return 0;
}
