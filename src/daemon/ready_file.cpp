#include "daemon/ready_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

namespace stratolite::daemon {
namespace {

std::runtime_error CannotWrite(const std::filesystem::path& path, std::string_view why) {
  return std::runtime_error(fmt::format(
      "The ready file {} cannot be written: {}. Its directory must be there and writable; --ready-file names "
      "the file.",
      path.string(), why));
}

}  // namespace

void WriteReadyFile(const std::filesystem::path& path, std::uint16_t port, const std::string& endpoint) {
  std::filesystem::path temporary = path;
  temporary += fmt::format(".{}.tmp", ::getpid());
  {
    errno = 0;
    std::ofstream out(temporary, std::ios::trunc);
    out << fmt::format(R"({{"pid":{},"port":{},"endpoint":"{}"}})", ::getpid(), port, endpoint) << '\n';
    out.close();
    if (!out) throw CannotWrite(path, std::strerror(errno));
  }
  // Whoever reads it goes where it says: nobody else may write it, whatever the umask is.
  std::error_code error;
  std::filesystem::permissions(temporary, std::filesystem::perms::group_write | std::filesystem::perms::others_write,
                               std::filesystem::perm_options::remove, error);
  if (!error) std::filesystem::rename(temporary, path, error);
  if (!error) return;
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  throw CannotWrite(path, error.message());
}

}  // namespace stratolite::daemon
