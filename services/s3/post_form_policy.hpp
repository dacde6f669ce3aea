#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "s3/post_form_file.hpp"
#include "s3/post_form_reader.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::s3 {

/// What whoever signed a form allows its sender. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
class PostFormPolicy {
 public:
  /// `text`: the field `policy`, base64 of JSON. Errors: InvalidPolicyDocument.
  static Result<PostFormPolicy> Parse(std::string_view text);

  TimePoint expiration() const { return expiration_; }
  /// Whether every condition holds and every field is in one. `bucket` is the one that the request names. Errors: AccessDenied, which names the condition.
  Result<void> Check(const std::vector<FormField>& fields, std::string_view bucket) const;
  /// Of content-length-range; several: what all allow.
  PostFormFile::Limits limits() const { return limits_; }

 private:
  /// `["eq", "$key", "value"]`, with the name in lower case and without the `$`.
  struct Condition {
    std::string match;
    std::string name;
    std::string value;
    /// As AWS shows it.
    std::string text;
  };

  PostFormPolicy() = default;
  Result<void> AddCondition(const Json& condition);
  Result<void> AddTriple(const Json& condition);

  TimePoint expiration_;
  std::vector<Condition> conditions_;
  /// Ranges that are none: they never hold.
  std::vector<std::string> bad_ranges_;
  PostFormFile::Limits limits_;
};

}  // namespace stratolite::s3
