#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stratolite {

/// Running digests, for bodies that are seen once while they pass. One object per body. Not thread-safe.
class RunningDigest {
 public:
  virtual ~RunningDigest() = default;
  virtual void Update(std::string_view bytes) = 0;
  /// Raw bytes, most significant first. Once.
  virtual std::string Finish() = 0;
};

/// The algorithms that S3 offers for additional checksums.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
enum class ChecksumAlgorithm { kCrc32, kCrc32c, kCrc64Nvme, kSha1, kSha256 };

inline constexpr std::array<ChecksumAlgorithm, 5> kChecksumAlgorithms = {
    ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme, ChecksumAlgorithm::kSha1,
    ChecksumAlgorithm::kSha256};

/// `CRC32`, `CRC32C`, `CRC64NVME`, `SHA1`, `SHA256`: AWS's names.
std::string_view ChecksumName(ChecksumAlgorithm algorithm);
/// nullopt: no such name. Exact case.
std::optional<ChecksumAlgorithm> ParseChecksumName(std::string_view name);
/// Length of the raw value.
std::size_t ChecksumSize(ChecksumAlgorithm algorithm);
/// Whether checksums of pieces combine to that of the whole.
bool IsCrc(ChecksumAlgorithm algorithm);

std::unique_ptr<RunningDigest> MakeChecksum(ChecksumAlgorithm algorithm);
std::unique_ptr<RunningDigest> MakeMd5();
std::unique_ptr<RunningDigest> MakeSha256();
/// All at once, raw bytes.
std::string Checksum(ChecksumAlgorithm algorithm, std::string_view bytes);

/// The checksum of `a` followed by `b`, from theirs and the length of `b`, without the bytes; raw values. Precondition: IsCrc(algorithm).
std::string CombineCrc(ChecksumAlgorithm algorithm, std::string_view a, std::string_view b, std::uint64_t b_length);

}  // namespace stratolite
