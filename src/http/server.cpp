#include "http/server.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <unordered_set>

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <spdlog/spdlog.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include "http/connection.hpp"
#include "http/port_holder.hpp"
#include "http/task_group.hpp"

namespace stratolite::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
constexpr std::chrono::milliseconds kSweepEvery{1000};
constexpr std::chrono::milliseconds kStoppingSweepEvery{5};
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::seconds kAcceptSilence{10};
constexpr int kPortTries = 20;
// Threads for bodies on their way: each has a buffer and its stack's first pages, and all of them half as much as is buffered.
constexpr std::size_t kMinTransferThreads = 16;
constexpr std::size_t kMaxTransferThreads = 256;
constexpr std::uint64_t kTransferThreadBytes = 384 * 1024;

std::size_t TransferThreads(std::uint64_t buffer_bytes) {
  return std::clamp<std::size_t>(buffer_bytes / 2 / kTransferThreadBytes, kMinTransferThreads, kMaxTransferThreads);
}

/// One thread's event loop and the connections that live on it. Its members are confined to its thread but for `context`.
struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
  std::unordered_set<Connection*> connections;
  BufferPool buffers;
  LoopTimer sweeper{context.get_executor()};
  bool sweeping = false;
  bool stopping = false;
};

std::string Spell(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

std::string CannotListen(const tcp::endpoint& endpoint, const boost::system::error_code& error) {
  std::string_view advice;
  if (error == asio::error::access_denied) advice = " Ports below 1024 are for root: take another one with --port.";
  if (error == boost::system::errc::address_not_available)
    advice = " This machine has no such address: 'ip address' lists those it has, 0.0.0.0 and :: mean all of them.";
  return fmt::format("Cannot listen on {}: {}.{}", Spell(endpoint), error.message(), advice);
}

// Asio opens sockets without SOCK_CLOEXEC, and services start processes.
void CloseOnExec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

}  // namespace

class Server::Impl {
 public:
  explicit Impl(const ServerOptions& options)
      : limits_(options.limits),
        memory_(options.buffer_bytes != 0 ? options.buffer_bytes : DefaultBufferBytes()),
        tls_(options.authority) {
    const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t threads = options.threads != 0 ? options.threads : std::max<std::size_t>(4, 2 * cores);
    for (std::size_t i = 0; i < threads; ++i) loops_.push_back(std::make_unique<Loop>());
    Bind(options);
  }
  ~Impl() { Stop(std::chrono::milliseconds(0)); }

  void Start(Application& application) {
    application_ = &application;
    for (auto& acceptor : acceptors_) tasks_.Spawn(loops_[0]->context.get_executor(), "accept", Accept(*acceptor));
    RunLoop(*loops_[0]);
    started_ = true;
  }

  void Stop(std::chrono::milliseconds grace) {
    if (!started_) return;
    started_ = false;
    asio::post(loops_[0]->context, [this] {
      for (auto& acceptor : acceptors_) {
        boost::system::error_code ignored;
        acceptor->close(ignored);
      }
    });
    ForEachConnection([](Connection& connection) { connection.Stop(); });
    if (!tasks_.JoinFor(grace)) {
      if (grace.count() > 0) spdlog::warn("cutting the connections that did not finish within {} ms", grace.count());
      // Again and again: a handler may need a while to notice that its client is cut.
      do {
        ForEachConnection([](Connection& connection) { connection.Stop(), connection.Cut(); });
      } while (!tasks_.JoinFor(std::chrono::milliseconds(100)));
    }
    for (auto& loop : loops_) loop->work.reset();
    for (auto& loop : loops_) loop->context.stop();
    for (auto& loop : loops_) {
      if (loop->thread.joinable()) loop->thread.join();
    }
  }

  std::uint16_t port() const { return port_; }
  const std::vector<std::string>& endpoints() const { return endpoints_; }

 private:
  void Bind(const ServerOptions& options) {
    // With port 0 the first address picks; another process may hold that port on the second address, so a few picks are tried.
    for (int attempt = 0;; ++attempt) {
      acceptors_.clear();
      endpoints_.clear();
      port_ = options.port;
      bool taken = false;
      for (const std::string& address : options.addresses) taken = taken || !Listen(address, options);
      if (!taken) break;
      if (options.port != 0 || attempt == kPortTries) {
        throw std::runtime_error(PortTakenMessage(options.port, FindPortHolder(options.port)));
      }
    }
    if (acceptors_.empty()) throw std::runtime_error("None of the addresses to listen on exists on this machine.");
  }

