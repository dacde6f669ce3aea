#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

#include "http/application.hpp"

namespace stratolite::testing {

using http::BodyPlan;
using http::Exchange;
using http::Responder;

/// A file of `bytes` bytes that nobody can find by name, offered from its `offset` on as one range.
class FileProducer final : public wire::BodyProducer {
 public:
  FileProducer(std::size_t bytes, std::size_t offset) : offset_(offset), length_(bytes - offset) {
    char name[] = "/tmp/stratolite-test-XXXXXX";
    file_ = ::mkstemp(name);
    ::unlink(name);
    std::string text(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) text[i] = ByteAt(i);
    if (file_ < 0 || ::write(file_, text.data(), bytes) != static_cast<ssize_t>(bytes))
      throw std::runtime_error("cannot write a file for the test");
  }
  FileProducer(const FileProducer&) = delete;
  FileProducer& operator=(const FileProducer&) = delete;
  ~FileProducer() override { ::close(file_); }

  static char ByteAt(std::size_t position) { return static_cast<char>('a' + position % 251 % 26); }

  bool Next(std::string& chunk) override {
    chunk.resize(std::min<std::size_t>(length_ - sent_, 100'000));
    const ssize_t got = ::pread(file_, chunk.data(), chunk.size(), static_cast<off_t>(offset_ + sent_));
    chunk.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    sent_ += chunk.size();
    return !chunk.empty();
  }
  std::optional<std::uint64_t> size() const override { return length_; }
  std::optional<FileRange> file() const override { return FileRange{file_, offset_, length_}; }

 private:
  const std::size_t offset_;
  const std::size_t length_;
  std::size_t sent_ = 0;
  int file_ = -1;
};

/// Chunks of a, of b, of c …
class CountingProducer final : public wire::BodyProducer {
 public:
  /// `made`: how many of the announced chunks come.
  CountingProducer(int chunks, std::size_t bytes, bool sized, int made = -1)
      : chunks_(chunks), bytes_(bytes), sized_(sized), made_(made < 0 ? chunks : made) {}
  bool Next(std::string& chunk) override {
    if (next_ == made_) return false;
    chunk.assign(bytes_, static_cast<char>('a' + next_++ % 26));
    return true;
  }
  std::optional<std::uint64_t> size() const override {
    return sized_ ? std::optional<std::uint64_t>(static_cast<std::uint64_t>(chunks_) * bytes_) : std::nullopt;
  }

 private:
  const int chunks_;
  const std::size_t bytes_;
  const bool sized_;
  const int made_;
  int next_ = 0;
};

/// What the tests look at from outside.
struct Observed {
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  int abandoned = 0;

  template <typename F>
  bool WaitFor(F condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), condition);
  }
};

/// Echoes by path: /echo, /wait (until abandoned), /later (from another thread), /stream-in, /stream-out, /file, /ignore-body, /block, /scheme …
class EchoExchange final : public Exchange, public std::enable_shared_from_this<EchoExchange> {
 public:
  explicit EchoExchange(Observed& observed) : observed_(observed) {}

  void Run(Responder respond) override {
    const std::string_view path = request.path();
    if (path == "/wait") return Wait(std::move(respond));
    if (path == "/later") {
      std::thread([self = shared_from_this(), respond = std::move(respond)] {
        // Real time: the answer comes when the I/O thread has long left the exchange.
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        respond(Text(200, self->request.target));
      }).detach();
      return;
    }
    if (path == "/stream-in") return respond(Text(200, std::to_string(CountStream())));
    if (path == "/stream-out") {
      wire::HttpResponse response;
      response.stream = std::make_shared<CountingProducer>(100, 10'000, request.query() == "sized");
      return respond(std::move(response));
    }
    if (path == "/small-stream-out" || path == "/short-stream-out") {
      wire::HttpResponse response;
      response.stream = std::make_shared<CountingProducer>(3, 10, true, path == "/short-stream-out" ? 2 : 3);
      return respond(std::move(response));
    }
    if (path == "/ten-chunks-announced") {
      wire::HttpResponse response;
      response.stream = std::make_shared<CountingProducer>(10, 10'000, true, std::stoi(std::string(request.query())));
      return respond(std::move(response));
    }
    if (path == "/file") {
      wire::HttpResponse response;
      response.stream = std::make_shared<FileProducer>(3'000'000, 1000);
      return respond(std::move(response));
    }
    if (path == "/scheme") return respond(Text(200, request.tls ? "https" : "http"));
    if (path == "/trailers") {
      const std::size_t bytes = CountStream();
      std::string text = std::to_string(bytes) + (request.headers.Has("x-late") ? " merged" : "");
      if (const auto* fields = request.stream->trailers()) text.append(" ").append(fields->Get("x-late"));
      return respond(Text(200, text));
    }
    if (path == "/ignore-body") return respond(Text(403, "no"));
    if (path == "/split") {
      wire::HttpResponse response = Text(200, "ok");
      response.headers.Add("X-Evil", "a\r\nSet-Cookie: b");
      return respond(std::move(response));
    }
    if (path == "/empty")
      return respond(wire::HttpResponse{.status = 204, .headers = {}, .body = {}, .stream = nullptr});
    respond(Text(200, request.method + " " + request.target + " " + request.body));
  }
  wire::HttpResponse TooLarge() override { return Text(413, "too large"); }
  void Abandon() override {
    const std::scoped_lock lock(observed_.mutex);
    ++observed_.abandoned;
    if (respond_) std::exchange(respond_, nullptr)(Text(200, "abandoned"));
    observed_.changed.notify_all();
  }

 private:
  static wire::HttpResponse Text(int status, std::string body) {
    return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body), .stream = nullptr};
  }
  void Wait(Responder respond) {
    const std::scoped_lock lock(observed_.mutex);
    respond_ = std::move(respond);
    ++observed_.waiting;
    observed_.changed.notify_all();
  }
  std::size_t CountStream() {
    std::size_t total = 0;
    // Large enough to be received into directly.
    std::string buffer(20'000, '\0');
    try {
      while (const std::size_t got = request.stream->Read(buffer.data(), buffer.size())) total += got;
    } catch (const std::exception&) {
      return 0;
    }
    return total;
  }

  Observed& observed_;
  Responder respond_;
};

/// Serves EchoExchanges; `observed` outlives it.
class EchoApplication final : public http::Application {
 public:
  explicit EchoApplication(Observed& observed) : observed_(observed) {}
  std::shared_ptr<Exchange> Begin(wire::HttpRequest head) override {
    auto exchange = std::make_shared<EchoExchange>(observed_);
    exchange->request = std::move(head);
    const std::string_view path = exchange->request.path();
    if (path == "/stream-in" || path == "/ignore-body" || path == "/trailers")
      exchange->plan.lane = BodyPlan::Lane::kStreaming;
    if (path == "/block") exchange->plan.lane = BodyPlan::Lane::kBlocking;
    exchange->plan.max_bytes = 1'000'000;
    return exchange;
  }
  wire::HttpResponse Malformed(int status, std::string_view reason) override {
    return {.status = status, .headers = {}, .body = std::string(reason), .stream = nullptr};
  }

 private:
  Observed& observed_;
};

}  // namespace stratolite::testing
