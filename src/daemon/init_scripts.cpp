#include "daemon/init_scripts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "daemon/script_tools.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

constexpr auto kTimeToEnd = std::chrono::seconds(2);
constexpr std::size_t kLongestLine = 4096;
constexpr int kCannotRunStatus = 127;
/// On kernels that do not tell when a process ends.
constexpr int kLookAgainMs = 50;

/// An open descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

/// What a script prints, cut into lines for the log.
class LineLog {
 public:
  explicit LineLog(std::string name) : name_(std::move(name)) {}

  void Add(std::string_view text) {
    for (const char c : text) {
      if (c == '\n' || line_.size() == kLongestLine) Flush();
      if (c != '\n') line_ += c;
    }
  }
  void Flush() {
    if (!line_.empty()) spdlog::info("init {}: {}", name_, line_);
    line_.clear();
  }

 private:
  const std::string name_;
  std::string line_;
};

bool IsScript(const fs::path& path) { return path.extension() == ".sh" || path.extension() == ".py"; }

std::vector<std::string> CommandOf(const fs::path& script) {
  if (access(script.c_str(), X_OK) == 0) return {script.string()};
  return {script.extension() == ".py" ? "python3" : "sh", script.string()};
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// posix_spawn and not fork: this process has threads, and in a copy of it only the calling one would go on.
/// Returns the child, or throws std::system_error.
pid_t Spawn(const fs::path& script, std::vector<std::string> environment, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawn_file_actions_addchdir_np(&actions, script.parent_path().c_str());

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t ignored;
  sigemptyset(&ignored);
  sigaddset(&ignored, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &ignored);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> command = CommandOf(script);
  pid_t child = -1;
  const int error = posix_spawnp(&child, command.front().c_str(), &actions, &attributes, Pointers(command).data(),
                                 Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), command.front());
  return child;
}

/// Whether the child has ended; it stays there for Reap, so that its number is not given to another.
bool HasEnded(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

/// Ends what is left of the group and returns the child's wait status.
int Reap(pid_t child) {
  kill(-child, SIGTERM);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

/// Logs what there is to read. False: everybody has closed the other end.
bool Drain(int fd, LineLog& log) {
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got > 0) log.Add({buffer.data(), static_cast<std::size_t>(got)});
    if (got == 0) return false;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return true;
  }
}

void EndGroup(pid_t child, int ended) {
  kill(-child, SIGTERM);
  pollfd wait{ended, POLLIN, 0};
  poll(&wait, 1, static_cast<int>(std::chrono::milliseconds(kTimeToEnd).count()));
  if (!HasEnded(child)) kill(-child, SIGKILL);
}

}  // namespace

std::string_view ScriptStateName(ScriptState state) {
  constexpr std::array<std::string_view, 4> kNames = {"UNKNOWN", "RUNNING", "SUCCESSFUL", "ERROR"};
  return kNames[static_cast<std::size_t>(state)];
}

std::vector<std::string> ScriptEnvironment(const char* const* inherited, const EnvironmentVariables& own) {
  constexpr std::array<std::string_view, 4> kMisleading = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN",
                                                           "AWS_SECURITY_TOKEN"};
  std::vector<std::string> environment;
  for (; *inherited != nullptr; ++inherited) {
    const std::string_view entry(*inherited);
    const std::string_view name = entry.substr(0, entry.find('='));
    const bool replaced =
        std::any_of(own.begin(), own.end(), [&](const auto& variable) { return variable.first == name; });
    const bool misleading = std::find(kMisleading.begin(), kMisleading.end(), name) != kMisleading.end() ||
                            name.starts_with("AWS_ENDPOINT_URL_");
    if (!replaced && !misleading) environment.emplace_back(entry);
  }
  for (const auto& [name, value] : own) environment.push_back(name + "=" + value);
  return environment;
}

