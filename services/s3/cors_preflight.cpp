#include "s3/cors_preflight.hpp"

#include <algorithm>
#include <array>

#include "s3/cors_rules.hpp"
#include "s3/http_surface_errors.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::array<std::string_view, 5> kPreflightMethods = {"GET", "PUT", "HEAD", "POST", "DELETE"};

}  // namespace

Result<wire::HttpResponse> CorsPreflight::Answer(Parts& parts, HttpVisitor& visitor) {
  const wire::HttpRequest& request = visitor.head().request;
  if (!request.headers.Has("origin")) return BadPreflight("Insufficient information. Origin request header needed.");
  const CorsQuestion question = ReadCorsQuestion(request);
  const HttpAddress address = ReadHttpAddress(request);
  const BucketPtr bucket = parts.buckets.Find(address.bucket);
  if (!bucket) return CorsForbidden("Bucket not found", question.method, "BUCKET");
  const Json* const configuration = bucket->Setting(kCorsDocument);
  if (configuration == nullptr) return CorsForbidden("CORS is not enabled for this bucket.", question.method, "BUCKET");
  const auto method = request.headers.Find("access-control-request-method");
  if (!method || std::find(kPreflightMethods.begin(), kPreflightMethods.end(), *method) == kPreflightMethods.end())
    return BadPreflight("Invalid Access-Control-Request-Method: " + std::string(method.value_or("null")));
  const Json* const rule = FindCorsRule(*configuration, question);
  if (rule == nullptr) return CorsNotAllowed(question.method, address.key.empty() ? "BUCKET" : "OBJECT");
  wire::HttpResponse response;
  AddCorsFields(*rule, question, response);
  return response;
}

}  // namespace stratolite::s3
