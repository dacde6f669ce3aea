#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/application.hpp"
#include "http/blocking_lane.hpp"
#include "http/buffer_pool.hpp"
#include "http/channel.hpp"
#include "http/memory_budget.hpp"
#include "http/request_parser.hpp"
#include "http/response_writer.hpp"
#include "http/server.hpp"
#include "http/tls_acceptor.hpp"
#include "http/transfer_pace.hpp"

namespace stratolite::http {

class BodySender;

/// A socket whose operations complete on one single-threaded loop.
using LoopSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using LoopTimer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      boost::asio::io_context::executor_type>;

/// Errors come as values: `const auto [error, n] = co_await x.async_…(…, kAwait)`.
inline constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

/// What the connections of a server share. Everything referred to outlives them; `buffers` is their loop's. Plain data.
struct ConnectionParts {
  Application& application;
  /// For what takes long here, and for what waits for clients: neither can starve the other.
  BlockingLane& lane;
  BlockingLane& transfers;
  MemoryBudget& memory;
  const Limits& limits;
  TlsAcceptor& tls;
  BufferPool& buffers;
};

/// One client's connection: reads a request, has it answered, writes the answer, again. Its coroutine keeps it alive.
/// Confined to its loop, but for an answer, which may come from any thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Connection(LoopSocket socket, const ConnectionParts& parts);

  /// Serves until the client leaves, an error, or Stop.
  boost::asio::awaitable<void> Run();
  /// Ends after the request in flight, at once when there is none; a waiting call is abandoned.
  void Stop();
  /// Cuts the socket; what waits on it wakes with an error.
  void Cut();
  /// Cuts when its deadline has passed, or the client is too slow for what it holds.
  void CutIfLate(TimePoint now);

 private:
  enum class Wait { kNone, kSocket, kAnswer };

  boost::asio::awaitable<bool> Open();
  boost::asio::awaitable<bool> Handshake();
  boost::asio::awaitable<bool> AwaitRequest();
  boost::asio::awaitable<bool> ReadHead();
  boost::asio::awaitable<bool> Serve();
  boost::asio::awaitable<bool> CollectBody();
  boost::asio::awaitable<bool> ServeStream();
  boost::asio::awaitable<bool> Preread(std::string& prefix);
  boost::asio::awaitable<bool> RunCollected();
  boost::asio::awaitable<void> AwaitAnswer();
  boost::asio::awaitable<bool> Await(Channel::Status wanted);
  boost::asio::awaitable<void> Yield();
  boost::asio::awaitable<bool> Reserve(std::uint64_t bytes);
  boost::asio::awaitable<bool> Fill(std::size_t wanted);
  boost::asio::awaitable<bool> FillBody(std::uint64_t left);
  boost::asio::awaitable<bool> Flush(std::string_view rest);
  boost::asio::awaitable<bool> WriteAnswer();
  boost::asio::awaitable<void> SendBody(BodySender& body);
  boost::asio::awaitable<void> OnTransferLane(std::function<void()> work);
  boost::asio::awaitable<void> Linger();
  void ReleaseBuffers();
  Channel::Progress TryFill(std::size_t wanted);
  void RunStreaming(Exchange& exchange, std::string prefix);
  bool RefuseBody(BodyRefusal why);
  bool RefuseMalformed(int status, std::string_view reason);
  bool RefuseLate();
  void Expire();
  void Answer(wire::HttpResponse response);
  Responder MakeResponder();
  void SetDeadline(std::chrono::seconds from_now);
  void ClearDeadline() { deadline_ = TimePoint::max(); }

  LoopSocket socket_;
  Channel channel_;
  const ConnectionParts parts_;
  std::string source_ip_;
  BufferPool::Buffers buffers_;
  TransferPace pace_;
  /// What the connection holds while it lives, and what its request does.
  MemoryShare own_memory_;
  MemoryShare request_memory_;
  wire::HttpRequest head_;
  std::optional<RequestParser> parser_;
  std::shared_ptr<Exchange> exchange_;
  std::optional<wire::HttpResponse> answer_;
  ResponseFraming framing_;
  std::optional<LoopTimer> answered_;
  TimePoint deadline_ = TimePoint::max();
  Wait wait_ = Wait::kNone;
  /// Whether there may be bytes that no wait would announce.
  bool readable_ = false;
  bool idle_ = false;
  /// Nobody would miss what it does: it may be cut at any time.
  bool expendable_ = false;
  /// A body is on its way in.
  bool receiving_ = false;
  bool timed_out_ = false;
  /// On a thread of the transfer lane, or waiting for one.
  bool transferring_ = false;
  bool reserving_ = false;
  /// How often it has read without letting others have the loop.
  int reads_in_turn_ = 0;
  bool stopping_ = false;
  bool broken_ = false;
};

}  // namespace stratolite::http
