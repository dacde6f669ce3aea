#include "s3/website_visit.hpp"

#include <array>

#include "s3/errors.hpp"
#include "s3/http_surface_errors.hpp"
#include "s3/website_configuration.hpp"
#include "s3/website_pages.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/wire/codec.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::array<const char*, 5> kWebsiteFields = {"if-match", "if-none-match", "if-modified-since",
                                                       "if-unmodified-since", "range"};
constexpr int kMovedPermanently = 301;
constexpr int kFound = 302;
constexpr int kNotFound = 404;

/// One request at one bucket's website. Confined to its thread.
class WebsiteRequest {
 public:
  WebsiteRequest(const Bucket& bucket, const Json& configuration, HttpVisitor& visitor)
      : bucket_(bucket),
        configuration_(configuration),
        visitor_(visitor),
        request_(visitor.head().request),
        suffix_(Fields(Fields(configuration).Object("IndexDocument")).StringOr("Suffix", "")),
        address_{request_.tls ? "https" : "http", std::string(request_.host()), ReadHttpAddress(request_).key} {}

  wire::HttpResponse Run() {
    if (const Json* const all = Fields(configuration_).Find("RedirectAllRequestsTo"))
      return RedirectAnswer(kMovedPermanently, RedirectAllLocation(*all, address_));
    if (const Json* const rule = FindRoutingRule(configuration_, address_.key, 0)) return Redirect(*rule);
    const std::string& asked = address_.key;
    const bool folder = asked.empty() || asked.ends_with('/');
    auto answer = Read(folder ? asked + suffix_ : asked, true);
    if (answer.ok()) return *std::move(answer);
    AwsError error = std::move(answer).error();
    if (error.http_status < 400) return visitor_.Encode(error);
    if (!folder && error.http_status == kNotFound && Read(asked + "/" + suffix_, false).ok())
      return RedirectAnswer(kFound, "/" + PercentEncode(asked, true) + "/");
    if (const Json* const rule = FindRoutingRule(configuration_, asked, error.http_status)) return Redirect(*rule);
    return Refuse(error);
  }

 private:
  wire::HttpResponse Redirect(const Json& rule) const {
    const auto code = Fields(Fields(rule).Object("Redirect")).OptionalString("HttpRedirectCode");
    const int status = code ? ParseWholeNumber<int>(*code).value_or(kMovedPermanently) : kMovedPermanently;
    return RedirectAnswer(status, RedirectLocation(rule, address_));
  }

  /// The error document, else a page.
  wire::HttpResponse Refuse(const AwsError& error) {
    const std::string document = Fields(Fields(configuration_).Object("ErrorDocument")).StringOr("Key", "");
    if (document.empty()) return ErrorPage(error, std::nullopt, visitor_.request_id());
    auto answer = Read(document, false);
    if (!answer.ok()) return ErrorPage(error, answer.error(), visitor_.request_id());
    if (answer->status < 300) answer->status = error.http_status;
    answer->headers.Set("x-amz-error-code", error.code);
    answer->headers.Set("x-amz-error-message", error.message);
    return *std::move(answer);
  }

  /// An object, or what it redirects to. `conditional`: it is what was asked for, and not something in its place. Errors have their status.
  Result<wire::HttpResponse> Read(const std::string& key, bool conditional) {
    wire::HttpRequest asked{.method = request_.method, .target = {}, .headers = {}, .body = {}, .source_ip = {}};
    asked.target = "/" + bucket_.name + "/" + PercentEncode(key, true);
    for (const char* const name : kWebsiteFields) {
      const auto value = request_.headers.Find(name);
      if (conditional && value) asked.headers.Add(name, std::string(*value));
    }
    const auto call = visitor_.MakeCall(request_.method == "HEAD" ? "HeadObject" : "GetObject", Json::object());
    auto input = wire::DecodeInput(*call->model, call->protocol, asked);
    if (!input.ok()) return WithStatus(std::move(input).error());
    call->input = *std::move(input);
    auto output = visitor_.Run(call);
    if (!output.ok()) return WithStatus(std::move(output).error());
    if (const auto redirect = Fields(*output).OptionalString("WebsiteRedirectLocation"))
      return RedirectAnswer(kMovedPermanently, *redirect);
    wire::HttpResponse response = visitor_.Encode(*call, *output);
    // The website endpoint speaks as a web server does.
    for (const char* const name : {"accept-ranges", "x-amz-server-side-encryption"}) response.headers.Remove(name);
    return response;
  }

  /// The model knows the status of some errors, the encoder asks it.
  AwsError WithStatus(AwsError error) {
    if (error.http_status == 0) error.http_status = visitor_.Encode(error).status;
    return error;
  }

  const Bucket& bucket_;
  const Json& configuration_;
  HttpVisitor& visitor_;
  const wire::HttpRequest& request_;
  const std::string suffix_;
  const WebsiteAddress address_;
};

AwsError WithStatus(AwsError error, int status) {
  error.http_status = status;
  return error;
}

}  // namespace

Result<wire::HttpResponse> WebsiteVisit::Answer(Parts& parts, HttpVisitor& visitor) {
  const wire::HttpRequest& request = visitor.head().request;
  const HttpAddress address = ReadHttpAddress(request);
  const auto refuse = [&visitor](const AwsError& error) {
    return ErrorPage(error, std::nullopt, visitor.request_id());
  };
  if (request.method == "HEAD") name_ = "WebsiteHeadObject";
  if (request.method != "GET" && request.method != "HEAD") {
    name_ = "WebsiteRequest";
    return refuse(WithStatus(MethodNotAllowed(request.method, "OBJECT"), 405));
  }
  const BucketPtr bucket = parts.buckets.Find(address.bucket);
  if (!bucket) return refuse(WithStatus(NoSuchBucket(address.bucket), kNotFound));
  const Json* const configuration = bucket->Setting(kWebsiteDocument);
  if (configuration == nullptr) return refuse(WithStatus(NoSuchWebsiteConfiguration(bucket->name), kNotFound));
  return WebsiteRequest(*bucket, *configuration, visitor).Run();
}

}  // namespace stratolite::s3
