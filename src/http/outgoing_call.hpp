#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "http/blocking_lane.hpp"
#include "http/egress_rules.hpp"
#include "http/outgoing_url.hpp"
#include "stratolite/ports/http_client.hpp"

namespace stratolite::http {

/// One outgoing HTTP call over a connection of its own: look-up, rules, connection, TLS, request, answer, within one limit of time. What it is given by
/// reference outlives it. Confined to the context's one thread.
class OutgoingCall : public std::enable_shared_from_this<OutgoingCall> {
 public:
  struct Surroundings {
    boost::asio::io_context& context;
    /// Null for http://.
    boost::asio::ssl::context* tls;
    bool verify_tls;
    const EgressRules& rules;
    /// Names are looked up there: the system's function blocks.
    BlockingLane& lookups;
  };
  using Finished = std::function<void(Result<ports::HttpClient::Answer>)>;

  OutgoingCall(const Surroundings& surroundings, OutgoingUrl url, ports::HttpClient::Request request);

  /// `finished` is called exactly once, never from within Start.
  void Start(Finished finished);
  /// Ends it with this error, unless it has ended.
  void Fail(std::string_view code, std::string message);

 private:
  using Tcp = boost::asio::ip::tcp;
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

  void LookUp();
  void LookedUp(const boost::system::error_code& failure, const std::vector<Tcp::endpoint>& places);
  /// Each of `places_` in turn.
  void Connect(std::size_t next);
  void ShakeHands();
  void Write();
  void Read();
  void HasRead(const boost::system::error_code& failure);
  void Finish(Result<ports::HttpClient::Answer> outcome);

  boost::beast::tcp_stream& tcp() { return secure_ ? secure_->next_layer() : plain_; }
  template <typename F>
  void WithStream(F&& use) {
    secure_ ? use(*secure_) : use(plain_);
  }

  const Surroundings around_;
  const OutgoingUrl url_;
  ports::HttpClient::Request asked_;
  Finished finished_;
  boost::asio::steady_timer deadline_;
  boost::beast::tcp_stream plain_;
  std::optional<boost::beast::ssl_stream<boost::beast::tcp_stream>> secure_;
  std::vector<Tcp::endpoint> places_;
  Request request_;
  boost::system::error_code write_failure_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
};

}  // namespace stratolite::http
