#include "s3/website_pages.hpp"

#include <array>
#include <utility>

#include "stratolite/base/json.hpp"
#include "stratolite/wire/host_id.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 9> kTitles = {{{400, "Bad Request"},
                                                                      {403, "Forbidden"},
                                                                      {404, "Not Found"},
                                                                      {405, "Method Not Allowed"},
                                                                      {412, "Precondition Failed"},
                                                                      {416, "Requested Range Not Satisfiable"},
                                                                      {500, "Internal Server Error"},
                                                                      {501, "Not Implemented"},
                                                                      {503, "Service Unavailable"}}};

std::string_view TitleOf(int status) {
  for (const auto& [each, title] : kTitles) {
    if (each == status) return title;
  }
  return status < 500 ? "Bad Request" : "Internal Server Error";
}

std::string HtmlEscaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// A header's value cannot hold everything that a key can.
std::string HeaderSafe(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return out;
}

void AddItem(std::string& page, std::string_view name, std::string_view value) {
  page.append("<li>").append(name).append(": ").append(HtmlEscaped(value)).append("</li>\n");
}

template <typename F>
void EachDetail(const AwsError& error, F visit) {
  if (!error.fields || !error.fields->is_object()) return;
  for (const auto& [name, value] : error.fields->items()) {
    if (value.is_string()) visit(name, value.template get_ref<const std::string&>());
  }
}

void AddItems(std::string& page, const AwsError& error) {
  AddItem(page, "Code", error.code);
  AddItem(page, "Message", error.message);
  EachDetail(error, [&page](const std::string& name, const std::string& value) { AddItem(page, name, value); });
}

}  // namespace

wire::HttpResponse ErrorPage(const AwsError& error, const std::optional<AwsError>& document_error,
                             std::string_view request_id) {
  wire::HttpResponse response;
  response.status = error.http_status;
  response.headers.Add("x-amz-error-code", error.code);
  response.headers.Add("x-amz-error-message", HeaderSafe(error.message));
  EachDetail(error, [&response](const std::string& name, const std::string& value) {
    response.headers.Add("x-amz-error-detail-" + name, HeaderSafe(value));
  });
  response.headers.Add("Content-Type", "text/html; charset=utf-8");
  const std::string title = std::to_string(error.http_status) + " " + std::string(TitleOf(error.http_status));
  std::string& page = response.body;
  page.append("<html>\n<head><title>").append(title).append("</title></head>\n<body>\n<h1>").append(title);
  page.append("</h1>\n<ul>\n");
  AddItems(page, error);
  AddItem(page, "RequestId", request_id);
  AddItem(page, "HostId", wire::HostIdOf(std::string(request_id)));
  page += "</ul>\n";
  if (document_error) {
    page += "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n";
    AddItems(page, *document_error);
    page += "</ul>\n";
  }
  page += "<hr/>\n</body>\n</html>\n";
  return response;
}

wire::HttpResponse RedirectAnswer(int status, std::string location) {
  wire::HttpResponse response;
  response.status = status;
  response.headers.Set("Location", HeaderSafe(location));
  return response;
}

}  // namespace stratolite::s3
