#pragma once

#include <filesystem>

namespace stratolite::daemon {

/// A directory with the commands `awslocal` and `stratolite`, which call this very program, for the PATH of scripts: those written for LocalStack run as they are,
/// and the AWS CLI finds the daemon whatever its version makes of AWS_ENDPOINT_URL. Gone with the object. Not thread-safe. Blocks.
class ScriptTools {
 public:
  /// Throws std::system_error.
  ScriptTools();
  ~ScriptTools();
  ScriptTools(const ScriptTools&) = delete;
  ScriptTools& operator=(const ScriptTools&) = delete;

  const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

}  // namespace stratolite::daemon
