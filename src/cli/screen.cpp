#include "cli/screen.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

namespace stratolite::cli {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";

void Write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

Screen::Screen() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, &mask_before_);
  signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  tcgetattr(STDIN_FILENO, &before_);
  Enter();
}

Screen::~Screen() {
  Leave();
  ::close(signals_);
  sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

void Screen::Enter() {
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  Write(kEnter);
}

void Screen::Leave() {
  Write(kLeave);
  tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

Screen::Size Screen::size() const {
  winsize window{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0) return {};
  return {window.ws_row, window.ws_col};
}

void Screen::Show(const std::vector<ViewLine>& lines) {
  const Size size = this->size();
  std::string text = "\x1b[H";
  const std::size_t count = std::min(lines.size(), size.rows);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& [line, heading] = lines[i];
    text += fmt::format("{}{}{}\x1b[K{}", heading ? "\x1b[1m" : "", std::string_view(line).substr(0, size.columns),
                        heading ? "\x1b[0m" : "", i + 1 < count ? "\n" : "");
  }
  text += "\x1b[J";
  Write(text);
}

bool Screen::HandleSignal() {
  signalfd_siginfo info{};
  if (::read(signals_, &info, sizeof info) != sizeof info) return true;
  if (info.ssi_signo == SIGTSTP) {
    Leave();
    ::kill(::getpid(), SIGSTOP);
    Enter();
    return true;
  }
  return info.ssi_signo == SIGWINCH;
}

bool Screen::HandleKeys() {
  char keys[64];
  const ssize_t count = ::read(STDIN_FILENO, keys, sizeof keys);
  // The terminal has gone.
  if (count <= 0) return false;
  const std::string_view pressed(keys, static_cast<std::size_t>(count));
  return pressed.find_first_of("qQ\x03") == std::string_view::npos;
}

bool Screen::Wait(std::chrono::milliseconds interval) {
  const auto deadline = std::chrono::steady_clock::now() + interval;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return true;
    pollfd polled[] = {{signals_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    if (::poll(polled, 2, static_cast<int>(left.count())) <= 0) continue;
    if (polled[1].revents != 0 && !HandleKeys()) return false;
    if (polled[0].revents != 0) return HandleSignal();
  }
}

}  // namespace stratolite::cli
