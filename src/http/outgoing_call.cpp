#include "http/outgoing_call.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include "stratolite/base/encoding.hpp"

namespace stratolite::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::uint32_t kMaxAnswerHead = 64 << 10;
constexpr unsigned kHttp11 = 11;

bool IsOurs(std::string_view field) {
  const std::string name = AsciiLower(field);
  return name == "host" || name == "content-length" || name == "connection" || name == "transfer-encoding";
}

/// RFC 6761, 6.3: these names are this machine, whatever a resolver says.
bool IsLocalhost(const std::string& host) {
  const std::string name = AsciiLower(host);
  return name == "localhost" || name.ends_with(".localhost");
}

bool IsBrokenOff(const error_code& failure) {
  return failure == beast::http::error::end_of_stream || failure == beast::http::error::partial_message;
}

}  // namespace

OutgoingCall::OutgoingCall(const Surroundings& surroundings, OutgoingUrl url, ports::HttpClient::Request request)
    : around_(surroundings),
      url_(std::move(url)),
      asked_(std::move(request)),
      deadline_(surroundings.context),
      plain_(surroundings.context) {
  if (url_.tls) secure_.emplace(surroundings.context, *surroundings.tls);
  request_.method_string(asked_.method);
  request_.target(url_.target);
  request_.version(kHttp11);
  request_.set(beast::http::field::host, url_.authority);
  request_.set(beast::http::field::connection, "close");
  if (!url_.authorization.empty()) request_.set(beast::http::field::authorization, url_.authorization);
  for (const auto& [name, value] : asked_.headers) {
    if (IsOurs(name)) continue;
    request_.set(name, value);
  }
  request_.body() = std::move(asked_.body);
  // prepare_payload would leave out a length of zero for methods that it does not know.
  if (!request_.body().empty() || (asked_.method != "GET" && asked_.method != "HEAD"))
    request_.content_length(request_.body().size());
}

void OutgoingCall::Start(Finished finished) {
  finished_ = std::move(finished);
  deadline_.expires_after(asked_.timeout);
  deadline_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) self->Fail("Timeout", fmt::format("{} has not answered in time", self->url_.authority));
  });
  LookUp();
}

void OutgoingCall::LookUp() {
  error_code failure;
  const auto literal = asio::ip::make_address(url_.host, failure);
  std::vector<Tcp::endpoint> places;
  if (!failure) {
    places.emplace_back(literal, url_.port);
  } else if (IsLocalhost(url_.host)) {
    places = {{asio::ip::address_v4::loopback(), url_.port}, {asio::ip::address_v6::loopback(), url_.port}};
  }
  if (!places.empty()) {
    asio::post(around_.context, [self = shared_from_this(), places] { self->LookedUp({}, places); });
    return;
  }
  around_.lookups.Run([self = shared_from_this()]() mutable {
    asio::io_context own;
    Tcp::resolver resolver(own);
    error_code unknown;
    std::vector<Tcp::endpoint> found;
    for (const auto& entry : resolver.resolve(self->url_.host, std::to_string(self->url_.port), unknown))
      found.push_back(entry.endpoint());
    // The last reference to a call is let go of on its own thread.
    asio::io_context& context = self->around_.context;
    asio::post(context, [self = std::move(self), unknown, found] { self->LookedUp(unknown, found); });
  });
}

void OutgoingCall::LookedUp(const error_code& failure, const std::vector<Tcp::endpoint>& places) {
  if (!finished_) return;
  if (failure || places.empty())
    return Fail("Unreachable", fmt::format("no machine has the name '{}' ({})", url_.host, failure.message()));
  std::string refusal;
  for (const Tcp::endpoint& place : places) {
    if (auto why = around_.rules.Refusal(place.address())) {
      refusal = *std::move(why);
    } else {
      places_.push_back(place);
    }
  }
  if (places_.empty()) return Fail("Refused", std::move(refusal));
  Connect(0);
}

