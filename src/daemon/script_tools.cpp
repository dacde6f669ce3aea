#include "daemon/script_tools.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace stratolite::daemon {
namespace {

/// For the shell: within single quotes, with those of its own outside.
std::string ShellQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

void WriteCommand(const std::filesystem::path& path, const std::string& program, std::string_view subcommand) {
  std::ofstream(path) << "#!/bin/sh\nexec " << ShellQuoted(program) << subcommand << " \"$@\"\n";
  if (chmod(path.c_str(), 0700) != 0) throw std::system_error(errno, std::generic_category(), path.string());
}

}  // namespace

ScriptTools::ScriptTools() {
  std::string directory = std::filesystem::temp_directory_path() / "stratolite-tools-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) throw std::system_error(errno, std::generic_category(), directory);
  directory_ = directory;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  WriteCommand(directory_ / "awslocal", program, " aws");
  WriteCommand(directory_ / "stratolite", program, "");
}

ScriptTools::~ScriptTools() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace stratolite::daemon
