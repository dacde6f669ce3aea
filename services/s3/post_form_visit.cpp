#include "s3/post_form_visit.hpp"

#include <algorithm>
#include <array>

#include "s3/errors.hpp"
#include "s3/http_surface_errors.hpp"
#include "s3/post_form_file.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/wire/codec.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kFilenameVariable = "${filename}";
// The order in which AWS misses them.
constexpr std::array<std::string_view, 4> kSignatureFields = {"X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential",
                                                              "X-Amz-Date"};
constexpr std::array<std::string_view, 2> kOldSignatureFields = {"Signature", "AWSAccessKeyId"};
// Beside `x-amz-…`; the fields of PutObject that a form may have.
constexpr std::array<std::string_view, 6> kFormHeaders = {"cache-control",    "content-disposition", "content-encoding",
                                                          "content-language", "content-type",        "expires"};
// Beside what proves the signature: for the form alone, or what the service asks of no form.
constexpr std::array<std::string_view, 6> kNoHeaders = {"x-amz-algorithm", "x-amz-credential",     "x-amz-date",
                                                        "x-amz-signature", "x-amz-security-token", "x-amz-tagging"};

template <std::size_t N>
bool IsAmong(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// `AKIA…/20260102/us-east-1/s3/aws4_request`.
struct FormCredential {
  std::string access_key_id;
  auth::CredentialScope scope;
};
std::optional<FormCredential> ParseFormCredential(std::string_view text) {
  std::array<std::string, 5> parts;
  // An access key may hold slashes, the scope none.
  for (std::size_t i = parts.size(); i-- > 1;) {
    const auto slash = text.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    parts[i] = text.substr(slash + 1);
    text = text.substr(0, slash);
  }
  if (text.empty() || parts[4] != "aws4_request") return std::nullopt;
  return FormCredential{std::string(text), {parts[1], parts[2], parts[3]}};
}

bool IsWebAddress(std::string_view text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != 0x7F; });
  return printable && (text.starts_with("http://") || text.starts_with("https://"));
}

void AppendElement(std::string& xml, std::string_view name, std::string_view value) {
  xml.append("<").append(name).append(">");
  for (const char c : value) {
    if (c == '&') {
      xml += "&amp;";
    } else if (c == '<') {
      xml += "&lt;";
    } else if (c == '>') {
      xml += "&gt;";
    } else {
      xml += c;
    }
  }
  xml.append("</").append(name).append(">");
}

/// Where the object is now, as its writer addressed the bucket.
std::string ObjectLocation(HttpVisitor& visitor, const std::string& bucket, const std::string& key) {
  const wire::HttpRequest& request = visitor.head().request;
  const bool by_host = request.host().starts_with(bucket + ".");
  std::string location = visitor.endpoint();
  if (by_host) location.insert(location.find("//") + 2, bucket + ".");
  if (!by_host) location.append("/").append(bucket);
  return location.append("/").append(PercentEncode(key));
}

}  // namespace

PostFormVisit::PostFormVisit(const wire::HttpRequest& head)
    : boundary_(FormBoundary(head.headers.Get("content-type"))) {}

bool PostFormVisit::IsForm(const wire::HttpRequest& head) {
  return head.method == "POST" && head.query().empty() && ReadHttpAddress(head).key.empty();
}

const std::string* PostFormVisit::Field(std::string_view name) const {
  for (const FormField& field : reader_->fields()) {
    if (wire::EqualsIgnoreCase(field.name, name)) return &field.value;
  }
  return nullptr;
}

std::string PostFormVisit::FieldOr(std::string_view name, std::string_view fallback) const {
  const std::string* const value = Field(name);
  return value == nullptr ? std::string(fallback) : *value;
}

std::optional<std::string> PostFormVisit::ReadSigner(wire::BodyReader& body) {
  if (!boundary_) {
    malformed_ = NoFormEncoding();
    return std::nullopt;
  }
  reader_ = std::make_unique<PostFormReader>(body, *boundary_);
  if (auto read = reader_->ReadFields(); !read.ok()) {
    malformed_ = read.error();
    return std::nullopt;
  }
  const auto signature = ReadSignature();
  return signature.ok() && !signature->access_key_id.empty() ? std::optional(signature->access_key_id) : std::nullopt;
}

