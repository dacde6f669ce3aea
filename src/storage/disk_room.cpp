#include "storage/disk_room.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <limits>

namespace stratolite::storage {
namespace {

constexpr std::int64_t kReserveBytes = 2 * 1024 * 1024;
constexpr std::int64_t kReserveShare = 16;

std::int64_t Unit(const struct statvfs& disk) { return static_cast<std::int64_t>(disk.f_frsize); }

std::int64_t Reserve(const struct statvfs& disk) {
  return std::min(kReserveBytes, static_cast<std::int64_t>(disk.f_blocks) * Unit(disk) / kReserveShare);
}

std::int64_t Beyond(const struct statvfs& disk) {
  // Some file systems count nothing.
  if (disk.f_blocks == 0) return std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(disk.f_bavail) * Unit(disk) - Reserve(disk);
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

bool HasRoomToShrink(const std::filesystem::path& at) {
  struct statvfs disk {};
  return statvfs(at.c_str(), &disk) != 0 || Beyond(disk) > -Reserve(disk) / 2;
}

}  // namespace stratolite::storage