void OutgoingCall::Connect(std::size_t next) {
  tcp().async_connect(places_[next], [self = shared_from_this(), next](const error_code& failure) {
    if (!self->finished_) return;
    if (!failure) return self->url_.tls ? self->ShakeHands() : self->Write();
    if (next + 1 < self->places_.size()) return self->Connect(next + 1);
    self->Fail("Unreachable", fmt::format("no connection to {}: {}", self->url_.authority, failure.message()));
  });
}

void OutgoingCall::ShakeHands() {
  error_code address_failure;
  asio::ip::make_address(url_.host, address_failure);
  // RFC 6066 section 3: no literal addresses.
  if (address_failure) SSL_set_tlsext_host_name(secure_->native_handle(), url_.host.c_str());
  if (around_.verify_tls) {
    secure_->set_verify_mode(asio::ssl::verify_peer);
    secure_->set_verify_callback(asio::ssl::host_name_verification(url_.host));
  } else {
    secure_->set_verify_mode(asio::ssl::verify_none);
  }
  secure_->async_handshake(asio::ssl::stream_base::client, [self = shared_from_this()](const error_code& failure) {
    if (!self->finished_) return;
    if (!failure) return self->Write();
    self->Fail("Unreachable", fmt::format("no TLS with {}: {}", self->url_.authority, failure.message()));
  });
}

void OutgoingCall::Write() {
  WithStream([this](auto& stream) {
    beast::http::async_write(stream, request_, [self = shared_from_this()](const error_code& failure, std::size_t) {
      if (!self->finished_) return;
      // Who refuses a request before having read it all has an answer all the same.
      self->write_failure_ = failure;
      self->Read();
    });
  });
}

void OutgoingCall::Read() {
  parser_.emplace();
  parser_->header_limit(kMaxAnswerHead);
  parser_->body_limit(asked_.max_answer_bytes);
  parser_->skip(asked_.method == "HEAD");
  WithStream([this](auto& stream) {
    beast::http::async_read(stream, buffer_, *parser_,
                            [self = shared_from_this()](const error_code& failure, std::size_t) {
                              if (self->finished_) self->HasRead(failure);
                            });
  });
}

void OutgoingCall::HasRead(const error_code& failure) {
  const bool cut = asked_.cut_answer && failure == beast::http::error::body_limit;
  if (failure && !cut) {
    const error_code& cause = write_failure_ ? write_failure_ : failure;
    const bool http = failure.category() == beast::http::make_error_code(beast::http::error::bad_version).category();
    // Many servers end a TLS connection without saying so; an answer that ends with the connection is whole then.
    if (failure == asio::ssl::error::stream_truncated && parser_->is_header_done() && parser_->need_eof()) {
      error_code incomplete;
      parser_->put_eof(incomplete);
      if (!incomplete) return HasRead({});
    }
    if (http && !IsBrokenOff(failure)) {
      return Fail("BadAnswer", fmt::format("what {} answers is of no use: {}", url_.authority, failure.message()));
    }
    return Fail("Unreachable", fmt::format("{} has broken off: {}", url_.authority, cause.message()));
  }
  auto& message = parser_->get();
  const int status = static_cast<int>(message.result_int());
  // RFC 9110 section 15.2: the answer is still to come.
  if (status >= 100 && status < 200 && status != 101) return Read();
  ports::HttpClient::Answer answer{status, {}, std::move(message.body())};
  for (const auto& field : message)
    answer.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  Finish(std::move(answer));
}

void OutgoingCall::Fail(std::string_view code, std::string message) {
  Finish(AwsError{.code = std::string(code), .message = std::move(message)});
}

void OutgoingCall::Finish(Result<ports::HttpClient::Answer> outcome) {
  if (!finished_) return;
  deadline_.cancel();
  tcp().close();
  std::exchange(finished_, nullptr)(std::move(outcome));
}

}  // namespace stratolite::http
