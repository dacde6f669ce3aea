#include "s3/http_surface.hpp"

#include "s3/cors_preflight.hpp"
#include "s3/cors_rules.hpp"
#include "s3/post_form_visit.hpp"
#include "s3/website_visit.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {

HttpAddress ReadHttpAddress(const wire::HttpRequest& request) {
  std::string_view path = request.path();
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto slash = path.find('/');
  HttpAddress address{std::string(path.substr(0, slash)), {}};
  if (slash == std::string_view::npos) return address;
  const std::string_view key = path.substr(slash + 1);
  address.key = PercentDecode(key).value_or(std::string(key));
  return address;
}

std::unique_ptr<HttpVisit> MakeVisit(const HttpHead& head) {
  const std::string& method = head.request.method;
  // What most requests are is clear without a look at their path.
  if (!head.website && method != "OPTIONS" && method != "POST") return nullptr;
  if (ReadHttpAddress(head.request).bucket.empty()) return nullptr;
  if (method == "OPTIONS") return std::make_unique<CorsPreflight>();
  if (head.website) return std::make_unique<WebsiteVisit>();
  if (PostFormVisit::IsForm(head.request)) return std::make_unique<PostFormVisit>(head.request);
  return nullptr;
}

bool S3HttpSurface::Knows(const HttpHead& head) {
  return parts_.buckets.Find(ReadHttpAddress(head.request).bucket) != nullptr;
}

Result<wire::HttpResponse> S3HttpSurface::Answer(HttpVisit& visit, HttpVisitor& visitor) {
  return static_cast<S3Visit&>(visit).Answer(parts_, visitor);
}

bool S3HttpSurface::AdmitsOrigin(const HttpHead& head) {
  const BucketPtr bucket = parts_.buckets.Find(ReadHttpAddress(head.request).bucket);
  const Json* const configuration = bucket ? bucket->Setting(kCorsDocument) : nullptr;
  if (configuration == nullptr) return false;
  const std::string& method = head.request.method;
  // What only reads is answered whoever asks, without a field that lets the page see it.
  if (method == "OPTIONS" || method == "GET" || method == "HEAD") return true;
  return FindCorsRule(*configuration, ReadCorsQuestion(head.request)) != nullptr;
}

bool S3HttpSurface::DecorateForOrigin(const HttpHead& head, wire::HttpResponse& response) {
  const BucketPtr bucket = parts_.buckets.Find(ReadHttpAddress(head.request).bucket);
  if (head.request.method == "OPTIONS") return true;
  const Json* const configuration = bucket ? bucket->Setting(kCorsDocument) : nullptr;
  if (configuration == nullptr) return false;
  const CorsQuestion question = ReadCorsQuestion(head.request);
  if (const Json* const rule = FindCorsRule(*configuration, question)) AddCorsFields(*rule, question, response);
  return true;
}

}  // namespace stratolite::s3