Result<auth::SignedText> PostFormVisit::ReadSignature() const {
  const auto missing = [this](const auto& names) -> std::optional<std::string_view> {
    const auto has = [this](std::string_view name) { return Field(name) != nullptr; };
    if (std::none_of(names.begin(), names.end(), has)) return std::nullopt;
    const auto lacks = std::find_if_not(names.begin(), names.end(), has);
    return lacks == names.end() ? std::string_view() : *lacks;
  };
  auth::SignedText text;
  const auto lacks_new = missing(kSignatureFields);
  const auto lacks_old = missing(kOldSignatureFields);
  const std::string* const policy = Field("policy");
  if (policy == nullptr) {
    if (lacks_new || lacks_old) return MissingFormField("Policy");
    return text;
  }
  if (!lacks_new && !lacks_old) return AccessDenied();
  const std::string_view lacks = lacks_new ? *lacks_new : *lacks_old;
  if (!lacks.empty()) return MissingFormField(lacks);
  text.text = *policy;
  if (const std::string* const token = Field("x-amz-security-token")) text.session_token = *token;
  if (!lacks_new) {
    text.access_key_id = FieldOr("AWSAccessKeyId", "");
    text.signature = FieldOr("Signature", "");
    return text;
  }
  const std::string algorithm = FieldOr("X-Amz-Algorithm", "");
  if (algorithm != auth::kSigV4Algorithm)
    return InvalidArgument("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"", "X-Amz-Algorithm", algorithm);
  const std::string sent = FieldOr("X-Amz-Credential", "");
  auto credential = ParseFormCredential(sent);
  if (!credential) {
    return InvalidArgument(
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "
        "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        "X-Amz-Credential", sent);
  }
  text.access_key_id = std::move(credential->access_key_id);
  text.scope = std::move(credential->scope);
  text.signature = FieldOr("X-Amz-Signature", "");
  return text;
}

Result<std::string> PostFormVisit::ReadTags(HttpVisitor& visitor, const std::string& bucket) const {
  const auto call = visitor.MakeCall("PutBucketTagging", Json::object());
  const wire::HttpRequest document{.method = "PUT",
                                   .target = "/" + bucket + "?tagging",
                                   .headers = {},
                                   .body = FieldOr("tagging", ""),
                                   .source_ip = {}};
  ASSIGN_OR_RETURN(const Json input, wire::DecodeInput(*call->model, call->protocol, document));
  if (!input.contains("Tagging")) return MalformedXml();
  std::string tags;
  for (const Json& tag : Fields(input["Tagging"]).List("TagSet")) {
    const Fields fields(tag);
    if (!tags.empty()) tags += '&';
    tags += PercentEncode(fields.StringOr("Key", "")) + "=" + PercentEncode(fields.StringOr("Value", ""));
  }
  return tags;
}

Result<Json> PostFormVisit::MakeInput(HttpVisitor& visitor, const std::string& bucket, const std::string& key) {
  for (const FormField& field : reader_->fields()) {
    const std::string name = AsciiLower(field.name);
    if (name == "acl") {
      headers_.Add("x-amz-acl", field.value);
    } else if (IsAmong(kFormHeaders, name) || (name.starts_with("x-amz-") && !IsAmong(kNoHeaders, name))) {
      headers_.Add(name, field.value);
    }
  }
  if (Field("tagging") != nullptr) {
    ASSIGN_OR_RETURN(std::string tags, ReadTags(visitor, bucket));
    headers_.Set("x-amz-tagging", std::move(tags));
  }
  const auto call = visitor.MakeCall("PutObject", Json::object());
  const wire::HttpRequest put{
      .method = "PUT", .target = "/" + bucket + "/object", .headers = headers_, .body = {}, .source_ip = {}};
  ASSIGN_OR_RETURN(Json input, wire::DecodeInput(*call->model, call->protocol, put));
  input["Bucket"] = bucket;
  input["Key"] = key;
  return input;
}

Result<wire::HttpResponse> PostFormVisit::Answer(Parts& parts, HttpVisitor& visitor) {
  if (malformed_) return *malformed_;
  const std::string bucket = ReadHttpAddress(visitor.head().request).bucket;
  if (!parts.buckets.Find(bucket)) return NoSuchBucket(bucket);
  std::string key = FieldOr("key", "");
  if (key.empty()) return MissingFormField("key");
  ASSIGN_OR_RETURN(const auth::SignedText signature, ReadSignature());
  RETURN_IF_ERROR(visitor.Authenticate(signature));
  PostFormFile::Limits limits;
  if (Field("policy") != nullptr) {
    ASSIGN_OR_RETURN(const PostFormPolicy policy, PostFormPolicy::Parse(signature.text));
    if (visitor.HasPassed(policy.expiration())) return AgainstPolicy("Policy expired.");
    RETURN_IF_ERROR(policy.Check(reader_->fields(), bucket));
    limits = policy.limits();
  }
  if (const auto at = key.find(kFilenameVariable); at != std::string::npos && reader_->filename())
    key.replace(at, kFilenameVariable.size(), *reader_->filename());
  ASSIGN_OR_RETURN(Json input, MakeInput(visitor, bucket, key));
  PostFormFile file(*reader_, limits);
  const auto call = visitor.MakeCall("PutObject", std::move(input));
  call->headers = &headers_;
  call->body = &file;
  ASSIGN_OR_RETURN(const Json output, visitor.Run(call));
  return Success(visitor, bucket, key, *call, output);
}

wire::HttpResponse PostFormVisit::Success(HttpVisitor& visitor, const std::string& bucket, const std::string& key,
                                          const Call& call, const Json& output) const {
  wire::HttpResponse response = visitor.Encode(call, output);
  const std::string etag = Fields(output).StringOr("ETag", "");
  const std::string redirect = FieldOr("success_action_redirect", FieldOr("redirect", ""));
  if (IsWebAddress(redirect)) {
    response.status = 303;
    std::string location = redirect + (redirect.find('?') == std::string::npos ? "?" : "&");
    location.append("bucket=").append(PercentEncode(bucket)).append("&key=").append(PercentEncode(key));
    response.headers.Set("Location", location.append("&etag=").append(PercentEncode(etag)));
    return response;
  }
  const std::string location = ObjectLocation(visitor, bucket, key);
  response.headers.Set("Location", location);
  const std::string status = FieldOr("success_action_status", "204");
  response.status = status == "200" ? 200 : status == "201" ? 201 : 204;
  if (response.status != 201) return response;
  response.headers.Set("Content-Type", "application/xml");
  response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse>";
  AppendElement(response.body, "Location", location);
  AppendElement(response.body, "Bucket", bucket);
  AppendElement(response.body, "Key", key);
  AppendElement(response.body, "ETag", etag);
  response.body += "</PostResponse>";
  return response;
}

}  // namespace stratolite::s3
