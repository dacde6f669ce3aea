#pragma once

#include <sys/types.h>

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace stratolite::daemon {

enum class ScriptState { kUnknown, kRunning, kSuccessful, kError };
/// LocalStack's names: `UNKNOWN`, `RUNNING`, `SUCCESSFUL`, `ERROR`.
std::string_view ScriptStateName(ScriptState state);

/// Variables for a child process.
using EnvironmentVariables = std::vector<std::pair<std::string, std::string>>;

/// The environment of an init script: that of this process, without what would lead an SDK elsewhere (profiles, session tokens, endpoints of single
/// services), with `own` on top.
std::vector<std::string> ScriptEnvironment(const char* const* inherited, const EnvironmentVariables& own);

/// The `*.sh` and `*.py` of a directory and its subdirectories, run once, one after another in the order of their paths, each as a process group of
/// its own. What they print goes to the log, line by line; one that fails is reported and the next one runs. What a script left running
/// in its group is ended with it. Thread-safe but for Start.
class InitScripts {
 public:
  /// Looks for the scripts now. Throws std::runtime_error: no such directory.
  InitScripts(const std::filesystem::path& directory, EnvironmentVariables environment);
  /// None.
  InitScripts() = default;
  /// Stops as Stop() does.
  ~InitScripts();

  /// Runs them on a thread of its own. Once.
  void Start();
  /// Ends the one that runs (SIGTERM to its group, SIGKILL after two seconds) and starts no further. Blocks.
  void Stop();
  /// Returns when all have run. Blocks.
  void Wait();

  struct Script {
    std::filesystem::path path;
    ScriptState state = ScriptState::kUnknown;
  };
  struct Progress {
    /// Whether there is nothing to wait for any more.
    bool completed = false;
    std::vector<Script> scripts;
  };
  Progress progress() const;

 private:
  void RunAll();
  /// Whether it ended well.
  bool Run(const std::filesystem::path& script);
  void SetState(std::size_t index, ScriptState state);

  EnvironmentVariables environment_;
  mutable std::mutex mutex_;
  std::vector<Script> scripts_;  // guarded by mutex_; the list itself is fixed
  bool completed_ = true;        // guarded by mutex_
  bool stopping_ = false;        // guarded by mutex_
  /// Becomes readable at Stop; -1: there is nothing to run.
  int stop_event_ = -1;
  std::thread thread_;
};

}  // namespace stratolite::daemon
