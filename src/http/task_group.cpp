#include "http/task_group.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>

namespace stratolite::http {

void TaskGroup::Spawn(const boost::asio::any_io_executor& executor, std::string_view name,
                      boost::asio::awaitable<void> task) {
  {
    const std::scoped_lock lock(mutex_);
    ++running_;
  }
  boost::asio::co_spawn(executor, std::move(task),
                        [this, name](const std::exception_ptr& error) { Finished(name, error); });
}

void TaskGroup::Finished(std::string_view name, const std::exception_ptr& error) {
  if (error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      spdlog::error("task {} ended with an exception: {}", name, e.what());
    } catch (...) {
      spdlog::error("task {} ended with an unknown exception", name);
    }
  }
  const std::scoped_lock lock(mutex_);
  --running_;
  changed_.notify_all();
}

bool TaskGroup::JoinFor(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return running_ == 0; });
}

}  // namespace stratolite::http
