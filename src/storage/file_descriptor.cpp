#include "storage/file_descriptor.hpp"

#include <cerrno>
#include <cstring>

#include "stratolite/storage/disk_full.hpp"

namespace stratolite::storage {

void FailOnFile(std::string_view doing, const std::string& file, int error) {
  std::string message("cannot ");
  message.append(doing).append(" ").append(file).append(": ").append(std::strerror(error));
  if (error == ENOSPC || error == EDQUOT) throw DiskFull(message.append(". Make room on the disk"));
  if (error == EMFILE || error == ENFILE) message.append(". Raise the limit of open files (ulimit -n)");
  if (error == EACCES || error == EPERM) message.append(". Check the owner and the mode of it and its directory");
  if (error == EROFS) message.append(". The file system is mounted read-only: choose another directory");
  throw StorageError(message);
}

}  // namespace stratolite::storage
