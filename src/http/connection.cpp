#include "http/connection.hpp"

#include <cerrno>
#include <future>

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "http/socket_body.hpp"

namespace stratolite::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBytes = 8 * 1024;
constexpr std::size_t kBodyReadBytes = 256 * 1024;
// How much may be pipelined behind a request that waits, and how much memory an idle connection keeps.
constexpr std::size_t kMaxPipelinedBytes = 64 * 1024;
constexpr std::size_t kKeptBytes = 64 * 1024;
// First byte of a TLS record that holds a handshake.
constexpr char kTlsHandshake = 0x16;

const char* Bytes(const boost::beast::flat_buffer& buffer) { return static_cast<const char*>(buffer.data().data()); }

}  // namespace

Connection::Connection(LoopSocket socket, Application& application, BlockingLane& lane, const Limits& limits)
    : socket_(std::move(socket)), application_(application), lane_(lane), limits_(limits) {
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
  bool alive = true;
  while (alive) {
    alive = co_await ReadHead();
    if (alive) alive = co_await Serve();
    exchange_.reset();
  }
  // Closing with unread bytes resets the connection, and the client may lose the answer.
  if (!broken_ && (buffer_.size() > 0 || !parser_->body_complete())) co_await Linger();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

/// Receives more bytes into the buffer; false at the end of the connection.
asio::awaitable<bool> Connection::Fill(std::size_t wanted) {
  const auto space = buffer_.prepare(wanted);
  const auto [error, received] = co_await socket_.async_read_some(space, kAwait);
  buffer_.commit(received);
  broken_ = static_cast<bool>(error);
  co_return !error;
}

asio::awaitable<bool> Connection::ReadHead() {
  head_ = wire::HttpRequest{};
  parser_.emplace(head_, limits_.max_head_bytes);
  framing_ = ResponseFraming{};
  if (buffer_.size() == 0) {
    if (stopping_) co_return false;
    if (buffer_.capacity() > kKeptBytes) buffer_ = boost::beast::flat_buffer();
    idle_ = true;
    SetDeadline(limits_.keep_alive);
    const bool filled = co_await Fill(kReadBytes);
    idle_ = false;
    if (!filled) co_return false;
    if (*Bytes(buffer_) == kTlsHandshake) {
      spdlog::warn("a client speaks TLS, which this build does not: use http:// in its endpoint URL");
      co_return false;
    }
  }
  bool timing = false;
  for (;;) {
    const auto progress = parser_->ParseHead(Bytes(buffer_), buffer_.size());
    buffer_.consume(progress.consumed);
    if (progress.error_status != 0) {
      framing_.keep_alive = false;
      answer_ = application_.Malformed(progress.error_status, progress.reason);
      co_await WriteAnswer();
      co_return false;
    }
    if (progress.done) break;
    if (!timing) SetDeadline(limits_.head);
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
  exchange_ = application_.Begin(std::move(head_));
  parser_->Retarget(exchange_->request);

  if (exchange_->plan.lane == BodyPlan::Lane::kStreaming) {
    ClearDeadline();
    auto work = [this] { RunStreaming(*exchange_); };
    co_await OnLane(std::move(work));
  } else {
    if (!parser_->body_complete()) {
      const bool collected = co_await CollectBody();
      if (!collected) co_return false;
    }
    ClearDeadline();
    if (!answer_) {
      if (exchange_->plan.lane == BodyPlan::Lane::kBlocking) {
        auto work = [exchange = exchange_, respond = MakeResponder()] { exchange->Run(respond); };
        lane_.Run(std::move(work));
      } else {
        exchange_->Run(MakeResponder());
      }
      if (!answer_) co_await AwaitAnswer();
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
  if (parser_->wants_continue() && buffer_.size() == 0) {
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    SetDeadline(limits_.body_idle);
    const bool flushed = co_await Flush();
    if (!flushed) co_return false;
  }
  // Not all that is announced: memory is given out as bytes arrive.
  if (declared)
    exchange_->request.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*declared, kBodyReadBytes)));
  for (;;) {
    const auto progress = parser_->CollectBody(Bytes(buffer_), buffer_.size(), limit);
    buffer_.consume(progress.consumed);
    if (progress.error_status != 0) {
      framing_.keep_alive = false;
      answer_ = progress.error_status == 413 ? exchange_->TooLarge()
                                             : application_.Malformed(progress.error_status, progress.reason);
      co_return true;
    }
    if (progress.done) co_return true;
    SetDeadline(limits_.body_idle);
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
    if (watching && buffer_.size() < kMaxPipelinedBytes) {
      wait_ = Wait::kSocket;
      const auto space = buffer_.prepare(kReadBytes);
      const auto [error, received] = co_await socket_.async_read_some(space, kAwait);
      wait_ = Wait::kNone;
      buffer_.commit(received);
      if (error && error != asio::error::operation_aborted) {
        watching = false;
        // The client may have closed one direction only: the answer is still tried.
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
  lane_.Run(std::move(task));
  while (!*done) co_await answered_->async_wait(kAwait);
}

void Connection::RunStreaming(Exchange& exchange) {
  SocketBodyReader reader(socket_.native_handle(), buffer_, *parser_, limits_.body_idle);
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
  const bool streamed = answer.stream && !framing_.head_only && MayHaveBody(answer.status);
  if (streamed && framing_.http_1_0 && !answer.stream->size()) framing_.keep_alive = false;
  out_.clear();
  AppendHead(out_, answer, framing_);
  if (streamed) {
    ClearDeadline();
    auto work = [this] { SendStream(); };
    co_await OnLane(std::move(work));
  } else {
    if (!framing_.head_only && MayHaveBody(answer.status)) out_.append(answer.body);
    // Nearly always the socket takes all of it at once: no suspension, no pass through the event loop.
    const ssize_t sent = ::send(socket_.native_handle(), out_.data(), out_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != static_cast<ssize_t>(out_.size())) {
      if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        broken_ = true;
      } else {
        if (sent > 0) out_.erase(0, static_cast<std::size_t>(sent));
        co_await Flush();
      }
    }
    if (out_.capacity() > kKeptBytes) out_ = std::string();
  }
  answer_.reset();
  co_return !broken_;
}

/// Writes all of `out_`, giving up when the client takes nothing for a while.
asio::awaitable<bool> Connection::Flush() {
  std::string_view rest = out_;
  while (!rest.empty()) {
    SetDeadline(limits_.body_idle);
    const auto piece = asio::buffer(rest.data(), rest.size());
    const auto [error, sent] = co_await socket_.async_write_some(piece, kAwait);
    if (error) {
      broken_ = true;
      co_return false;
    }
    rest.remove_prefix(sent);
  }
  ClearDeadline();
  co_return true;
}

void Connection::SendStream() {
  const bool chunked = !answer_->stream->size() && !framing_.http_1_0;
  const int socket = socket_.native_handle();
  std::string chunk;
  try {
    for (bool more = true; more;) {
      chunk.clear();
      more = answer_->stream->Next(chunk);
      if (!more) chunk.clear();
      if (chunked) {
        if (more && chunk.empty()) continue;
        AppendChunk(out_, chunk);
      } else {
        out_.append(chunk);
      }
      if (!SendAll(socket, out_, limits_.body_idle)) {
        broken_ = true;
        return;
      }
      out_.clear();
    }
  } catch (const std::exception& e) {
    // The head is out: all that is left to tell the client is a body that breaks off.
    spdlog::error("a response body broke off: {}", e.what());
    broken_ = true;
  }
}

/// Lets the client read the answer before the connection goes.
asio::awaitable<void> Connection::Linger() {
  ::shutdown(socket_.native_handle(), SHUT_WR);
  SetDeadline(limits_.linger);
  lingering_ = true;
  for (std::size_t discarded = 0; discarded < 16 * kBodyReadBytes;) {
    buffer_.clear();
    const auto space = buffer_.prepare(kBodyReadBytes);
    const auto [error, received] = co_await socket_.async_read_some(space, kAwait);
    if (error) break;
    discarded += received;
  }
}

}  // namespace stratolite::http
