#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

/// The body that a handler reads: without the framing of `aws-chunked`, its length known, and held against what the request's signature says of it
/// (hash of the whole, or one signature per chunk and one of the trailers). A body that does not fit ends in wire::BodyRejected before its last
/// bytes are handed on, so that a reader that stops at size() has seen the verdict too; what was read before must not be kept. Where the signer's key is
/// unknown (permissive mode) or nothing is signed, only framing and lengths are checked. A connection that breaks off is BodyRejected (RequestTimeout) too.
///
/// `raw` outlives the reader. `body_at_hand`: Authenticate has compared the hash already. May read from `raw` and throw BodyRejected at once (empty bodies).
/// Errors: MissingContentLength (411), NotImplemented (501, Transfer-Encoding without aws-chunked), InvalidRequest (x-amz-trailer names no checksum).
/// Thread-safe; the reader is confined to one thread at a time. Blocks.
Result<std::unique_ptr<wire::BodyReader>> MakePayloadReader(const wire::HttpRequest& http, const AuthOutcome& outcome,
                                                            wire::BodyReader& raw, bool body_at_hand);

/// Whether the body is framed in `aws-chunked`: `x-amz-content-sha256` says so, or, where it names no hash, Content-Encoding together with
/// `x-amz-decoded-content-length`.
bool IsAwsChunked(const wire::HttpRequest& http);

/// Makes the head that of the decoded body, as S3 keeps it: `aws-chunked` leaves Content-Encoding, Content-Length becomes the decoded length.
void DescribeDecodedBody(wire::Headers& headers);

/// A presigned URL may hold header fields (`x-amz-acl`, `x-amz-meta-…`, of SigV2 also Content-Type and Content-MD5): those that the request does not
/// have become its headers.
void AdoptPresignedFields(wire::HttpRequest& http);

/// The value of Content-Length or its like; nullopt: absent or no number.
std::optional<std::uint64_t> ReadLength(const wire::Headers& headers, std::string_view name);

}  // namespace stratolite::auth
