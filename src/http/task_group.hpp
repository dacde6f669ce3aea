#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace stratolite::http {

/// Owns the coroutines of a server: each has a name, what escapes from one is logged, and a stop waits for all. Must outlive its tasks. Thread-safe.
class TaskGroup {
 public:
  TaskGroup() = default;
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// `name` is a literal.
  void Spawn(const boost::asio::any_io_executor& executor, std::string_view name, boost::asio::awaitable<void> task);
  /// Blocks until no task is left or `limit` has passed; true when none is left.
  bool JoinFor(std::chrono::milliseconds limit);

 private:
  void Finished(std::string_view name, const std::exception_ptr& error);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0;
};

}  // namespace stratolite::http
