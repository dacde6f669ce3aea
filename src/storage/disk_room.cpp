#include "storage/disk_room.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <limits>

namespace stratolite::storage {
namespace {

constexpr std::int64_t kReserveBytes = 2 * 1024 * 1024;
constexpr std::int64_t kReserveShare = 16;

std::int64_t Beyond(const struct statvfs& disk) {
  const auto unit = static_cast<std::int64_t>(disk.f_frsize);
  // Some file systems count nothing.
  if (disk.f_blocks == 0) return std::numeric_limits<std::int64_t>::max();
  const std::int64_t reserve = std::min(kReserveBytes, static_cast<std::int64_t>(disk.f_blocks) * unit / kReserveShare);
  return static_cast<std::int64_t>(disk.f_bavail) * unit - reserve;
}

}  // namespace

std::int64_t FreeBytes(const std::filesystem::path& at) {
  struct statvfs disk {};
  return statvfs(at.c_str(), &disk) == 0 ? Beyond(disk) : std::numeric_limits<std::int64_t>::max();
}

std::int64_t FreeBytes(int descriptor) {
  struct statvfs disk {};
  return fstatvfs(descriptor, &disk) == 0 ? Beyond(disk) : std::numeric_limits<std::int64_t>::max();
}

}  // namespace stratolite::storage
