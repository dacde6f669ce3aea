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
// Of a body, at a time.
constexpr std::size_t kBodyReadBytes = 64 * 1024;
// How much may be pipelined behind a request that waits.
constexpr std::size_t kMaxPipelinedBytes = kReadBytes;
// Streamed bodies up to this size are collected, and that much of others arrives before they get a thread: clients that send nothing hold none.
constexpr std::size_t kSmallStreamBytes = 64 * 1024;
// Memory that is accounted for: what an idle connection takes, what TLS adds, the beginning of a streamed body (a thread's own is another matter).
constexpr std::uint64_t kConnectionBytes = 4 * 1024;
constexpr std::uint64_t kTlsBytes = 32 * 1024;
constexpr std::uint64_t kTransferBytes = 96 * 1024;
// Up to here bodies and heads are not: a request of that size must not touch what all threads share.
constexpr std::uint64_t kUncountedBytes = kReadBytes;
// Rests of answers that one has to wait for.
constexpr std::size_t kUncountedAnswerBytes = 64 * 1024;
// Reads without a pause before the other connections of the loop get their turn.
constexpr int kReadsInTurn = 8;
// How long a transfer's thread waits for a client that takes nothing before it does something else.
constexpr std::chrono::milliseconds kTransferPatience{50};
constexpr std::size_t kMaxDiscardedBytes = 64 * 1024 * 1024;
// First byte of a TLS record that holds a handshake.
constexpr char kTlsHandshake = 0x16;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

const char* Bytes(const boost::beast::flat_buffer& buffer) { return static_cast<const char*>(buffer.data().data()); }

LoopSocket::wait_type WaitType(Channel::Status wanted) {
  return wanted == Channel::Status::kWantsWrite ? LoopSocket::wait_write : LoopSocket::wait_read;
}

}  // namespace