InitScripts::InitScripts(const fs::path& directory, EnvironmentVariables environment)
    : environment_(std::move(environment)) {
  if (!fs::is_directory(directory)) {
    throw std::runtime_error(
        fmt::format("{} is not a directory: make it, or start without --init-dir.", directory.string()));
  }
  const fs::recursive_directory_iterator end;
  for (fs::recursive_directory_iterator entry(fs::absolute(directory)); entry != end; ++entry) {
    // Kubernetes mounts a config map through hidden directories: their files would run twice.
    if (entry->path().filename().string().starts_with('.')) {
      if (entry->is_directory()) entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && IsScript(entry->path())) {
      scripts_.push_back({entry->path(), ScriptState::kUnknown});
    }
  }
  std::sort(scripts_.begin(), scripts_.end(), [](const Script& a, const Script& b) { return a.path < b.path; });
  completed_ = scripts_.empty();
  if (scripts_.empty()) return;
  stop_event_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

InitScripts::~InitScripts() {
  Stop();
  if (stop_event_ >= 0) close(stop_event_);
}

void InitScripts::Start() {
  if (stop_event_ >= 0) thread_ = std::thread([this] { RunAll(); });
}

void InitScripts::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  if (stop_event_ >= 0) eventfd_write(stop_event_, 1);
  Wait();
}

void InitScripts::Wait() {
  if (thread_.joinable()) thread_.join();
}

InitScripts::Progress InitScripts::progress() const {
  const std::scoped_lock lock(mutex_);
  return {completed_, scripts_};
}

void InitScripts::SetState(std::size_t index, ScriptState state) {
  const std::scoped_lock lock(mutex_);
  scripts_[index].state = state;
}

void InitScripts::RunAll() {
  std::optional<ScriptTools> tools;
  try {
    tools.emplace();
    const char* const path = std::getenv("PATH");
    environment_.emplace_back(
        "PATH", fmt::format("{}:{}", path == nullptr ? "/usr/bin:/bin" : path, tools->directory().string()));
  } catch (const std::exception& error) {
    spdlog::warn("init scripts run without awslocal: {}", error.what());
  }
  for (std::size_t i = 0; i < scripts_.size(); ++i) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return;
      scripts_[i].state = ScriptState::kRunning;
    }
    const fs::path& script = scripts_[i].path;
    bool well = false;
    try {
      well = Run(script);
    } catch (const std::exception& error) {
      spdlog::error("init {}: cannot be run: {}", script.filename().string(), error.what());
    }
    SetState(i, well ? ScriptState::kSuccessful : ScriptState::kError);
  }
  const std::scoped_lock lock(mutex_);
  completed_ = true;
}

bool InitScripts::Run(const fs::path& script) {
  const std::string name = script.filename().string();
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  const Descriptor reading(pipe_ends[0]);
  Descriptor writing(pipe_ends[1]);
  // The reading end alone is non-blocking: a script that writes faster than the log waits.
  fcntl(writing.get(), F_SETFL, 0);
  spdlog::info("init {}: starts", name);
  const pid_t child = Spawn(script, ScriptEnvironment(environ, environment_), writing.get());
  writing.Close();
  const Descriptor ended(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));

  LineLog log(name);
  bool stopped = false;
  bool open = true;
  while (!HasEnded(child)) {
    std::array<pollfd, 3> waits{
        {{ended.get(), POLLIN, 0}, {stop_event_, POLLIN, 0}, {open ? reading.get() : -1, POLLIN, 0}}};
    poll(waits.data(), waits.size(), ended.get() < 0 ? kLookAgainMs : -1);
    if (waits[1].revents != 0) {
      stopped = true;
      EndGroup(child, ended.get());
      break;
    }
    if (waits[2].revents != 0) open = Drain(reading.get(), log);
  }
  const int status = Reap(child);
  Drain(reading.get(), log);
  log.Flush();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    spdlog::info("init {}: done", name);
    return true;
  }
  if (stopped) {
    spdlog::warn("init {}: ended because the daemon stops", name);
  } else if (WIFSIGNALED(status)) {
    spdlog::error("init {}: ended by signal {}", name, WTERMSIG(status));
  } else {
    spdlog::error("init {}: failed with status {}{}", name, WEXITSTATUS(status),
                  WEXITSTATUS(status) == kCannotRunStatus ? " (a command was not found)" : "");
  }
  return false;
}

}  // namespace stratolite::daemon
