#include "daemon/log_writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace stratolite::daemon {
namespace {

using namespace std::chrono_literals;

std::string LeftOut(std::uint64_t lines) { return "left out " + std::to_string(lines) + "\n"; }

/// A pipe whose reader reads when told.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0); }
  ~Pipe() { CloseReader(), ::close(ends_[1]); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void CloseReader() {
    if (ends_[0] >= 0) ::close(std::exchange(ends_[0], -1));
  }
  /// Reads until `end` is there.
  std::string ReadUntil(std::string_view end) {
    while (!text_.ends_with(end)) {
      char buffer[65536];
      const auto count = ::read(ends_[0], buffer, sizeof buffer);
      if (count <= 0) break;
      text_.append(buffer, static_cast<std::size_t>(count));
    }
    return text_;
  }
  /// What is there now.
  std::string ReadNow() {
    pollfd polled{ends_[0], POLLIN, 0};
    while (::poll(&polled, 1, 0) == 1) {
      char buffer[65536];
      const auto count = ::read(ends_[0], buffer, sizeof buffer);
      if (count <= 0) break;
      text_.append(buffer, static_cast<std::size_t>(count));
    }
    return text_;
  }

 private:
  int ends_[2] = {-1, -1};
  std::string text_;
};

TEST(LogWriterTest, WhatWasAddedIsWrittenByItself) {
  Pipe pipe;
  LogWriter writer(pipe.writer(), LeftOut);
  writer.Add("one\n", LogWriter::When::kSoon);
  writer.Add("two\n", LogWriter::When::kSoon);
  EXPECT_EQ(pipe.ReadUntil("two\n"), "one\ntwo\n");
}

TEST(LogWriterTest, FlushReturnsOnceEverythingIsThere) {
  Pipe pipe;
  LogWriter writer(pipe.writer(), LeftOut);
  writer.Add("one\n", LogWriter::When::kSoon);
  ASSERT_TRUE(writer.Flush(60s));
  EXPECT_EQ(pipe.ReadNow(), "one\n");
  ASSERT_TRUE(writer.Flush(60s));
}

TEST(LogWriterTest, WhatStillWaitsAtTheEndIsWritten) {
  Pipe pipe;
  {
    LogWriter writer(pipe.writer(), LeftOut);
    for (int i = 0; i < 100; ++i) writer.Add("line\n", LogWriter::When::kSoon);
  }
  EXPECT_EQ(pipe.ReadNow().size(), 500u);
}

TEST(LogWriterTest, NobodyWaitsForAReaderWhoDoesNotReadAndTheMissingLinesAreCounted) {
  Pipe pipe;
  LogWriter writer(pipe.writer(), LeftOut);
  const std::string line = std::string(99, 'x') + "\n";
  constexpr int kLines = 50'000;
  // Five megabytes into a pipe that holds 64 KiB: this returns because nobody waits.
  for (int i = 0; i < kLines; ++i) writer.Add(line, LogWriter::When::kSoon);
  EXPECT_FALSE(writer.Flush(1ms));
  // Errors have a reserve of their own.
  writer.Add("an error\n", LogWriter::When::kNow);
  std::thread last([&] {
    // The reader has come back; the count comes with what waits.
    ASSERT_TRUE(writer.Flush(60s));
    writer.Add("end\n", LogWriter::When::kNow);
  });
  const std::string text = pipe.ReadUntil("end\n");
  last.join();
  int written = 0;
  int errors = 0;
  int left_out = 0;
  std::istringstream lines(text);
  for (std::string each; std::getline(lines, each);) {
    if (each == "an error") ++errors;
    if (each.starts_with('x')) ++written;
    if (each.starts_with("left out ")) left_out += std::stoi(each.substr(9));
  }
  EXPECT_EQ(written + left_out, kLines);
  EXPECT_GT(left_out, kLines / 2);
  EXPECT_EQ(errors, 1);
}

TEST(LogWriterTest, AFullPipeDoesNotKeepAProcessFromEnding) {
  Pipe pipe;
  LogWriter writer(pipe.writer(), LeftOut);
  const std::string line(64 * 1024, '\n');
  for (int i = 0; i < 4; ++i) writer.Add(line, LogWriter::When::kNow);
  EXPECT_FALSE(writer.Flush(1ms));
}

TEST(LogWriterTest, AReaderWhoLeftIsNoReasonToFail) {
  // As the daemon has it; a test's default would be to die.
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  LogWriter writer(pipe.writer(), LeftOut);
  pipe.CloseReader();
  for (int i = 0; i < 3; ++i) {
    writer.Add("line\n", LogWriter::When::kNow);
    EXPECT_TRUE(writer.Flush(60s));
  }
}

TEST(LogWriterTest, ACrashWritesWhatStillWaits) {
  Pipe pipe;
  LogWriter writer(pipe.writer(), LeftOut);
  const pid_t child = ::fork();
  if (child == 0) {
    // In a fork there is no writing thread: what Add leaves is there for the handler alone.
    writer.Add("last words\n", LogWriter::When::kSoon);
    writer.WriteRest();
    ::_exit(0);
  }
  EXPECT_EQ(pipe.ReadUntil("last words\n"), "last words\n");
}

TEST(LogWriterTest, ManyThreadsLoseNoLine) {
  std::FILE* const file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  constexpr int kThreads = 4;
  constexpr int kEach = 2000;
  {
    LogWriter writer(::fileno(file), LeftOut);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < kEach; ++n) writer.Add("0123456789\n", LogWriter::When::kSoon);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(::lseek(::fileno(file), 0, SEEK_END), 11 * kThreads * kEach);
  std::fclose(file);
}

}  // namespace
}  // namespace stratolite::daemon
