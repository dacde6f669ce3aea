// A snapshot's file, which may come from anywhere.

#include "fuzz/fuzz_target.hpp"
#include "fuzz/memory_file.hpp"
#include "storage/snapshot_file.hpp"
#include "stratolite/base/checksums.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::fuzz {
namespace {

std::size_t ReadWholeSnapshot(std::string_view content) {
  const MemoryFile file(content);
  std::size_t bytes = 0;
  try {
    storage::SnapshotReader reader(file.path());
    for (storage::Section section = reader.Next(); section.kind != storage::SectionKind::kEnd;
         section = reader.Next()) {
      std::size_t of_section = 0;
      reader.Read(section, [&](std::string_view piece) { of_section += piece.size(); });
      Demand(of_section == section.size, "a section is as long as it says");
      bytes += of_section;
      Demand(reader.position() <= content.size(), "nothing is read that is not there");
    }
  } catch (const storage::StorageError&) {
    return 0;
  }
  return bytes;
}

/// The sums are right wherever an input has `####` for one: random bytes would never get past them.
std::string WithSums(std::string_view input) {
  std::string content;
  std::size_t start = 0;
  while (!input.empty()) {
    const std::size_t mark = input.find("####");
    content.append(input.substr(0, mark));
    if (mark == std::string_view::npos) break;
    input.remove_prefix(mark + 4);
    content.append(Checksum(ChecksumAlgorithm::kCrc32c, std::string_view(content).substr(start)));
    start = content.size();
  }
  return content;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(SnapshotFile) {
  Demand(ReadWholeSnapshot(input) <= input.size(), "no more comes out than went in");
  const std::string content = WithSums(input);
  Demand(ReadWholeSnapshot(content) <= content.size(), "no more comes out than went in");
}
