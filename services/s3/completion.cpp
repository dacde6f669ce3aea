#include "s3/completion.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "s3/checksum_headers.hpp"
#include "s3/errors.hpp"
#include "s3/uploads.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

/// Of every part but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
constexpr std::uint64_t kMinPartBytes = 5 * 1024 * 1024;
constexpr std::string_view kChecksumPrefix = "Checksum";
constexpr std::string_view kChecksumTypeMember = "ChecksumType";

std::string Unquoted(std::string_view etag) {
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"')) etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

/// Members `Checksum<algorithm>` of a structure.
std::vector<std::pair<std::string, std::string>> ChecksumMembers(const Json& structure) {
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [name, value] : structure.items()) {
    if (name.starts_with(kChecksumPrefix) && name != kChecksumTypeMember && value.is_string()) {
      members.emplace_back(name, value.get<std::string>());
    }
  }
  return members;
}

std::string TypeName(const Upload& upload) {
  if (!upload.checksum_algorithm) return "null";
  return upload.checksum_type == ChecksumType::kComposite ? "COMPOSITE" : "FULL_OBJECT";
}

std::string AlgorithmName(const Upload& upload) {
  return upload.checksum_algorithm ? LowerChecksumName(*upload.checksum_algorithm) : "null";
}

/// The value of a header without the `-<parts>` that composite checksums may carry.
std::string_view WithoutPartCount(std::string_view value) {
  const auto dash = value.find_last_of('-');
  if (dash == std::string_view::npos || dash + 1 == value.size()) return value;
  const std::string_view count = value.substr(dash + 1);
  const bool digits = std::all_of(count.begin(), count.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? value.substr(0, dash) : value;
}

Result<void> CheckHeaders(const Upload& upload, const CompletionRequest& request) {
  if (request.checksum_type && *request.checksum_type != TypeName(upload)) {
    return InvalidRequest(fmt::format(
        "The upload was created using the {} checksum mode. The complete request must use the same checksum mode.",
        TypeName(upload)));
  }
  if (!request.checksum) return {};
  const auto& [member, value] = *request.checksum;
  const auto algorithm = ParseChecksumName(std::string_view(member).substr(kChecksumPrefix.size()));
  // An upload that was begun without an algorithm takes the older ones' headers and looks at none of them.
  if (algorithm && !upload.checksum_algorithm) return {};
  if (!algorithm || algorithm != upload.checksum_algorithm) {
    return ChecksumTypeMismatch(AlgorithmName(upload),
                                AsciiLower(std::string_view(member).substr(kChecksumPrefix.size())));
  }
  const bool composite = upload.checksum_type == ChecksumType::kComposite;
  return CheckChecksumForm(*algorithm, composite ? WithoutPartCount(value) : value, "header");
}

Result<void> CheckPartChecksum(const Upload& upload, const UploadPart& part, const ListedPart& listed) {
  if (listed.checksums.empty()) {
    if (!upload.checksum_algorithm || upload.checksum_type == ChecksumType::kFullObject) return {};
    return InvalidRequest(
        fmt::format("The upload was created using a {} checksum. The complete request must include the checksum for "
                    "each part. It was missing for part {} in the request.",
                    AlgorithmName(upload), part.number));
  }
  for (const auto& [member, value] : listed.checksums) {
    const bool known = upload.checksum_algorithm && member == ChecksumMember(*upload.checksum_algorithm);
    if (!known || value != part.checksum) return InvalidPart(part.number, listed.etag, upload.upload_id);
  }
  return {};
}

ObjectChecksum ChecksumOf(const Upload& upload, const std::vector<const UploadPart*>& parts) {
  const ChecksumAlgorithm algorithm = upload.checksum_algorithm.value_or(ChecksumAlgorithm::kCrc64Nvme);
  if (upload.checksum_type == ChecksumType::kComposite) {
    std::string all;
    for (const UploadPart* part : parts) all += Base64Decode(part->checksum).value_or("");
    return {algorithm, ChecksumType::kComposite,
            fmt::format("{}-{}", Base64Encode(Checksum(algorithm, all)), parts.size())};
  }
  std::string whole = Checksum(algorithm, "");
  for (const UploadPart* part : parts) {
    whole = CombineCrc(algorithm, whole, Base64Decode(part->checksum).value_or(""), part->size);
  }
  return {algorithm, ChecksumType::kFullObject, Base64Encode(whole)};
}

Result<void> CheckOutcome(const Upload& upload, const CompletionRequest& request, const Completion& completion) {
  if (request.object_size && static_cast<std::uint64_t>(*request.object_size) != completion.size) {
    return InvalidRequest(
        fmt::format("The provided 'x-amz-mp-object-size' header value {} does not match what was computed: {}",
                    *request.object_size, completion.size));
  }
  if (!request.checksum || !upload.checksum_algorithm) return {};
  const std::string& claimed = request.checksum->second;
  const std::string& actual = completion.checksum.value;
  if (claimed == actual || claimed == WithoutPartCount(actual)) return {};
  return BadDigest(fmt::format("The {} you specified did not match the calculated checksum.", AlgorithmName(upload)));
}

/// The uploaded parts that the request lists, in its order.
Result<std::vector<const UploadPart*>> Choose(const Upload& upload, const std::vector<UploadPart>& uploaded,
                                              const CompletionRequest& request) {
  std::vector<const UploadPart*> chosen;
  chosen.reserve(request.parts.size());
  int last_number = 0;
  for (const ListedPart& listed : request.parts) {
    if (listed.number <= last_number) return InvalidPartOrder(upload.upload_id);
    last_number = listed.number;
    const auto found = std::lower_bound(uploaded.begin(), uploaded.end(), listed.number,
                                        [](const UploadPart& part, int number) { return part.number < number; });
    if (found == uploaded.end() || found->number != listed.number || found->etag != listed.etag) {
      return InvalidPart(listed.number, listed.etag, upload.upload_id);
    }
    RETURN_IF_ERROR(CheckPartChecksum(upload, *found, listed));
    chosen.push_back(&*found);
  }
  for (std::size_t i = 0; i + 1 < chosen.size(); ++i) {
    if (chosen[i]->size < kMinPartBytes) return EntityTooSmall(chosen[i]->number, chosen[i]->etag, chosen[i]->size);
  }
  return chosen;
}

}  // namespace

