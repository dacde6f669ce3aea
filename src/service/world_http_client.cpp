#include "service/world_http_client.hpp"

#include <exception>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

namespace stratolite {

void WorldHttpClient::Send(Request request, Done done) {
  if (!client_) return done(AwsError{.code = "Unreachable", .message = "Nothing is called from here."});
  runtime::CancellationSource source;
  std::uint64_t id = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (!stopped_) {
      id = ++next_id_;
      in_flight_.emplace(id, source);
    }
  }
  if (id == 0) return done(AwsError{.code = "Stopped", .message = "The world ends."});
  request.cancellation.OnCancel([source]() mutable { source.Cancel(); });
  request.cancellation = source.token();
  client_->Send(std::move(request), [this, id, done = std::move(done)](Result<Answer> outcome) mutable {
    try {
      done(std::move(outcome));
    } catch (const std::exception& error) {
      spdlog::error("what was to follow an outgoing call failed: {}", error.what());
    }
    // What the caller holds goes before the world may.
    done = nullptr;
    Finished(id);
  });
}

void WorldHttpClient::Finished(std::uint64_t id) {
  const std::scoped_lock lock(mutex_);
  in_flight_.erase(id);
  ended_.notify_all();
}

bool WorldHttpClient::WaitForAll() {
  std::unique_lock lock(mutex_);
  if (in_flight_.empty()) return false;
  const std::uint64_t newest = next_id_;
  ended_.wait(lock, [&] { return in_flight_.empty() || in_flight_.begin()->first > newest; });
  return true;
}

void WorldHttpClient::Stop() {
  std::vector<runtime::CancellationSource> sources;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    for (const auto& [id, source] : in_flight_) sources.push_back(source);
  }
  for (auto& source : sources) source.Cancel();
  WaitForAll();
}

}  // namespace stratolite
