#include "s3/uploads.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "s3/bucket_access.hpp"
#include "s3/errors.hpp"
#include "s3/ownership.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {

Result<void> CheckPartNumber(std::int64_t number) {
  if (number >= 1 && number <= kMaxPartNumber) return {};
  return InvalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber",
                         std::to_string(number));
}

Result<int> ReadPageNumber(const Json& input, std::string_view member, std::string_view header, int fallback,
                           int limit) {
  const std::int64_t number = Fields(input).IntOr(member, fallback);
  if (number < 0) {
    return InvalidArgument(fmt::format("Argument {} must be an integer between 0 and 2147483647", header), header,
                           std::to_string(number));
  }
  return static_cast<int>(std::min<std::int64_t>(number, limit));
}

Result<Upload> FindUpload(Parts& parts, storage::Reader& reader, const Bucket& bucket, const Call& call) {
  const Fields in(call.input);
  const std::string upload_id = in.StringOr("UploadId", "");
  auto upload = parts.uploads.Find(reader, bucket.id, in.StringOr("Key", ""), upload_id);
  if (!upload) return NoSuchUpload(upload_id);
  return *std::move(upload);
}

std::string LowerChecksumName(ChecksumAlgorithm algorithm) { return AsciiLower(ChecksumName(algorithm)); }

void AddInitiator(Json& output, const Bucket& bucket, const Upload& upload) {
  output["Owner"] = {{"ID", CanonicalUserId(OwnerOf(bucket, upload.details))}};
  const auto arn = Arn::Parse(upload.initiator);
  const auto slash = arn ? arn->resource.find_last_of('/') : std::string::npos;
  // An account shows its canonical id, an IAM principal its ARN.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Initiator.html
  if (slash == std::string::npos) {
    const AccountId account = arn ? AccountId(arn->account) : bucket.account;
    output["Initiator"] = {{"ID", CanonicalUserId(account)}, {"DisplayName", account.str()}};
  } else {
    output["Initiator"] = {{"ID", upload.initiator}, {"DisplayName", arn->resource.substr(slash + 1)}};
  }
}

void AddUploadChecksum(Json& output, const Upload& upload) {
  if (!upload.checksum_algorithm) return;
  output["ChecksumAlgorithm"] = ChecksumName(*upload.checksum_algorithm);
  output["ChecksumType"] = upload.checksum_type == ChecksumType::kComposite ? "COMPOSITE" : "FULL_OBJECT";
}

}  // namespace stratolite::s3
