#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace stratolite::daemon {

enum class FindingLevel { kOk, kNote, kProblem };

/// One thing that was seen in a data directory. Plain data.
struct Finding {
  FindingLevel level = FindingLevel::kOk;
  /// One word for programs: `missing-file`, `orphan-file`; docs/storage.md lists them.
  std::string kind;
  /// Empty: it is no world's.
  std::string world;
  std::string text;
  /// Empty: there is no file that it is about.
  std::filesystem::path path;
};

using OnFinding = std::function<void(const Finding&)>;

/// How much was looked at.
struct DataSummary {
  std::uint64_t worlds = 0;
  std::uint64_t blobs = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  /// Blobs that were compared with a checksum.
  std::uint64_t verified = 0;
  std::uint64_t notes = 0;
  std::uint64_t problems = 0;
};

}  // namespace stratolite::daemon
