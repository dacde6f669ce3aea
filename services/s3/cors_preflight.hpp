#pragma once

#include "s3/http_surface.hpp"

namespace stratolite::s3 {

/// OPTIONS of a bucket or an object: what a browser asks before a request that pages cannot send without leave. Confined as HttpVisit.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
class CorsPreflight final : public S3Visit {
 public:
  std::string_view name() const override { return "Preflight"; }
  Result<wire::HttpResponse> Answer(Parts& parts, HttpVisitor& visitor) override;
};

}  // namespace stratolite::s3
