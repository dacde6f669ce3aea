#pragma once

#include <memory>
#include <string>

#include "s3/parts.hpp"
#include "stratolite/service/http_surface.hpp"

/// What S3 does in HTTP beside the operations of its model: preflights, website endpoints, forms.
namespace stratolite::s3 {

/// Bucket and key that a target in path style names; the key decoded. Either may be empty.
struct HttpAddress {
  std::string bucket;
  std::string key;
};
HttpAddress ReadHttpAddress(const wire::HttpRequest& request);

/// One such request. Confined as HttpVisit.
class S3Visit : public HttpVisit {
 public:
  virtual Result<wire::HttpResponse> Answer(Parts& parts, HttpVisitor& visitor) = 0;
};

/// ServiceDescriptor::visit.
std::unique_ptr<HttpVisit> MakeVisit(const HttpHead& head);

/// A bucket's CORS configuration says what pages of other origins may do with it. Buckets without one are the front door's matter, but for preflights of
/// pages that it does not trust, which are answered as on AWS. Thread-safe. Blocks.
class S3HttpSurface final : public HttpSurface {
 public:
  explicit S3HttpSurface(Parts& parts) : parts_(parts) {}

  bool Knows(const HttpHead& head) override;
  Result<wire::HttpResponse> Answer(HttpVisit& visit, HttpVisitor& visitor) override;
  bool AdmitsOrigin(const HttpHead& head) override;
  bool DecorateForOrigin(const HttpHead& head, wire::HttpResponse& response) override;

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
