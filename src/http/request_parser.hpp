#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// Beast's HTTP/1 parser, filling a wire::HttpRequest without a container in between, and stricter: what two parsers could read
/// differently (folded fields, two framings, several hosts) is refused. One parser per request. Not thread-safe.
class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  /// `request` must outlive the parser, until Retarget names another one.
  RequestParser(wire::HttpRequest& request, std::size_t max_head_bytes);

  struct Progress {
    std::size_t consumed = 0;
    bool done = false;
    /// HTTP status of the refusal; 0 while all is well.
    int error_status = 0;
    std::string_view reason = {};
  };

  /// Parses head bytes; `done` when the head is complete. Never consumes body bytes.
  Progress ParseHead(const char* data, std::size_t size);
  /// Appends body bytes to the request's body. Fails with 413 beyond `max_bytes`.
  Progress CollectBody(const char* data, std::size_t size, std::uint64_t max_bytes);
  /// Copies up to `capacity` body bytes to `out`; `*produced` says how many.
  Progress ExtractBody(const char* data, std::size_t size, char* out, std::size_t capacity, std::size_t* produced);
  /// Notes body bytes that the caller has received where it wants them; no more than `remaining_length`.
  void CountBody(const char* data, std::size_t size);
  /// The request has moved.
  void Retarget(wire::HttpRequest& request) { request_ = &request; }

  bool body_complete() const { return is_done(); }
  std::optional<std::uint64_t> declared_length() const;
  /// Of a body with a declared length, what has yet to come.
  std::optional<std::uint64_t> remaining_length() const;
  /// Fields that followed a chunked body, names in lower case. They are no fields of the request: what decides about it has been decided.
  const wire::Headers& trailers() const { return trailers_; }
  bool wants_continue() const { return wants_continue_ && !is_done(); }
  /// Whether it asked for it, with whatever body.
  bool asked_for_continue() const { return wants_continue_; }
  bool keep_alive() const { return Base::keep_alive(); }
  bool http_1_0() const { return version_ == 10; }

 private:
  using Base = boost::beast::http::basic_parser<true>;
  using Error = boost::beast::error_code;
  using View = boost::beast::string_view;

  Progress Put(const char* data, std::size_t size);
  void Refuse(int status, std::string_view reason, Error& error);
  std::size_t TakeBody(View body, Error& error);

  void on_request_impl(boost::beast::http::verb, View method, View target, int version, Error& error) override;
  void on_response_impl(int, View, int, Error&) override {}
  void on_field_impl(boost::beast::http::field name, View spelling, View value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(View body, Error& error) override { return TakeBody(body, error); }
  void on_chunk_header_impl(std::uint64_t, View, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, Error& error) override { return TakeBody(body, error); }
  void on_finish_impl(Error&) override {}

  enum class BodyUse { kCollect, kExtract, kCount };

  wire::HttpRequest* request_;
  wire::Headers trailers_;
  std::size_t max_head_bytes_;
  std::size_t head_bytes_ = 0;
  const char* window_begin_ = nullptr;
  const char* window_end_ = nullptr;
  int version_ = 11;
  int hosts_ = 0;
  bool wants_continue_ = false;
  BodyUse body_use_ = BodyUse::kCollect;
  std::uint64_t max_body_bytes_ = 0;
  char* out_ = nullptr;
  std::size_t room_ = 0;
  int refusal_status_ = 0;
  std::string_view refusal_reason_;
};

}  // namespace stratolite::http
