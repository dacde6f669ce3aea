#include "storage/file_descriptor.hpp"

#include <cerrno>
#include <cstring>

#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

void FailOnFile(std::string_view doing, const std::string& file, int error) {
  std::string message("cannot ");
  message.append(doing).append(" ").append(file).append(": ").append(std::strerror(error));
  if (error == ENOSPC || error == EDQUOT) message.append(". Make room on the disk");
  if (error == EMFILE || error == ENFILE) message.append(". Raise the limit of open files (ulimit -n)");
  throw StorageError(message);
}

}  // namespace stratolite::storage
