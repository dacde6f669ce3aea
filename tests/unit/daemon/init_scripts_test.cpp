#include "daemon/init_scripts.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/temporary_directory.hpp"

namespace stratolite::daemon {
namespace {

class InitScriptsTest : public testing::Test {
 protected:
  /// What the scripts print goes to the log.
  void SetUp() override { spdlog::set_level(spdlog::level::off); }
  void TearDown() override { spdlog::set_level(spdlog::level::info); }
  std::filesystem::path Write(const std::string& name, const std::string& text, bool executable = false) {
    const auto path = directory_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    if (executable) chmod(path.c_str(), 0700);
    return path;
  }
  std::string Read(const std::string& name) {
    std::ifstream in(directory_.path() / name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  /// `name=STATE` of each, after all have run.
  std::vector<std::string> RunAll(EnvironmentVariables environment = {}) {
    InitScripts scripts(directory_.path(), std::move(environment));
    scripts.Start();
    scripts.Wait();
    EXPECT_TRUE(scripts.progress().completed);
    return States(scripts);
  }
  static std::vector<std::string> States(const InitScripts& scripts) {
    std::vector<std::string> states;
    for (const auto& script : scripts.progress().scripts) {
      states.push_back(script.path.filename().string() + "=" + std::string(ScriptStateName(script.state)));
    }
    return states;
  }

  test::TemporaryDirectory directory_;
};

using StateList = std::vector<std::string>;

TEST_F(InitScriptsTest, RunInTheOrderOfTheirPathsEachInItsDirectory) {
  Write("20-second.sh", "echo second >> log");
  Write("10-first.sh", "echo first >> log");
  Write("30/deep.sh", "echo third >> ../log");
  Write("15-python.py", "open('log', 'a').write('python\\n')");
  Write("notes.txt", "exit 1");
  Write(".hidden.sh", "exit 1");
  Write(".data/10-first.sh", "exit 1");
  EXPECT_EQ(RunAll(), (StateList{"10-first.sh=SUCCESSFUL", "15-python.py=SUCCESSFUL", "20-second.sh=SUCCESSFUL",
                                 "deep.sh=SUCCESSFUL"}));
  EXPECT_EQ(Read("log"), "first\npython\nsecond\nthird\n");
}

TEST_F(InitScriptsTest, AnExecutableScriptNamesItsInterpreter) {
  Write("a.sh", "#!/usr/bin/env python3\nopen('log', 'w').write('python')\n", /*executable=*/true);
  EXPECT_EQ(RunAll(), StateList{"a.sh=SUCCESSFUL"});
  EXPECT_EQ(Read("log"), "python");
}

TEST_F(InitScriptsTest, AFailingScriptIsAnErrorAndTheNextOneRuns) {
  Write("a.sh", "exit 3");
  Write("b.sh", "kill -9 $$");
  Write("c.sh", "#!/no/such/interpreter\n", /*executable=*/true);
  Write("d.sh", "true");
  EXPECT_EQ(RunAll(), (StateList{"a.sh=ERROR", "b.sh=ERROR", "c.sh=ERROR", "d.sh=SUCCESSFUL"}));
}

TEST_F(InitScriptsTest, AScriptThatPrintsMuchIsNotHeldUp) {
  Write(
      "a.sh",
      "i=0; while [ $i -lt 3000 ]; do echo a line of the log that is long enough to fill a pipe $i; i=$((i+1)); done");
  Write("b.sh", "head -c 200000 /dev/zero | tr '\\0' x");
  EXPECT_EQ(RunAll(), (StateList{"a.sh=SUCCESSFUL", "b.sh=SUCCESSFUL"}));
}

TEST_F(InitScriptsTest, TheEnvironmentIsThatOfTheDaemonWithOursOnTop) {
  Write("a.sh", "echo \"$AWS_ENDPOINT_URL $PATH\" > log");
  RunAll({{"AWS_ENDPOINT_URL", "http://localhost:1"}});
  EXPECT_TRUE(Read("log").starts_with(std::string("http://localhost:1 ") + getenv("PATH") + ":")) << Read("log");
}

TEST_F(InitScriptsTest, TheClientsAreInThePathWhileScriptsRun) {
  Write("a.sh", "command -v awslocal > log; cat $(command -v awslocal) >> log");
  EXPECT_EQ(RunAll(), StateList{"a.sh=SUCCESSFUL"});
  const std::string seen = Read("log");
  EXPECT_NE(seen.find(" aws \"$@\""), std::string::npos) << seen;
  EXPECT_FALSE(std::filesystem::exists(seen.substr(0, seen.find('\n'))));
}

TEST_F(InitScriptsTest, WhatWouldLeadAnSdkElsewhereIsTakenOut) {
  const char* const inherited[] = {"HOME=/home/me",
                                   "AWS_PROFILE=production",
                                   "AWS_SESSION_TOKEN=t",
                                   "AWS_REGION=eu-west-1",
                                   "AWS_ENDPOINT_URL_S3=x",
                                   "AWS_REGIONS=kept",
                                   nullptr};
  EXPECT_EQ(ScriptEnvironment(inherited, {{"AWS_REGION", "us-east-1"}}),
            (StateList{"HOME=/home/me", "AWS_REGIONS=kept", "AWS_REGION=us-east-1"}));
}

TEST_F(InitScriptsTest, ChildrenGetNoDescriptorAndNoBlockedSignal) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const int inheritable = dup(STDOUT_FILENO);
  Write("a.sh", "ls /proc/self/fd > fds; grep SigBlk /proc/self/status > signals");
  EXPECT_EQ(RunAll(), StateList{"a.sh=SUCCESSFUL"});
  close(inheritable);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  const std::string fds = Read("fds");
  EXPECT_EQ(std::count(fds.begin(), fds.end(), '\n'), 4) << "the three and that of ls itself: " << fds;
  EXPECT_EQ(Read("signals"), "SigBlk:\t0000000000000000\n");
}

TEST_F(InitScriptsTest, StopEndsTheRunningScriptWithItsChildrenAndStartsNoFurther) {
  // The writing end stays open in whoever still runs: end of file says that nobody does.
  const auto fifo = directory_.path() / "alive";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  Write("a.sh", "exec 3> alive; echo started >&3; sleep 1000 & sleep 1000");
  Write("b.sh", "touch ran");
  InitScripts scripts(directory_.path(), {});
  scripts.Start();
  std::ifstream alive(fifo);
  std::string line;
  std::getline(alive, line);
  EXPECT_EQ(line, "started");
  EXPECT_FALSE(scripts.progress().completed);
  scripts.Stop();
  EXPECT_FALSE(std::getline(alive, line));
  EXPECT_EQ(States(scripts), (std::vector<std::string>{"a.sh=ERROR", "b.sh=UNKNOWN"}));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "ran"));
}

TEST_F(InitScriptsTest, WhatAScriptLeftRunningEndsWithIt) {
  const auto fifo = directory_.path() / "alive";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  Write("a.sh", "exec 3> alive; sleep 1000 & exit 0");
  InitScripts scripts(directory_.path(), {});
  scripts.Start();
  std::ifstream alive(fifo);
  std::string line;
  EXPECT_FALSE(std::getline(alive, line));
  scripts.Wait();
  EXPECT_EQ(States(scripts), (std::vector<std::string>{"a.sh=SUCCESSFUL"}));
}

TEST_F(InitScriptsTest, AnEmptyDirectoryIsDoneAndAMissingOneIsRefused) {
  EXPECT_EQ(RunAll(), StateList{});
  EXPECT_TRUE(InitScripts(directory_.path(), {}).progress().completed);
  EXPECT_THROW(InitScripts(directory_.path() / "none", {}), std::runtime_error);
}

}  // namespace
}  // namespace stratolite::daemon
