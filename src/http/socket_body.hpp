#pragma once

#include <optional>
#include <string>
#include <utility>

#include <boost/beast/core/flat_buffer.hpp>

#include "http/channel.hpp"
#include "http/request_parser.hpp"
#include "http/server.hpp"
#include "http/transfer_pace.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// A request body read from a connection's channel, waiting with poll(2): flat memory whatever the size. Sends `100 Continue` before
/// the first wait if the client expects it. All arguments outlive the reader. Confined to one thread at a time. Blocks.
class SocketBodyReader final : public wire::BodyReader {
 public:
  /// `prefix`: what has been read of the body already.
  SocketBodyReader(Channel& channel, boost::beast::flat_buffer& buffer, RequestParser& parser, TransferPace& pace,
                   const Limits& limits, std::string prefix)
      : channel_(channel), buffer_(buffer), parser_(parser), pace_(pace), limits_(limits), prefix_(std::move(prefix)) {}

  std::size_t Read(char* buffer, std::size_t capacity) override;
  std::optional<std::uint64_t> size() const override { return parser_.declared_length(); }
  const wire::Headers* trailers() const override { return &parser_.trailers(); }
  bool complete() const { return parser_.body_complete(); }

 private:
  std::size_t TakePrefix(char* buffer, std::size_t capacity);
  /// Channel::Read that waits; throws when nothing more can come.
  std::size_t Receive(char* out, std::size_t capacity);
  [[noreturn]] void Fail(const char* why);

  Channel& channel_;
  boost::beast::flat_buffer& buffer_;
  RequestParser& parser_;
  TransferPace& pace_;
  const Limits& limits_;
  std::string prefix_;
  std::size_t prefix_taken_ = 0;
  bool continued_ = false;
  bool failed_ = false;
};

}  // namespace stratolite::http