Connection::Connection(LoopSocket socket, const ConnectionParts& parts)
    : socket_(std::move(socket)),
      channel_(socket_.native_handle()),
      parts_(parts),
      pace_(parts.limits.pace, parts.limits.pressed_pace),
      own_memory_(parts.memory),
      request_memory_(parts.memory) {
  own_memory_.Force(kConnectionBytes);
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

void Connection::Expire() {
  ClearDeadline();
  // A body that does not come is answered; the second time there is nothing left to say.
  if (!receiving_ || timed_out_) return Cut();
  timed_out_ = true;
  ::shutdown(socket_.native_handle(), SHUT_RD);
}

void Connection::CutIfLate(TimePoint now) {
  if (now >= deadline_) return Expire();
  const bool scarce = parts_.memory.pressed();
  if (idle_) {
    // The deadline of the idle was set when they became so.
    const auto since = deadline_ - parts_.limits.keep_alive;
    if (scarce && now - since > parts_.limits.pressed_pace.grace) Expire();
    return;
  }
  const bool pressed = scarce || (transferring_ && parts_.transfers.pressed());
  if ((pressed && pace_.Late(now, true)) || (receiving_ && pace_.Late(now, false))) Expire();
}

void Connection::Stop() {
  stopping_ = true;
  if (idle_ || expendable_) Cut();
  if (reserving_) answered_->cancel();
  if (exchange_) exchange_->Abandon();
}

asio::awaitable<void> Connection::Run() {
  const auto self = shared_from_this();
  bool alive = co_await Open();
  while (alive) {
    alive = co_await ReadHead();
    if (alive) alive = co_await Serve();
    exchange_.reset();
    receiving_ = false;
    request_memory_.Release();
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
  idle_ = expendable_ = false;
  readable_ = true;
  co_return opened;
}

asio::awaitable<bool> Connection::Handshake() {
  TlsSession session = parts_.tls.Begin(socket_.native_handle());
  if (!session) co_return false;
  channel_.SecureWith(std::move(session));
  own_memory_.Force(kTlsBytes);
  idle_ = false;
  expendable_ = true;
  SetDeadline(parts_.limits.head);
  pace_.Restart();
  for (;;) {
    const Channel::Progress progress = channel_.Handshake();
    if (progress.moved()) break;
    broken_ = !progress.waits();
    if (broken_) co_return false;
    const bool ready = co_await Await(progress.status);
    if (!ready) co_return false;
  }
  co_return true;
}

/// Waits for the client, at its expense; false: the connection is lost.
asio::awaitable<bool> Connection::Await(Channel::Status wanted) {
  const auto type = WaitType(wanted);
  reads_in_turn_ = 0;
  pace_.BeginWait(TransferPace::Clock::now());
  const auto [error] = co_await socket_.async_wait(type, kAwait);
  pace_.EndWait(TransferPace::Clock::now());
  broken_ = static_cast<bool>(error);
  co_return !broken_;
}

/// Lets the other connections of the loop have their turn.
asio::awaitable<void> Connection::Yield() {
  reads_in_turn_ = 0;
  co_await asio::post(socket_.get_executor(), asio::use_awaitable);
}

/// Waits until there is memory for `bytes` more of the request; false: there was none for too long, or the server stops.
asio::awaitable<bool> Connection::Reserve(std::uint64_t bytes) {
  if (request_memory_.TryTake(bytes)) co_return true;
  if (!answered_) answered_.emplace(socket_.get_executor());
  auto wake = [self = shared_from_this()] {
    asio::post(self->socket_.get_executor(), [self] { self->answered_->cancel(); });
  };
  const auto waiter = parts_.memory.Enqueue(bytes, std::move(wake));
  ClearDeadline();
  reserving_ = true;
  const auto until = std::chrono::steady_clock::now() + parts_.limits.memory_wait;
  while (!waiter->granted && !stopping_ && std::chrono::steady_clock::now() < until) {
    answered_->expires_at(until);
    co_await answered_->async_wait(kAwait);
  }
  reserving_ = false;
  if (!waiter->granted && !parts_.memory.Withdraw(waiter)) co_return false;
  request_memory_.Adopt(waiter->taken);
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
  pace_.Moved(progress.bytes);
  broken_ = !progress.moved() && !progress.waits();
  return progress;
}

/// Receives more bytes into the buffer; false at the end of the connection.
asio::awaitable<bool> Connection::Fill(std::size_t wanted) {
  if (++reads_in_turn_ >= kReadsInTurn) co_await Yield();
  for (;;) {
    const Channel::Progress progress = TryFill(wanted);
    if (!progress.waits()) co_return progress.moved();
    const bool ready = co_await Await(progress.status);
    if (!ready) co_return false;
  }
}

/// Receives more of a body with a length, straight into the request.
asio::awaitable<bool> Connection::FillBody(std::uint64_t left) {
  if (++reads_in_turn_ >= kReadsInTurn) co_await Yield();
  std::string& body = exchange_->request.body;
  const std::size_t had = body.size();
  // What is prepared becomes resident: who has sent little is not trusted with much.
  const std::size_t piece = std::clamp(had, kReadBytes, kBodyReadBytes);
  for (;;) {
    body.resize(had + static_cast<std::size_t>(std::min<std::uint64_t>(left, piece)));
    const Channel::Progress progress = channel_.Read(body.data() + had, body.size() - had);
    body.resize(had + progress.bytes);
    if (progress.moved()) {
      parser_->CountBody(body.data() + had, progress.bytes);
      pace_.Moved(progress.bytes);
      co_return true;
    }
    broken_ = !progress.waits();
    if (broken_) co_return false;
    const bool ready = co_await Await(progress.status);
    if (!ready) co_return false;
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
      reads_in_turn_ = 0;
    }
    if (++reads_in_turn_ >= kReadsInTurn) co_await Yield();
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
    const bool refused = (progress.error_status != 0 && RefuseMalformed(progress.error_status, progress.reason)) ||
                         (!progress.done && buffers_.in.size() > kUncountedBytes && request_memory_.held() == 0 &&
                          !request_memory_.TryTake(2 * parts_.limits.max_head_bytes) &&
                          RefuseMalformed(503, "There is no memory for a request with so large a head now."));
    if (refused) {
      co_await WriteAnswer();
      co_return false;
    }
    if (progress.done) break;
    if (!timing) {
      SetDeadline(parts_.limits.head);
      pace_.Restart();
    }
    timing = true;
    const bool filled = co_await Fill(kReadBytes);
    if (!filled) co_return false;
  }
  co_return true;
}

bool Connection::RefuseMalformed(int status, std::string_view reason) {
  framing_.keep_alive = false;
  answer_ = parts_.application.Malformed(status, reason);
  return true;
}

/// Always true: the connection goes on, with the answer.
bool Connection::RefuseBody(BodyRefusal why) {
  framing_.keep_alive = false;
  answer_ = exchange_->Decline(why);
  if (!answer_ && why == BodyRefusal::kTooSlow) return RefuseMalformed(408, "The request body did not come in time.");
  if (!answer_) return RefuseMalformed(503, "There is no memory for the request body now.");
  return true;
}

/// After a read that failed: whether it is we who did not want to wait.
bool Connection::RefuseLate() {
  if (!timed_out_) return false;
  broken_ = false;
  return RefuseBody(BodyRefusal::kTooSlow);
}

asio::awaitable<bool> Connection::Serve() {
  framing_.keep_alive = parser_->keep_alive() && !stopping_;
  framing_.http_1_0 = parser_->http_1_0();
  framing_.head_only = head_.method == "HEAD";
  head_.source_ip = source_ip_;
  head_.tls = channel_.secure();
  exchange_ = parts_.application.Begin(std::move(head_));
  parser_->Retarget(exchange_->request);

  const auto declared = parser_->declared_length();
  const bool small = parser_->body_complete() || (declared && *declared <= kSmallStreamBytes);
  bool alive = false;
  if (exchange_->plan.lane == BodyPlan::Lane::kStreaming && !small) {
    alive = co_await ServeStream();
  } else {
    alive = co_await RunCollected();
  }
  receiving_ = false;
  if (!alive || broken_) co_return false;
  const bool written = co_await WriteAnswer();
  co_return written&& framing_.keep_alive;
}

/// Collects what is missing of the body, has the request handled and waits for the answer. False: the connection is lost.
asio::awaitable<bool> Connection::RunCollected() {
  std::optional<wire::MemoryBodyReader> collected_stream;
  if (!parser_->body_complete()) {
    const bool collected = co_await CollectBody();
    if (!collected) co_return false;
  } else if (parser_->asked_for_continue() && parser_->declared_length() == 0) {
    // For an empty body too: botocore takes the connection's next answer for malformed when a final one came without this.
    const bool flushed = co_await Flush(kContinue);
    if (!flushed) co_return false;
  }
  ClearDeadline();
  receiving_ = false;
  if (answer_) co_return true;
  const BodyPlan::Lane lane = exchange_->plan.lane;
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
  co_return true;
}

/// Leaves the body in the exchange; or an answer, when the body is refused. False: the connection is lost.
asio::awaitable<bool> Connection::CollectBody() {
  const std::uint64_t limit = exchange_->plan.max_bytes;
  const auto declared = parser_->declared_length();
  std::string& body = exchange_->request.body;
  if (declared && *declared > limit) {
    framing_.keep_alive = false;
    answer_ = exchange_->TooLarge();
    co_return true;
  }
  // All that is announced at once: who has begun can finish. It becomes resident as bytes arrive.
  std::uint64_t room = std::max<std::uint64_t>(declared.value_or(0), kUncountedBytes);
  if (room > kUncountedBytes) {
    const bool granted = co_await Reserve(room);
    if (!granted) co_return RefuseBody(BodyRefusal::kNoRoom);
  }
  if (parser_->wants_continue() && buffers_.in.size() == 0) {
    const bool flushed = co_await Flush(kContinue);
    if (!flushed) co_return false;
  }
  if (declared) body.reserve(static_cast<std::size_t>(*declared));
  receiving_ = true;
  pace_.Restart();
  for (;;) {
    if (buffers_.in.size() > 0) {
      const auto progress = parser_->CollectBody(Bytes(buffers_.in), buffers_.in.size(), limit);
      buffers_.in.consume(progress.consumed);
      if (progress.error_status == 413) {
        framing_.keep_alive = false;
        answer_ = exchange_->TooLarge();
        co_return true;
      }
      if (progress.error_status != 0) co_return RefuseMalformed(progress.error_status, progress.reason);
      if (!progress.done && buffers_.in.size() > parts_.limits.max_head_bytes)
        co_return RefuseMalformed(400, "The framing of the request body is too large.");
    }
    if (parser_->body_complete()) co_return true;
    if (!declared && body.size() + kReadBytes > room) {
      const std::uint64_t more = std::min(2 * room, std::max(limit + kReadBytes, room)) - room;
      const bool granted = co_await Reserve(more);
      if (!granted) co_return RefuseBody(BodyRefusal::kNoRoom);
      room += more;
      body.reserve(static_cast<std::size_t>(room));
    }
    SetDeadline(parts_.limits.body_idle);
    bool filled = false;
    if (const auto left = parser_->remaining_length(); left && buffers_.in.size() == 0) {
      filled = co_await FillBody(*left);
    } else {
      filled = co_await Fill(kReadBytes);
    }
    if (!filled) co_return RefuseLate();
  }
}

/// Has a body read by its handler as it arrives. False: the connection is lost.
asio::awaitable<bool> Connection::ServeStream() {
  receiving_ = true;
  pace_.Restart();
  std::string prefix;
  // Who expects to be invited is invited by the handler's first read: it may refuse.
  if (!parser_->wants_continue()) {
    const bool begun = co_await Preread(prefix);
    if (!begun) co_return RefuseLate();
    if (answer_) co_return true;
    if (parser_->body_complete() && parser_->trailers().size() == 0) {
      exchange_->request.body = std::move(prefix);
      co_return co_await RunCollected();
    }
  } else {
    const bool granted = co_await Reserve(kTransferBytes);
    if (!granted) co_return RefuseBody(BodyRefusal::kNoRoom);
  }
  ClearDeadline();
  auto work = [this, &prefix] { RunStreaming(*exchange_, std::move(prefix)); };
  co_await OnTransferLane(std::move(work));
  receiving_ = false;
  co_return true;
}

/// Reads the beginning of a body, or all of a short one; or leaves an answer. False: the connection is lost.
asio::awaitable<bool> Connection::Preread(std::string& prefix) {
  SetDeadline(parts_.limits.body_idle);
  if (buffers_.in.size() == 0) {
    const bool filled = co_await Fill(kReadBytes);
    if (!filled) co_return false;
  }
  const bool granted = co_await Reserve(kTransferBytes);
  if (!granted) co_return RefuseBody(BodyRefusal::kNoRoom);
  std::size_t size = 0;
  for (;;) {
    // Room is resident once it is made: who has sent little gets little.
    if (size == prefix.size()) prefix.resize(std::min(kSmallStreamBytes, size + std::max(size, kReadBytes)));
    std::size_t produced = 0;
    const auto progress = parser_->ExtractBody(Bytes(buffers_.in), buffers_.in.size(), prefix.data() + size,
                                               prefix.size() - size, &produced);
    buffers_.in.consume(progress.consumed);
    size += produced;
    if (progress.error_status != 0) co_return RefuseMalformed(progress.error_status, progress.reason);
    if (progress.done || size == kSmallStreamBytes) break;
    if (size == prefix.size() && buffers_.in.size() > 0) continue;
    if (buffers_.in.size() > parts_.limits.max_head_bytes)
      co_return RefuseMalformed(400, "The framing of the request body is too large.");
    SetDeadline(parts_.limits.body_idle);
    const bool filled = co_await Fill(kSmallStreamBytes);
    if (!filled) co_return false;
  }
  prefix.resize(size);
  co_return true;
}

Responder Connection::MakeResponder() {
  // Weak: whoever answered may keep the responder for a while, and the connection must go on its own loop, before its server does.
  return [weak = weak_from_this()](wire::HttpResponse response) {
    auto self = weak.lock();
    if (self == nullptr) return;
    const auto loop = self->socket_.get_executor();
    if (loop.running_in_this_thread()) return self->Answer(std::move(response));
    asio::post(loop, [self = std::move(self), response = std::move(response)]() mutable {
      self->Answer(std::move(response));
    });
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

/// Runs `work` on a thread of the transfer lane, which then owns the connection's state until it is done.
asio::awaitable<void> Connection::OnTransferLane(std::function<void()> work) {
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
  transferring_ = true;
  parts_.transfers.Run(std::move(task));
  while (!*done) co_await answered_->async_wait(kAwait);
  transferring_ = false;
}

void Connection::RunStreaming(Exchange& exchange, std::string prefix) {
  SocketBodyReader reader(channel_, buffers_.in, *parser_, pace_, parts_.limits, std::move(prefix));
  exchange.request.stream = &reader;
  std::promise<wire::HttpResponse> promise;
  exchange.Run([&promise](wire::HttpResponse response) { promise.set_value(std::move(response)); });
  answer_ = promise.get_future().get();
  exchange.request.stream = nullptr;
  // A body that the handler left unread would be taken for the next request.
  if (!reader.complete()) framing_.keep_alive = false;
}

asio::awaitable<bool> Connection::WriteAnswer() {
  wire::HttpResponse& answer = *answer_;
  if (stopping_) framing_.keep_alive = false;
  std::optional<BodySender> body;
  const bool has_body = !framing_.head_only && MayHaveBody(answer.status);
  if (has_body && answer.stream && framing_.http_1_0 && !answer.stream->size()) framing_.keep_alive = false;
  std::string& out = buffers_.out;
  out.clear();
  AppendHead(out, answer, framing_);
  if (has_body && answer.stream) body.emplace(channel_, *answer.stream, out, !framing_.http_1_0);
  if (body && !body->small()) {
    ClearDeadline();
    broken_ = !body->Begin();
    if (!broken_ && !body->finished()) co_await SendBody(*body);
  } else {
    if (body) {
      broken_ = !body->Append();
    } else if (has_body) {
      out.append(answer.body);
      // A long one is not held twice.
      if (answer.body.size() > kUncountedAnswerBytes) answer.body = {};
    }
    // Nearly always the socket takes all of it at once: no suspension, no pass through the event loop.
    std::string_view rest = out;
    while (!rest.empty() && !broken_) {
      const Channel::Progress progress = channel_.Write(rest);
      rest.remove_prefix(progress.bytes);
      if (progress.waits()) break;
      broken_ = !progress.moved();
    }
    // Who does not take what has been asked for when memory is short has asked for it in vain.
    if (rest.size() > kUncountedAnswerBytes && !broken_) broken_ = !request_memory_.TryTake(out.size());
    if (!rest.empty() && !broken_) co_await Flush(rest);
  }
  answer_.reset();
  readable_ = channel_.HasBuffered();
  co_return !broken_;
}

/// Sends the rest of a body that has a producer: on a thread while the client takes it, waiting on the loop while it does not.
asio::awaitable<void> Connection::SendBody(BodySender& body) {
  auto outcome = BodySender::Outcome::kStalled;
  pace_.Restart();
  for (;;) {
    const std::uint64_t before = body.written();
    auto work = [this, &body, &outcome] {
      outcome = body.Continue(parts_.transfers.pressed() ? std::chrono::milliseconds(0) : kTransferPatience);
    };
    co_await OnTransferLane(std::move(work));
    pace_.Moved(static_cast<std::size_t>(body.written() - before));
    if (outcome != BodySender::Outcome::kStalled) break;
    if (request_memory_.held() == 0) request_memory_.Force(body.held_bytes());
    SetDeadline(parts_.limits.body_idle);
    const bool ready = co_await Await(body.wanted());
    ClearDeadline();
    if (!ready) break;
  }
  broken_ = broken_ || outcome != BodySender::Outcome::kDone;
}

/// Writes all of `rest`, giving up when the client takes nothing for a while.
asio::awaitable<bool> Connection::Flush(std::string_view rest) {
  SetDeadline(parts_.limits.body_idle);
  pace_.Restart();
  while (!rest.empty()) {
    const Channel::Progress progress = channel_.Write(rest);
    if (progress.moved()) {
      rest.remove_prefix(progress.bytes);
      pace_.Moved(progress.bytes);
      SetDeadline(parts_.limits.body_idle);
      continue;
    }
    broken_ = !progress.waits();
    if (broken_) co_return false;
    const bool ready = co_await Await(progress.status);
    if (!ready) co_return false;
  }
  ClearDeadline();
  co_return true;
}

/// Lets the client read the answer before the connection goes. What it still sends is thrown away as it is, encrypted or not, and nobody sees it.
asio::awaitable<void> Connection::Linger() {
  ReleaseBuffers();
  buffers_ = {};
  ::shutdown(socket_.native_handle(), SHUT_WR);
  SetDeadline(parts_.limits.linger);
  expendable_ = true;
  for (std::size_t discarded = 0; discarded < kMaxDiscardedBytes;) {
    // TCP alone can drop bytes where they are (tcp(7), MSG_TRUNC).
    const ssize_t dropped = ::recv(socket_.native_handle(), nullptr, kBodyReadBytes, MSG_TRUNC | MSG_DONTWAIT);
    if (dropped > 0) {
      discarded += static_cast<std::size_t>(dropped);
      if (++reads_in_turn_ >= kReadsInTurn) co_await Yield();
      continue;
    }
    if (dropped == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) break;
    const auto [error] = co_await socket_.async_wait(LoopSocket::wait_read, kAwait);
    if (error) break;
  }
}

}  // namespace stratolite::http
