#pragma once

#include <chrono>
#include <optional>

#include <boost/beast/core/flat_buffer.hpp>

#include "http/channel.hpp"
#include "http/request_parser.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// A request body read from a connection's channel, waiting with poll(2): flat memory whatever the size. Sends `100 Continue` before
/// the first wait if the client expects it. All arguments outlive the reader. Confined to one thread at a time. Blocks.
class SocketBodyReader final : public wire::BodyReader {
 public:
  SocketBodyReader(Channel& channel, boost::beast::flat_buffer& buffer, RequestParser& parser,
                   std::chrono::seconds idle_limit)
      : channel_(channel), buffer_(buffer), parser_(parser), idle_limit_(idle_limit) {}

  std::size_t Read(char* buffer, std::size_t capacity) override;
  std::optional<std::uint64_t> size() const override { return parser_.declared_length(); }
  const wire::Headers* trailers() const override { return &parser_.trailers(); }
  bool complete() const { return parser_.body_complete(); }

 private:
  /// Channel::Read that waits; throws when nothing more can come.
  std::size_t Receive(char* out, std::size_t capacity);
  [[noreturn]] void Fail(const char* why);

  Channel& channel_;
  boost::beast::flat_buffer& buffer_;
  RequestParser& parser_;
  const std::chrono::seconds idle_limit_;
  bool continued_ = false;
  bool failed_ = false;
};

}  // namespace stratolite::http
