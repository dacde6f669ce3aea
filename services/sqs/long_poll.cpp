#include "sqs/long_poll.hpp"

#include <spdlog/spdlog.h>

#include "stratolite/service/errors.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

LongPoll::LongPoll(const ServiceDeps& deps, ReceiveOperations& receiver, Waiters& waiters, ReceiveRequest request,
                   std::shared_ptr<const Call> call, Completion done)
    : deps_(deps),
      receiver_(receiver),
      waiters_(waiters),
      request_(std::move(request)),
      call_(std::move(call)),
      done_(std::move(done)) {}

void LongPoll::Start() {
  // In line before the first look: what is sent after that look wakes us.
  waiters_.Add(request_.queue_id, shared_from_this());
  Look();
  {
    const std::scoped_lock lock(mutex_);
    if (finished_) return;
    // The operator may have frozen the world's clock, or sped it up: whichever ends first.
    const auto expire = [self = shared_from_this()] { self->Expire(); };
    deadlines_.push_back(deps_.timers.At(deps_.clock.Now() + request_.wait, expire));
    deadlines_.push_back(deps_.timers.AfterRealTime(request_.wait, expire));
  }
  call_->cancellation.OnCancel([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Expire();
  });
}

bool LongPoll::Wake() {
  const std::scoped_lock lock(mutex_);
  if (finished_ || woken_) return false;
  woken_ = true;
  // Whoever wakes us is in the middle of a commit: looking is for another thread.
  if (!looking_) {
    deps_.timers.AfterRealTime(Duration(0), [self = shared_from_this()] { self->Look(); });
  }
  return true;
}

void LongPoll::Expire() {
  {
    const std::scoped_lock lock(mutex_);
    expired_ = true;
    // A look in progress may be taking messages: it answers.
    if (finished_ || looking_) return;
  }
  Finish(Json::object());
}

void LongPoll::Look() {
  {
    const std::scoped_lock lock(mutex_);
    if (finished_ || looking_) return;
    looking_ = true;
    woken_ = false;
  }
  do {
    std::optional<Result<ReceiveOperations::Outcome>> outcome;
    try {
      outcome.emplace(receiver_.TryReceive(*call_, request_));
    } catch (const storage::StorageError& error) {
      spdlog::error("sqs ReceiveMessage failed, request {}: {}", call_->request_id, error.what());
      return Finish(InternalFailure());
    }
    if (!outcome->ok()) return Finish(std::move(*outcome).error());
    if (!(*outcome)->messages.empty()) return Finish(receiver_.Answer(request_, (*outcome)->messages));
    if ((*outcome)->next_visible) waiters_.NotifyAt(request_.queue_id, *(*outcome)->next_visible);
  } while (EndLook());
}

bool LongPoll::EndLook() {
  {
    const std::scoped_lock lock(mutex_);
    if (woken_ && !expired_) {
      woken_ = false;
      return true;
    }
    looking_ = false;
    if (!expired_) return false;
  }
  Finish(Json::object());
  return false;
}

void LongPoll::Finish(Result<Json> outcome) {
  Completion done;
  std::vector<runtime::Timers::Id> deadlines;
  // There may be more than we took, or a wake that we did not use: then the next in line looks.
  bool pass_on = outcome.ok() && !outcome->empty();
  {
    const std::scoped_lock lock(mutex_);
    if (finished_) return;
    finished_ = true;
    pass_on = pass_on || woken_;
    done = std::move(done_);
    deadlines.swap(deadlines_);
  }
  for (const runtime::Timers::Id id : deadlines) deps_.timers.Cancel(id);
  waiters_.Remove(request_.queue_id, this);
  if (pass_on) waiters_.Notify(request_.queue_id, 1);
  done(std::move(outcome));
}

}  // namespace stratolite::sqs
