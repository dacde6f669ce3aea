#include "daemon/request_journal.hpp"

#include <algorithm>
#include <utility>

namespace stratolite::daemon {
namespace {

struct JournalText {
  std::string_view JournalRecord::*member;
  std::size_t max_bytes;
};

constexpr std::array<JournalText, 15> kJournalTexts{{
    {&JournalRecord::world, 64},
    {&JournalRecord::account, 16},
    {&JournalRecord::access_key_id, 128},
    {&JournalRecord::principal, 256},
    {&JournalRecord::service, 64},
    {&JournalRecord::operation, 96},
    {&JournalRecord::method, 16},
    {&JournalRecord::target, 1024},
    {&JournalRecord::error, 96},
    {&JournalRecord::request_id, 64},
    {&JournalRecord::source_ip, 64},
    {&JournalRecord::user_agent, 200},
    {&JournalRecord::denied_action, 128},
    {&JournalRecord::denied_resource, 512},
    {&JournalRecord::denied_reason, 128},
}};

bool Fits(const std::string& wanted, std::string_view value) { return wanted.empty() || wanted == value; }

}  // namespace

void RequestJournal::Entry::Assign(std::uint64_t sequence, const JournalRecord& record) {
  sequence_ = sequence;
  time_ = record.time;
  duration_us_ = record.duration_us;
  bytes_in_ = record.bytes_in;
  bytes_out_ = record.bytes_out;
  status_ = record.status;
  denial_enforced_ = record.denial_enforced;
  texts_.clear();
  for (std::size_t i = 0; i < kTexts; ++i) {
    texts_.append((record.*kJournalTexts[i].member).substr(0, kJournalTexts[i].max_bytes));
    ends_[i] = static_cast<std::uint16_t>(texts_.size());
  }
}

JournalRecord RequestJournal::Entry::record() const {
  JournalRecord record;
  record.time = time_;
  record.duration_us = duration_us_;
  record.bytes_in = bytes_in_;
  record.bytes_out = bytes_out_;
  record.status = status_;
  record.denial_enforced = denial_enforced_;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < kTexts; ++i) {
    record.*kJournalTexts[i].member = std::string_view(texts_).substr(begin, ends_[i] - begin);
    begin = ends_[i];
  }
  return record;
}

bool RequestJournal::Entry::Matches(const JournalFilter& filter) const {
  if (status_ < filter.min_status || status_ > filter.max_status) return false;
  const JournalRecord seen = record();
  return Fits(filter.world, seen.world) && Fits(filter.account, seen.account) && Fits(filter.service, seen.service) &&
         Fits(filter.operation, seen.operation) && Fits(filter.error, seen.error);
}

void RequestJournal::Add(const JournalRecord& record) {
  const std::scoped_lock lock(mutex_);
  if (ring_.size() < capacity_) ring_.emplace_back();
  ++last_;
  ring_[(last_ - 1) % capacity_].Assign(last_, record);
  if (waiting_ > 0) changed_.notify_all();
}

std::uint64_t RequestJournal::FirstAfter(std::optional<std::uint64_t> since) const {
  const std::uint64_t oldest = last_ - ring_.size() + 1;
  // A number from before a restart says nothing about this journal.
  if (!since || *since > last_) return oldest;
  return std::max(oldest, *since + 1);
}

RequestJournal::Page RequestJournal::Read(const JournalFilter& filter) const {
  Page page;
  const std::scoped_lock lock(mutex_);
  page.next = last_;
  const std::uint64_t first = FirstAfter(filter.since);
  if (filter.since) {
    for (std::uint64_t at = first; at <= last_; ++at) {
      if (!At(at).Matches(filter)) continue;
      if (page.entries.size() == filter.limit) {
        page.next = at - 1;
        break;
      }
      page.entries.push_back(At(at));
    }
    return page;
  }
  for (std::uint64_t at = last_; at >= first && at > 0 && page.entries.size() < filter.limit; --at) {
    if (At(at).Matches(filter)) page.entries.push_back(At(at));
  }
  std::reverse(page.entries.begin(), page.entries.end());
  return page;
}

bool RequestJournal::AnyAfter(std::uint64_t sequence, const JournalFilter& filter) const {
  for (std::uint64_t at = FirstAfter(sequence); at <= last_; ++at) {
    if (At(at).Matches(filter)) return true;
  }
  return false;
}

void RequestJournal::Await(const JournalFilter& filter, std::chrono::milliseconds timeout,
                           const std::atomic<bool>& abandoned) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  ++waiting_;
  std::uint64_t seen = filter.since && *filter.since <= last_ ? *filter.since : last_ - ring_.size();
  while (!abandoned && !AnyAfter(seen, filter)) {
    seen = last_;
    if (changed_.wait_until(lock, deadline) == std::cv_status::timeout) break;
  }
  --waiting_;
}

void RequestJournal::Wake() {
  const std::scoped_lock lock(mutex_);
  changed_.notify_all();
}

}  // namespace stratolite::daemon