Result<CompletionRequest> ReadCompletionRequest(const Json& input) {
  const Fields in(input);
  CompletionRequest request;
  request.checksum_type = in.OptionalString(kChecksumTypeMember);
  if (auto members = ChecksumMembers(input); !members.empty()) {
    if (members.size() > 1) {
      return InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    request.checksum = std::move(members.front());
  }
  request.object_size = in.OptionalInt("MpuObjectSize");
  if (request.object_size && *request.object_size < 0) {
    return InvalidRequest(
        fmt::format("Value for x-amz-mp-object-size header is less than zero: '{}'", *request.object_size));
  }
  for (const Json& entry : Fields(in.Object("MultipartUpload")).List("Parts")) {
    const Fields part(entry);
    const auto number = part.OptionalInt("PartNumber");
    const auto etag = part.OptionalString("ETag");
    if (!number || !etag) return MalformedXml();
    RETURN_IF_ERROR(CheckPartNumber(*number));
    request.parts.push_back({static_cast<int>(*number), Unquoted(*etag), ChecksumMembers(entry)});
  }
  if (request.parts.empty()) return InvalidRequest("You must specify at least one part");
  return request;
}

std::optional<std::string> MultipartEtag(const std::vector<std::string>& etags) {
  std::string digests;
  digests.reserve(etags.size() * sizeof(Md5Digest));
  for (const std::string& etag : etags) {
    const auto digest = HexDecode(etag);
    if (!digest || digest->size() != sizeof(Md5Digest)) return std::nullopt;
    digests += *digest;
  }
  return fmt::format("{}-{}", Md5Hex(digests), etags.size());
}

Result<Completion> Complete(const Upload& upload, const std::vector<UploadPart>& uploaded,
                            const CompletionRequest& request) {
  RETURN_IF_ERROR(CheckHeaders(upload, request));
  ASSIGN_OR_RETURN(const auto chosen, Choose(upload, uploaded, request));
  const bool shows_parts = upload.checksum_type == ChecksumType::kComposite;
  Completion completion;
  std::vector<std::string> etags;
  for (const UploadPart* part : chosen) {
    completion.size += part->size;
    completion.parts.push_back(
        {part->number, part->size, part->blob, shows_parts ? part->checksum : std::string(), part->nonce});
    etags.push_back(part->etag);
  }
  completion.etag = MultipartEtag(etags).value();
  completion.checksum = ChecksumOf(upload, chosen);
  RETURN_IF_ERROR(CheckOutcome(upload, request, completion));
  return completion;
}

}  // namespace stratolite::s3
