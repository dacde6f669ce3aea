#pragma once

#include <termios.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <vector>

#include "cli/status_view.hpp"

namespace stratolite::cli {

/// The terminal as a screen that is drawn over and over: the alternate screen, no cursor, keys as they are pressed. Whatever ends it, `q`, a signal or an
/// exception, leaves the terminal as it was; ^Z does too, for as long as the process is stopped. Standard input and output must be that terminal.
/// One at a time, made before any other thread exists. Not thread-safe.
class Screen {
 public:
  struct Size {
    std::size_t rows = 24;
    std::size_t columns = 80;
  };

  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  Size size() const;
  /// Lines that are too long are cut.
  void Show(const std::vector<ViewLine>& lines);
  /// Returns after `interval`, or when the window's size has changed; false: the user wants to leave.
  bool Wait(std::chrono::milliseconds interval);

 private:
  void Enter();
  void Leave();
  /// False: it is one to end by.
  bool HandleSignal();
  bool HandleKeys();

  termios before_{};
  sigset_t mask_before_{};
  int signals_ = -1;
};

}  // namespace stratolite::cli
