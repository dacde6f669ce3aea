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

std::size_t ReadAt(const FileDescriptor& file, char* out, std::size_t size, std::uint64_t offset,
                   const std::string& name) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = pread(file.get(), out + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno != EINTR) FailOnFile("read", name, errno);
    if (count == 0) break;
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return done;
}

void WriteAt(const FileDescriptor& file, std::string_view bytes, std::uint64_t offset, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count = pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno != EINTR) FailOnFile("write", name, errno);
    if (count <= 0) continue;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace stratolite::storage
