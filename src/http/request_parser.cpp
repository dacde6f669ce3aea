#include "http/request_parser.hpp"
#include "stratolite/base/encoding.hpp"

#include <algorithm>
#include <functional>

#include <boost/beast/http/error.hpp>

namespace stratolite::http {
namespace {

namespace beast = boost::beast;
using beast::http::field;

constexpr std::size_t kMaxFields = 1000;

std::string ToString(beast::string_view view) { return std::string(view.data(), view.size()); }

// Absolute form (`GET http://host/path`): the authority overrides Host (RFC 9112 section 3.2.2).
std::string_view AuthorityOf(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return {};
  const std::string_view rest = target.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?"));
}

}  // namespace

RequestParser::RequestParser(wire::HttpRequest& request, std::size_t max_head_bytes)
    : request_(&request), max_head_bytes_(max_head_bytes) {
  header_limit(static_cast<std::uint32_t>(max_head_bytes));
  body_limit(boost::none);
}

std::optional<std::uint64_t> RequestParser::declared_length() const {
  if (const auto length = content_length()) return *length;
  return std::nullopt;
}

std::optional<std::uint64_t> RequestParser::remaining_length() const {
  if (const auto left = content_length_remaining()) return *left;
  return std::nullopt;
}

RequestParser::Progress RequestParser::ParseHead(const char* data, std::size_t size) {
  eager(false);
  Progress progress = Put(data, size);
  head_bytes_ += progress.consumed;
  if (progress.error_status == 0 && head_bytes_ > max_head_bytes_) {
    progress.error_status = 431;
    progress.reason = "The request's header section is too large.";
  }
  progress.done = is_header_done();
  return progress;
}

RequestParser::Progress RequestParser::CollectBody(const char* data, std::size_t size, std::uint64_t max_bytes) {
  eager(true);
  body_use_ = BodyUse::kCollect;
  max_body_bytes_ = max_bytes;
  Progress progress = Put(data, size);
  progress.done = is_done();
  return progress;
}

RequestParser::Progress RequestParser::ExtractBody(const char* data, std::size_t size, char* out, std::size_t capacity,
                                                   std::size_t* produced) {
  eager(true);
  body_use_ = BodyUse::kExtract;
  out_ = out;
  room_ = capacity;
  Progress progress = Put(data, size);
  *produced = capacity - room_;
  progress.done = is_done();
  return progress;
}

void RequestParser::CountBody(const char* data, std::size_t size) {
  eager(true);
  body_use_ = BodyUse::kCount;
  Put(data, size);
}

RequestParser::Progress RequestParser::Put(const char* data, std::size_t size) {
  window_begin_ = data;
  window_end_ = data + size;
  Error error;
  Progress progress;
  progress.consumed = put(boost::asio::const_buffer(data, size), error);
  if (!error || error == beast::http::error::need_more || error == beast::http::error::need_buffer) return progress;
  if (refusal_status_ != 0) {
    progress.error_status = refusal_status_;
    progress.reason = refusal_reason_;
  } else if (error == beast::http::error::header_limit) {
    progress.error_status = 431;
    progress.reason = "The request's header section is too large.";
  } else if (error == beast::http::error::bad_version) {
    progress.error_status = 505;
    progress.reason = "Only versions 1.0 and 1.1 of HTTP are spoken here.";
  } else {
    progress.error_status = 400;
    progress.reason = "The request is not well-formed HTTP.";
  }
  return progress;
}

void RequestParser::Refuse(int status, std::string_view reason, Error& error) {
  refusal_status_ = status;
  refusal_reason_ = reason;
  error = beast::http::error::bad_field;
}

void RequestParser::on_request_impl(beast::http::verb, View method, View target, int version, Error& error) {
  request_->method.assign(method.data(), method.size());
  request_->target.assign(target.data(), target.size());
  version_ = version;
  if (version != 10 && version != 11) error = beast::http::error::bad_version;
  if (target.starts_with('/') || (request_->method == "OPTIONS" && target == "*")) return;
  if (AuthorityOf(request_->target).empty())
    Refuse(400, "The request target must be a path or an absolute URI.", error);
}

void RequestParser::on_field_impl(field name, View spelling, View value, Error& error) {
  // Beast unfolds obs-fold into a buffer of its own; RFC 9112 section 5.2 has servers refuse it.
  const std::less<const char*> before;
  if (before(value.data(), window_begin_) || before(window_end_, value.data() + value.size())) {
    return Refuse(400, "Folded header fields are not accepted.", error);
  }
  if (request_->headers.size() + trailers_.size() >= kMaxFields)
    return Refuse(431, "The request has too many header fields.", error);
  if (is_header_done()) return trailers_.Add(AsciiLower({spelling.data(), spelling.size()}), ToString(value));
  switch (name) {
    case field::transfer_encoding:
      if (version_ == 10) return Refuse(400, "HTTP/1.0 has no Transfer-Encoding.", error);
      if (!beast::iequals(value, "chunked"))
        return Refuse(501, "The only Transfer-Encoding understood is chunked.", error);
      break;
    case field::host:
      if (++hosts_ > 1) return Refuse(400, "The request has several Host fields.", error);
      break;
    case field::expect:
      if (!beast::iequals(value, "100-continue"))
        return Refuse(417, "The only expectation understood is 100-continue.", error);
      wants_continue_ = version_ == 11;
      break;
    default:
      break;
  }
  request_->headers.Add(ToString(spelling), ToString(value));
}

void RequestParser::on_header_impl(Error& error) {
  const std::string_view authority = AuthorityOf(request_->target);
  if (!authority.empty()) {
    request_->headers.Set("Host", std::string(authority));
    const std::size_t path = request_->target.find_first_of("/?", request_->target.find("://") + 3);
    std::string origin = path == std::string::npos ? "/" : request_->target.substr(path);
    if (origin.front() == '?') origin.insert(0, "/");
    request_->target = std::move(origin);
  } else if (hosts_ == 0 && version_ == 11) {
    Refuse(400, "A request of version 1.1 needs a Host field.", error);
  }
}

std::size_t RequestParser::TakeBody(View body, Error& error) {
  if (body_use_ == BodyUse::kCount) return body.size();
  if (body_use_ == BodyUse::kCollect) {
    if (body.size() > max_body_bytes_ || request_->body.size() > max_body_bytes_ - body.size()) {
      Refuse(413, "The request body is too large.", error);
      return 0;
    }
    request_->body.append(body.data(), body.size());
    return body.size();
  }
  const std::size_t taken = std::min(room_, body.size());
  std::copy_n(body.data(), taken, out_);
  out_ += taken;
  room_ -= taken;
  if (taken < body.size()) error = beast::http::error::need_buffer;
  return taken;
}

}  // namespace stratolite::http
