#pragma once

#include <chrono>
#include <string_view>

#include <boost/beast/core/flat_buffer.hpp>

#include "http/request_parser.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// A request body read from a non-blocking socket, waiting with poll(2): flat memory whatever the size. Sends `100 Continue` before
/// the first wait if the client expects it. All arguments outlive the reader. Confined to one thread at a time. Blocks.
class SocketBodyReader final : public wire::BodyReader {
 public:
  SocketBodyReader(int socket, boost::beast::flat_buffer& buffer, RequestParser& parser,
                   std::chrono::seconds idle_limit)
      : socket_(socket), buffer_(buffer), parser_(parser), idle_limit_(idle_limit) {}

  std::size_t Read(char* buffer, std::size_t capacity) override;
  bool complete() const { return parser_.body_complete(); }
  bool failed() const { return failed_; }

 private:
  const int socket_;
  boost::beast::flat_buffer& buffer_;
  RequestParser& parser_;
  const std::chrono::seconds idle_limit_;
  bool continued_ = false;
  bool failed_ = false;
};

/// Writes all of `data` to a non-blocking socket; false when the peer is gone or takes nothing for `idle_limit`. Blocks.
bool SendAll(int socket, std::string_view data, std::chrono::seconds idle_limit);

}  // namespace stratolite::http
