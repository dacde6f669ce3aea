#pragma once

#include <optional>
#include <string>

#include "s3/http_surface.hpp"

namespace stratolite::s3 {

/// A request at a website endpoint: documents of folders, redirects, errors as pages. Whoever comes there is nobody: the objects are read by anonymous GetObject
/// (or HeadObject), which policies must allow where they are enforced. Confined as HttpVisit.
class WebsiteVisit final : public S3Visit {
 public:
  std::string_view name() const override { return name_; }
  Result<wire::HttpResponse> Answer(Parts& parts, HttpVisitor& visitor) override;

 private:
  std::string_view name_ = "WebsiteGetObject";
};

}  // namespace stratolite::s3
