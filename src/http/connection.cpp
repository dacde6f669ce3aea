#include "http/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <future>

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "http/body_sender.hpp"
#include "http/socket_body.hpp"
#include "stratolite/wire/memory_body.hpp"

namespace stratolite::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBytes = 8 * 1024;
constexpr std::size_t kBodyReadBytes = 256 * 1024;
// How much may be pipelined behind a request that waits.
constexpr std::size_t kMaxPipelinedBytes = 64 * 1024;
// Streamed bodies up to this size are collected: a thread of their own would cost more than it takes to read them.
constexpr std::uint64_t kSmallStreamBytes = 64 * 1024;
// First byte of a TLS record that holds a handshake.
constexpr char kTlsHandshake = 0x16;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

const char* Bytes(const boost::beast::flat_buffer& buffer) { return static_cast<const char*>(buffer.data().data()); }

LoopSocket::wait_type WaitType(Channel::Status wanted) {
  return wanted == Channel::Status::kWantsWrite ? LoopSocket::wait_write : LoopSocket::wait_read;
}

}  // namespace

Connection::Connection(LoopSocket socket, const ConnectionParts& parts)
    : socket_(std::move(socket)), channel_(socket_.native_handle()), parts_(parts) {
  boost::system::error_code ignored;
  source_ip_ = socket_.remote_endpoint(ignored).address().to_string();
  if (const std::string_view mapped = "::ffff:"; source_ip_.starts_with(mapped)) source_ip_.erase(0, mapped.size());
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

void Connection::SetDeadline(std::chrono::seconds from_now) { deadline_ = std::chrono::steady_clock::now() + from_now; }

void Connection::Cut() {
  // shutdown(2) and not close: the coroutine still owns the descriptor and wakes with an end of file.
  if (socket_.is_open()) ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

void Connection::CutIfLate(TimePoint now) {
  if (now < deadline_) return;
  ClearDeadline();
  Cut();
}

void Connection::Stop() {
  stopping_ = true;
  if (idle_ || lingering_) Cut();
  if (exchange_) exchange_->Abandon();
}

asio::awaitable<void> Connection::Run() {
  const auto self = shared_from_this();
  bool alive = co_await Open();
  while (alive) {
    alive = co_await ReadHead();
    if (alive) alive = co_await Serve();
    exchange_.reset();
  }
  if (!broken_) {
    channel_.SayGoodbye();
    // Closing with unread bytes resets the connection, and the client may lose the answer.
    if (buffers_.in.size() > 0 || (parser_ && !parser_->body_complete())) co_await Linger();
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

/// Waits for the first byte, which tells TLS from HTTP.
asio::awaitable<bool> Connection::Open() {
  idle_ = true;
  if (stopping_) co_return false;
  SetDeadline(parts_.limits.keep_alive);
  char first = 0;
  for (ssize_t peeked = -1; peeked != 1;) {
    const auto [error] = co_await socket_.async_wait(LoopSocket::wait_read, kAwait);
    peeked = ::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    broken_ = error || peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    if (broken_) co_return false;
  }
  bool opened = true;
  if (first == kTlsHandshake) opened = co_await Handshake();
  idle_ = false;
  readable_ = true;
  co_return opened;
}

asio::awaitable<bool> Connection::Handshake() {
  TlsSession session = parts_.tls.Begin(socket_.native_handle());
  if (!session) co_return false;
  channel_.SecureWith(std::move(session));
  SetDeadline(parts_.limits.head);
  for (;;) {
    const Channel::Progress progress = channel_.Handshake();
    if (progress.moved()) break;
    broken_ = !progress.waits();
    if (broken_) co_return false;
    const auto wanted = WaitType(progress.status);
    const auto [error] = co_await socket_.async_wait(wanted, kAwait);
    broken_ = static_cast<bool>(error);
    if (broken_) co_return false;
  }
  co_return true;
}

/// Whoever waits for long holds no buffers, unless there is something in them.
void Connection::ReleaseBuffers() {
  if (buffers_.in.size() == 0) parts_.buffers.Give(std::exchange(buffers_, {}));
}

/// Receives what there is into the buffer.
Channel::Progress Connection::TryFill(std::size_t wanted) {
  if (buffers_.in.capacity() == 0) buffers_ = parts_.buffers.Take();
  const auto space = buffers_.in.prepare(wanted);
  const Channel::Progress progress = channel_.Read(static_cast<char*>(space.data()), space.size());
  buffers_.in.commit(progress.bytes);
  broken_ = !progress.moved() && !progress.waits();
  return progress;
}

/// Receives more bytes into the buffer; false at the end of the connection.
asio::awaitable<bool> Connection::Fill(std::size_t wanted) {
  for (;;) {
    const Channel::Progress progress = TryFill(wanted);
    if (!progress.waits()) co_return progress.moved();
    const auto type = WaitType(progress.status);
    const auto [error] = co_await socket_.async_wait(type, kAwait);
    broken_ = static_cast<bool>(error);
    if (broken_) co_return false;
  }
}

/// Waits, holding no buffers, until something has come; false at the end of the connection.
asio::awaitable<bool> Connection::AwaitRequest() {
  if (stopping_) co_return false;
  idle_ = true;
  SetDeadline(parts_.limits.keep_alive);
  auto type = LoopSocket::wait_read;
  bool filled = false;
  while (!filled) {
    if (!std::exchange(readable_, false)) {
      ReleaseBuffers();
      const auto [error] = co_await socket_.async_wait(type, kAwait);
      broken_ = static_cast<bool>(error);
      if (broken_) co_return false;
    }
    const Channel::Progress progress = TryFill(kReadBytes);
    if (broken_) co_return false;
    type = WaitType(progress.status);
    filled = progress.moved();
  }
  idle_ = false;
  co_return true;
}

asio::awaitable<bool> Connection::ReadHead() {
  head_ = wire::HttpRequest{};
  parser_.emplace(head_, parts_.limits.max_head_bytes);
  framing_ = ResponseFraming{};
  if (buffers_.in.size() == 0) {
    const bool waiting = co_await AwaitRequest();
    if (!waiting) co_return false;
  }
  bool timing = false;
  for (;;) {
    const auto progress = parser_->ParseHead(Bytes(buffers_.in), buffers_.in.size());
    buffers_.in.consume(progress.consumed);
    if (progress.error_status != 0) {
      framing_.keep_alive = false;
      answer_ = parts_.application.Malformed(progress.error_status, progress.reason);
      co_await WriteAnswer();
      co_return false;
    }
    if (progress.done) break;
    if (!timing) SetDeadline(parts_.limits.head);
    timing = true;
    const bool filled = co_await Fill(kReadBytes);
    if (!filled) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Connection::Serve() {
  framing_.keep_alive = parser_->keep_alive() && !stopping_;
  framing_.http_1_0 = parser_->http_1_0();
  framing_.head_only = head_.method == "HEAD";
  head_.source_ip = source_ip_;
  head_.tls = channel_.secure();
  exchange_ = parts_.application.Begin(std::move(head_));
  parser_->Retarget(exchange_->request);

  const BodyPlan::Lane lane = exchange_->plan.lane;
  const auto declared = parser_->declared_length();
  const bool small = parser_->body_complete() || (declared && *declared <= kSmallStreamBytes);
  std::optional<wire::MemoryBodyReader> collected_stream;
  if (lane == BodyPlan::Lane::kStreaming && !small) {
    ClearDeadline();
    auto work = [this] { RunStreaming(*exchange_); };
    co_await OnLane(std::move(work));
  } else {
    if (!parser_->body_complete()) {
      const bool collected = co_await CollectBody();
      if (!collected) co_return false;
    } else if (parser_->asked_for_continue() && parser_->declared_length() == 0) {
      // For an empty body too: botocore takes the connection's next answer for malformed when a final one came without this.
      const bool flushed = co_await Flush(kContinue);
      if (!flushed) co_return false;
    }
    ClearDeadline();
    if (!answer_) {
      if (lane == BodyPlan::Lane::kStreaming) {
        collected_stream.emplace(std::exchange(exchange_->request.body, {}));
        exchange_->request.stream = &*collected_stream;
      }
      if (lane == BodyPlan::Lane::kBlocking) {
        auto work = [exchange = exchange_, respond = MakeResponder()] { exchange->Run(respond); };
        parts_.lane.Run(std::move(work));
      } else {
        exchange_->Run(MakeResponder());
      }
      if (!answer_) co_await AwaitAnswer();
      if (collected_stream) exchange_->request.stream = nullptr;
    }
  }
  if (broken_) co_return false;
  const bool written = co_await WriteAnswer();
  co_return written&& framing_.keep_alive;
}

/// Leaves the body in the exchange; or an answer, when the body is refused. False: the connection is lost.
asio::awaitable<bool> Connection::CollectBody() {
  const std::uint64_t limit = exchange_->plan.max_bytes;
  const auto declared = parser_->declared_length();
  if (declared && *declared > limit) {
    framing_.keep_alive = false;
    answer_ = exchange_->TooLarge();
    co_return true;
  }
  if (parser_->wants_continue() && buffers_.in.size() == 0) {
    const bool flushed = co_await Flush(kContinue);
    if (!flushed) co_return false;
  }
  // Not all that is announced: memory is given out as bytes arrive.
  if (declared)
    exchange_->request.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*declared, kBodyReadBytes)));
  for (;;) {
    const auto progress = parser_->CollectBody(Bytes(buffers_.in), buffers_.in.size(), limit);
    buffers_.in.consume(progress.consumed);
    if (progress.error_status != 0) {
      framing_.keep_alive = false;
      answer_ = progress.error_status == 413 ? exchange_->TooLarge()
                                             : parts_.application.Malformed(progress.error_status, progress.reason);
      co_return true;
    }
    if (progress.done) co_return true;
    SetDeadline(parts_.limits.body_idle);
    const bool filled = co_await Fill(declared && *declared > kReadBytes ? kBodyReadBytes : kReadBytes);
    if (!filled) co_return false;
  }
}

Responder Connection::MakeResponder() {
  return [self = shared_from_this()](wire::HttpResponse response) {
    if (self->socket_.get_executor().running_in_this_thread()) return self->Answer(std::move(response));
    asio::post(self->socket_.get_executor(),
               [self, response = std::move(response)]() mutable { self->Answer(std::move(response)); });
  };
}

void Connection::Answer(wire::HttpResponse response) {
  answer_ = std::move(response);
  if (wait_ == Wait::kSocket) {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  } else if (wait_ == Wait::kAnswer) {
    answered_->cancel();
  }
}

/// Waits for the answer and watches the client meanwhile: what it pipelines stays in the buffer, when it leaves the call is abandoned.
asio::awaitable<void> Connection::AwaitAnswer() {
  bool watching = true;
  if (stopping_) exchange_->Abandon();
  while (!answer_) {
    if (watching && buffers_.in.size() < kMaxPipelinedBytes) {
      const Channel::Progress progress = TryFill(kReadBytes);
      if (progress.waits()) {
        const auto type = WaitType(progress.status);
        ReleaseBuffers();
        wait_ = Wait::kSocket;
        co_await socket_.async_wait(type, kAwait);
        wait_ = Wait::kNone;
      } else if (broken_) {
        watching = false;
        // The client may have closed one direction only: the answer is still tried.
        broken_ = false;
        framing_.keep_alive = false;
        exchange_->Abandon();
      }
    } else {
      if (!answered_) answered_.emplace(socket_.get_executor());
      answered_->expires_at(TimePoint::max());
      wait_ = Wait::kAnswer;
      co_await answered_->async_wait(kAwait);
      wait_ = Wait::kNone;
    }
  }
}

/// Runs `work` on a lane thread, which then owns the connection's state until it is done.
asio::awaitable<void> Connection::OnLane(std::function<void()> work) {
  if (!answered_) answered_.emplace(socket_.get_executor());
  answered_->expires_at(TimePoint::max());
  auto done = std::make_shared<bool>(false);
  auto task = [self = shared_from_this(), done, work = std::move(work)] {
    work();
    asio::post(self->socket_.get_executor(), [self, done] {
      *done = true;
      self->answered_->cancel();
    });
  };
  parts_.lane.Run(std::move(task));
  while (!*done) co_await answered_->async_wait(kAwait);
}

void Connection::RunStreaming(Exchange& exchange) {
  SocketBodyReader reader(channel_, buffers_.in, *parser_, parts_.limits.body_idle);
  exchange.request.stream = &reader;
  std::promise<wire::HttpResponse> promise;
  exchange.Run([&promise](wire::HttpResponse response) { promise.set_value(std::move(response)); });
  answer_ = promise.get_future().get();
  exchange.request.stream = nullptr;
  // A body that the handler left unread would be taken for the next request.
  if (!reader.complete()) framing_.keep_alive = false;
}

asio::awaitable<bool> Connection::WriteAnswer() {
  const wire::HttpResponse& answer = *answer_;
  if (stopping_) framing_.keep_alive = false;
  std::optional<BodySender> body;
  const bool has_body = !framing_.head_only && MayHaveBody(answer.status);
  if (has_body && answer.stream && framing_.http_1_0 && !answer.stream->size()) framing_.keep_alive = false;
  std::string& out = buffers_.out;
  out.clear();
  AppendHead(out, answer, framing_);
  if (has_body && answer.stream)
    body.emplace(channel_, *answer.stream, out, !framing_.http_1_0, parts_.limits.body_idle);
  if (body && !body->small()) {
    ClearDeadline();
    broken_ = !body->Begin();
    if (!broken_ && !body->finished()) {
      auto work = [this, &body] { broken_ = !body->Finish(); };
      co_await OnLane(std::move(work));
    }
  } else {
    if (body) {
      broken_ = !body->Append();
    } else if (has_body) {
      out.append(answer.body);
    }
    // Nearly always the socket takes all of it at once: no suspension, no pass through the event loop.
    std::string_view rest = out;
    while (!rest.empty() && !broken_) {
      const Channel::Progress progress = channel_.Write(rest);
      rest.remove_prefix(progress.bytes);
      if (progress.waits()) break;
      broken_ = !progress.moved();
    }
    if (!rest.empty() && !broken_) co_await Flush(rest);
  }
  answer_.reset();
  readable_ = channel_.HasBuffered();
  co_return !broken_;
}

/// Writes all of `rest`, giving up when the client takes nothing for a while.
asio::awaitable<bool> Connection::Flush(std::string_view rest) {
  SetDeadline(parts_.limits.body_idle);
  while (!rest.empty()) {
    const Channel::Progress progress = channel_.Write(rest);
    if (progress.moved()) {
      rest.remove_prefix(progress.bytes);
      SetDeadline(parts_.limits.body_idle);
      continue;
    }
    broken_ = !progress.waits();
    if (broken_) co_return false;
    const auto type = WaitType(progress.status);
    const auto [error] = co_await socket_.async_wait(type, kAwait);
    broken_ = static_cast<bool>(error);
    if (broken_) co_return false;
  }
  ClearDeadline();
  co_return true;
}

/// Lets the client read the answer before the connection goes. What it still sends is thrown away as it is, encrypted or not.
asio::awaitable<void> Connection::Linger() {
  ::shutdown(socket_.native_handle(), SHUT_WR);
  SetDeadline(parts_.limits.linger);
  lingering_ = true;
  for (std::size_t discarded = 0; discarded < 16 * kBodyReadBytes;) {
    buffers_.in.clear();
    const auto space = buffers_.in.prepare(kBodyReadBytes);
    const auto [error, received] = co_await socket_.async_read_some(space, kAwait);
    if (error) break;
    discarded += received;
  }
}

}  // namespace stratolite::http
