#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"

/// What a bucket's CORS configuration says: which pages of other origins may send which requests, and what their answers tell the browser.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
namespace stratolite::s3 {

inline constexpr std::string_view kCorsDocument = "cors";

/// CORSConfiguration as GetBucketCors answers it. Errors: MalformedXML, InvalidRequest with AWS's sentence for what a rule cannot have.
Result<Json> CheckCorsConfiguration(const Json& configuration);

/// What a rule is looked up by.
struct CorsQuestion {
  std::string_view origin;
  std::string_view method;
  /// Names in lower case: Access-Control-Request-Headers.
  std::vector<std::string> headers;
};

CorsQuestion ReadCorsQuestion(const wire::HttpRequest& request);
/// The first rule of `configuration` (as stored) that allows it; nullptr: none does.
const Json* FindCorsRule(const Json& configuration, const CorsQuestion& question);
/// The fields that such a rule gives the answer.
void AddCorsFields(const Json& rule, const CorsQuestion& question, wire::HttpResponse& response);

}  // namespace stratolite::s3
