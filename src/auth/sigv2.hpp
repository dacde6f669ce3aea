#pragma once

#include <string>
#include <string_view>

#include "auth/signature_parser.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

/// S3's signature version 2, which boto3 still presigns URLs with in the older regions: HMAC-SHA1 over method, a few headers and the path.
/// All functions: Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html

/// `bucket`: named by the host; empty: the path does. `expires`: of a presigned URL, as sent, whose query may hold `x-amz-…`, Content-Type and
/// Content-MD5 in place of headers; empty: signed in the Authorization header.
std::string SigV2StringToSign(const wire::HttpRequest& request, std::string_view bucket, std::string_view expires);
/// When a presigned URL expires, else when the request says that it was signed. Errors: S3's, for what is missing or cannot be read.
Result<TimePoint> ReadSigV2Time(const ParsedSignature& parsed);
/// Base64.
std::string SigV2Signature(std::string_view secret_access_key, std::string_view string_to_sign);

}  // namespace stratolite::auth
