#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace stratolite::storage {

/// A file descriptor that is closed. Not thread-safe.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      Close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { Close(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void Close() {
    if (number_ >= 0) close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

/// Throws a StorageError that says what could not be done to which file, why, and what helps.
[[noreturn]] void FailOnFile(std::string_view doing, const std::string& file, int error);

/// Returns the bytes read, less than `size` only at the end. Throws StorageError, which calls the file `name`. Blocks.
std::size_t ReadAt(const FileDescriptor& file, char* out, std::size_t size, std::uint64_t offset,
                   const std::string& name);
/// Writes all of `bytes`. Throws StorageError, which calls the file `name`. Blocks.
void WriteAt(const FileDescriptor& file, std::string_view bytes, std::uint64_t offset, const std::string& name);

}  // namespace stratolite::storage
