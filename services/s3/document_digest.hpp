#pragma once

#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::s3 {

/// The documents that requests carry (a list of keys to delete, tags, a configuration) against the digests in their header fields: Content-MD5, and when
/// `with_checksums` the `x-amz-checksum-` fields, which in other requests speak of an object. For who has the document as it came: the front door.
/// Errors: InvalidDigest, BadDigest, InvalidRequest. Thread-safe.
Result<void> CheckDocumentDigest(const wire::Headers& headers, std::string_view document, bool with_checksums);

}  // namespace stratolite::s3
