#include "http/response_writer.hpp"

#include <algorithm>
#include <charconv>

#include <boost/beast/http/status.hpp>

namespace stratolite::http {
namespace {

void AppendNumber(std::string& out, std::uint64_t value, int base = 10) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value, base).ptr;
  out.append(digits, end);
}

void AppendValue(std::string& out, std::string_view value) {
  const std::size_t start = out.size();
  out.append(value);
  for (std::size_t i = start; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    if ((c < 0x20 && c != '\t') || c == 0x7f) out[i] = ' ';
  }
}

}  // namespace

bool MayHaveBody(int status) { return status >= 200 && status != 204 && status != 304; }

void AppendHead(std::string& out, const wire::HttpResponse& response, const ResponseFraming& framing) {
  out.append(framing.http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  AppendNumber(out, static_cast<std::uint64_t>(response.status));
  out.push_back(' ');
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  out.append(reason.data(), reason.size()).append("\r\n");

  bool has_length = false;
  for (const auto& [name, value] : response.headers) {
    if (wire::EqualsIgnoreCase(name, "content-length")) {
      // A HEAD handler knows the length of what it does not send; anybody else's is counted here.
      if (!framing.head_only) continue;
      has_length = true;
    } else if (wire::EqualsIgnoreCase(name, "transfer-encoding") || wire::EqualsIgnoreCase(name, "connection")) {
      continue;
    }
    out.append(name).append(": ");
    AppendValue(out, value);
    out.append("\r\n");
  }
  if (MayHaveBody(response.status) && !has_length) {
    const auto size = response.stream ? response.stream->size() : std::optional<std::uint64_t>(response.body.size());
    if (size) {
      out.append("Content-Length: ");
      AppendNumber(out, *size);
      out.append("\r\n");
    } else if (!framing.http_1_0) {
      out.append("Transfer-Encoding: chunked\r\n");
    }
  }
  if (!framing.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (framing.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

void AppendChunk(std::string& out, std::string_view data) {
  AppendNumber(out, data.size(), 16);
  out.append("\r\n").append(data).append("\r\n");
}

}  // namespace stratolite::http
