#include "s3/document_digest.hpp"

#include "s3/checksum_headers.hpp"
#include "s3/errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {

Result<void> CheckDocumentDigest(const wire::Headers& headers, std::string_view document, bool with_checksums) {
  if (const auto md5 = headers.Find("content-md5")) {
    const auto expected = Base64Decode(*md5);
    const Md5Digest calculated = Md5(document);
    if (!expected || expected->size() != calculated.size()) return InvalidDigest(*md5);
    if (*expected != AsBytes(calculated)) return BadContentMd5(*md5, Base64Encode(AsBytes(calculated)));
  }
  if (!with_checksums) return {};
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    const auto value = headers.Find(ChecksumHeader(algorithm));
    if (!value) continue;
    RETURN_IF_ERROR(CheckChecksumForm(algorithm, *value, "header"));
    if (*value != Base64Encode(Checksum(algorithm, document))) return ChecksumMismatch(algorithm);
  }
  return {};
}

}  // namespace stratolite::s3