  /// False: the port is taken.
  bool Listen(const std::string& text, const ServerOptions& options) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (error)
      throw std::runtime_error(fmt::format(
          "'{}' is not an IP address to listen on: give one of this machine's, or 0.0.0.0 or :: for all.", text));
    const tcp::endpoint endpoint(address, port_);
    auto acceptor = std::make_unique<Acceptor>(loops_[0]->context.get_executor());
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) CloseOnExec(acceptor->native_handle());
    if (!error && address.is_v6()) acceptor->set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor->bind(endpoint, error);
    if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use) return false;
    // A machine without IPv6 has no ::1.
    if (error && address.is_v6() && options.addresses.size() > 1) return true;
    if (error) throw std::runtime_error(CannotListen(endpoint, error));
    port_ = acceptor->local_endpoint().port();
    endpoints_.push_back(Spell(acceptor->local_endpoint()));
    acceptors_.push_back(std::move(acceptor));
    return true;
  }

  void RunLoop(Loop& loop) {
    loop.thread = std::thread([&loop] {
      BlockBrokenPipeSignals();
      loop.context.run();
    });
  }

  asio::awaitable<void> Accept(Acceptor& acceptor) {
    std::chrono::steady_clock::time_point silent_until;
    for (;;) {
      // The next loop in turn: the connection will live there.
      Loop& loop = *loops_[next_loop_];
      LoopSocket socket(loop.context.get_executor());
      const auto [error] = co_await acceptor.async_accept(socket, kAwait);
      if (!acceptor.is_open()) co_return;
      if (error) {
        const auto now = std::chrono::steady_clock::now();
        if (error != asio::error::connection_aborted && now >= silent_until) {
          spdlog::warn("connections have to wait: {}. Raise the limit of open files (ulimit -n), or use fewer at once",
                       error.message());
          silent_until = now + kAcceptSilence;
        }
        // Out of descriptors: they come back when connections end.
        LoopTimer pause(acceptor.get_executor(), kAcceptPause);
        co_await pause.async_wait(kAwait);
        continue;
      }
      CloseOnExec(socket.native_handle());
      next_loop_ = (next_loop_ + 1) % loops_.size();
      // The listener outlives what it cannot give to a connection: memory, a thread.
      try {
        Admit(loop, std::move(socket));
      } catch (const std::exception& refused) {
        spdlog::warn("a connection is not taken: {}", refused.what());
      }
    }
  }

  void Admit(Loop& loop, LoopSocket socket) {
    // The first loop is running: it is this one, and Start may not have stored its thread yet.
    if (&loop != loops_.front().get() && !loop.thread.joinable()) RunLoop(loop);
    const ConnectionParts parts{*application_, lane_, transfers_, memory_, limits_, tls_, loop.buffers};
    auto connection = std::make_shared<Connection>(std::move(socket), parts);
    tasks_.Spawn(loop.context.get_executor(), "connection", Host(loop, std::move(connection)));
  }

  asio::awaitable<void> Host(Loop& loop, std::shared_ptr<Connection> connection) {
    loop.connections.insert(connection.get());
    if (loop.stopping) connection->Stop();
    if (!loop.sweeping) {
      loop.sweeping = true;
      tasks_.Spawn(loop.context.get_executor(), "sweep", Sweep(loop));
    }
    // A connection must leave the set whatever ends it.
    struct Leave {
      Loop& loop;
      Connection* connection;
      ~Leave() { loop.connections.erase(connection); }
    } const leave{loop, connection.get()};
    co_await connection->Run();
  }

  /// Cuts late connections; runs only while there are connections, so that an idle daemon sleeps.
  asio::awaitable<void> Sweep(Loop& loop) {
    while (!loop.connections.empty()) {
      loop.sweeper.expires_after(loop.stopping ? kStoppingSweepEvery : kSweepEvery);
      co_await loop.sweeper.async_wait(kAwait);
      const auto now = std::chrono::steady_clock::now();
      for (Connection* connection : loop.connections) connection->CutIfLate(now);
      // The allocator keeps what was freed below what is still in use.
      if (memory_.TakeFall()) ::malloc_trim(0);
    }
    loop.sweeping = false;
  }

  template <typename F>
  void ForEachConnection(F action) {
    for (auto& loop : loops_) {
      asio::post(loop->context, [&loop = *loop, action] {
        loop.stopping = true;
        loop.sweeper.cancel();
        for (Connection* connection : loop.connections) action(*connection);
      });
    }
  }

  Application* application_ = nullptr;
  const Limits limits_;
  MemoryBudget memory_;
  TlsAcceptor tls_;
  TaskGroup tasks_;
  std::vector<std::unique_ptr<Loop>> loops_;
  // Destroyed, and so joined, before the loops: its threads may hold the last reference to a connection, whose timers live there.
  BlockingLane lane_;
  BlockingLane transfers_{TransferThreads(memory_.limit()), BlockingLane::Order::kNewestFirst};
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::vector<std::string> endpoints_;
  std::uint16_t port_ = 0;
  std::size_t next_loop_ = 0;
  bool started_ = false;
};

Server::Server(const ServerOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return impl_->port(); }
const std::vector<std::string>& Server::endpoints() const { return impl_->endpoints(); }
void Server::Start(Application& application) { impl_->Start(application); }
void Server::Stop(std::chrono::milliseconds grace) { impl_->Stop(grace); }

}  // namespace stratolite::http
