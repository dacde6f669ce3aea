#include "s3/checksum_headers.hpp"

#include <array>

#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::s3 {
namespace {

struct ChecksumNames {
  std::string_view member;
  std::string_view header;
};

// In the order of ChecksumAlgorithm.
constexpr std::array<ChecksumNames, kChecksumAlgorithms.size()> kNames = {{
    {"ChecksumCRC32", "x-amz-checksum-crc32"},
    {"ChecksumCRC32C", "x-amz-checksum-crc32c"},
    {"ChecksumCRC64NVME", "x-amz-checksum-crc64nvme"},
    {"ChecksumSHA1", "x-amz-checksum-sha1"},
    {"ChecksumSHA256", "x-amz-checksum-sha256"},
}};

// In the model since 2026 and not built: to ignore one would be to claim that it was verified.
constexpr std::array<ChecksumNames, 5> kUnsupported = {{
    {"ChecksumSHA512", "x-amz-checksum-sha512"},
    {"ChecksumMD5", "x-amz-checksum-md5"},
    {"ChecksumXXHASH64", "x-amz-checksum-xxhash64"},
    {"ChecksumXXHASH3", "x-amz-checksum-xxhash3"},
    {"ChecksumXXHASH128", "x-amz-checksum-xxhash128"},
}};

const ChecksumNames& NamesOf(ChecksumAlgorithm algorithm) { return kNames[static_cast<std::size_t>(algorithm)]; }

const std::string* FindText(const Json& input, std::string_view member) {
  const auto found = input.find(member);
  return found == input.end() ? nullptr : found->get_ptr<const std::string*>();
}

AwsError SeveralChecksums() {
  return InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
}

Result<std::optional<ChecksumAlgorithm>> AlgorithmOfTrailer(const Call& call) {
  std::optional<ChecksumAlgorithm> found;
  const std::string_view names = call.headers == nullptr ? std::string_view() : call.headers->Get("x-amz-trailer");
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    std::string_view name = names.substr(begin, end - begin);
    begin = end + 1;
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    for (const ChecksumNames& unsupported : kUnsupported) {
      if (wire::EqualsIgnoreCase(name, unsupported.header)) return HeaderNotImplemented(unsupported.header);
    }
    for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
      if (!wire::EqualsIgnoreCase(name, ChecksumHeader(algorithm))) continue;
      if (found) return SeveralChecksums();
      found = algorithm;
    }
  }
  return found;
}

}  // namespace

std::string_view ChecksumMember(ChecksumAlgorithm algorithm) { return NamesOf(algorithm).member; }
std::string_view ChecksumHeader(ChecksumAlgorithm algorithm) { return NamesOf(algorithm).header; }

Result<void> CheckChecksumForm(ChecksumAlgorithm algorithm, std::string_view value, std::string_view where) {
  const auto raw = Base64Decode(value);
  if (raw && raw->size() == ChecksumSize(algorithm)) return {};
  std::string message = "Value for ";
  message.append(ChecksumHeader(algorithm)).append(" ").append(where).append(" is invalid.");
  return InvalidRequest(std::move(message));
}

Result<std::optional<ClaimedChecksum>> ReadClaimedChecksum(const Call& call) {
  for (const ChecksumNames& unsupported : kUnsupported) {
    if (call.input.contains(unsupported.member)) return HeaderNotImplemented(unsupported.header);
  }
  std::optional<ClaimedChecksum> claimed;
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    const std::string* const value = FindText(call.input, ChecksumMember(algorithm));
    if (value == nullptr) continue;
    if (claimed) return SeveralChecksums();
    RETURN_IF_ERROR(CheckChecksumForm(algorithm, *value, "header"));
    claimed = ClaimedChecksum{algorithm, *value};
  }
  if (claimed) return claimed;
  ASSIGN_OR_RETURN(const auto trailer, AlgorithmOfTrailer(call));
  if (trailer) claimed = ClaimedChecksum{*trailer, std::nullopt};
  return claimed;
}

AwsError ChecksumMismatch(ChecksumAlgorithm algorithm) {
  return BadDigest("The " + std::string(ChecksumName(algorithm)) +
                   " you specified did not match the calculated checksum.");
}

void AddChecksum(Json& output, const ObjectChecksum& checksum) {
  output[std::string(ChecksumMember(checksum.algorithm))] = checksum.value;
  output["ChecksumType"] = checksum.type == ChecksumType::kFullObject ? "FULL_OBJECT" : "COMPOSITE";
}

}  // namespace stratolite::s3
