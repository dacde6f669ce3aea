#pragma once

#include <memory>
#include <optional>
#include <string>

#include "s3/http_surface.hpp"
#include "s3/post_form_policy.hpp"
#include "s3/post_form_reader.hpp"

namespace stratolite::s3 {

/// POST of a form to a bucket: an upload by whoever signed the form's policy, else by nobody; the file goes the way of PutObject. Confined as HttpVisit.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
class PostFormVisit final : public S3Visit {
 public:
  explicit PostFormVisit(const wire::HttpRequest& head);

  /// Whether a request is one: a POST that names neither a key nor a sub-resource, whatever its body.
  static bool IsForm(const wire::HttpRequest& head);

  std::string_view name() const override { return "PostObject"; }
  bool reads_body() const override { return true; }
  std::optional<std::string> ReadSigner(wire::BodyReader& body) override;
  Result<wire::HttpResponse> Answer(Parts& parts, HttpVisitor& visitor) override;

 private:
  /// nullptr: the form has no such field. Names are compared without case.
  const std::string* Field(std::string_view name) const;
  std::string FieldOr(std::string_view name, std::string_view fallback) const;
  /// Who signed the policy; without a policy nobody. Errors: fields that are missing, or malformed.
  Result<auth::SignedText> ReadSignature() const;
  Result<Json> MakeInput(HttpVisitor& visitor, const std::string& bucket, const std::string& key);
  Result<std::string> ReadTags(HttpVisitor& visitor, const std::string& bucket) const;
  wire::HttpResponse Success(HttpVisitor& visitor, const std::string& bucket, const std::string& key, const Call& call,
                             const Json& output) const;

  const std::optional<std::string> boundary_;
  std::unique_ptr<PostFormReader> reader_;
  std::optional<AwsError> malformed_;
  /// The fields as PutObject's header fields.
  wire::Headers headers_;
};

}  // namespace stratolite::s3
