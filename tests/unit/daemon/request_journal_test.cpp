#include "daemon/request_journal.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace stratolite::daemon {
namespace {

JournalRecord Record(std::string_view service, std::string_view operation, int status = 200,
                     std::string_view error = {}) {
  JournalRecord record;
  record.world = "default";
  record.account = "111111111111";
  record.service = service;
  record.operation = operation;
  record.method = "POST";
  record.target = "/";
  record.status = status;
  record.error = error;
  return record;
}

std::vector<std::uint64_t> Sequences(const RequestJournal::Page& page) {
  std::vector<std::uint64_t> out;
  for (const auto& entry : page.entries) out.push_back(entry.sequence());
  return out;
}

using Numbers = std::vector<std::uint64_t>;

TEST(RequestJournal, KeepsTheLastRecordsOldestFirst) {
  RequestJournal journal(3);
  EXPECT_EQ(Sequences(journal.Read({})), Numbers{});
  for (int i = 0; i < 5; ++i) journal.Add(Record("sqs", "SendMessage"));
  const auto page = journal.Read({});
  EXPECT_EQ(Sequences(page), (Numbers{3, 4, 5}));
  EXPECT_EQ(page.next, 5U);
  EXPECT_EQ(Sequences(journal.Read({.limit = 2})), (Numbers{4, 5}));
}

TEST(RequestJournal, ARecordComesOutAsItWentIn) {
  RequestJournal journal(2);
  JournalRecord record = Record("s3", "PutObject", 403, "AccessDenied");
  record.duration_us = 7;
  record.bytes_in = 1'000'000;
  record.bytes_out = 9;
  record.principal = "arn:aws:iam::111111111111:root";
  record.target = "/bucket/key?x=1";
  record.request_id = "id";
  record.source_ip = "127.0.0.1";
  record.user_agent = "agent";
  journal.Add(record);
  const auto page = journal.Read({});
  const JournalRecord seen = page.entries.at(0).record();
  EXPECT_EQ(seen.service, "s3");
  EXPECT_EQ(seen.operation, "PutObject");
  EXPECT_EQ(seen.status, 403);
  EXPECT_EQ(seen.error, "AccessDenied");
  EXPECT_EQ(seen.duration_us, 7);
  EXPECT_EQ(seen.bytes_in, 1'000'000U);
  EXPECT_EQ(seen.principal, "arn:aws:iam::111111111111:root");
  EXPECT_EQ(seen.access_key_id, "");
  EXPECT_EQ(seen.target, "/bucket/key?x=1");
  EXPECT_EQ(seen.request_id, "id");
  EXPECT_EQ(seen.user_agent, "agent");
}

TEST(RequestJournal, LongTextsAreCut) {
  RequestJournal journal(2);
  JournalRecord record = Record("s3", "GetObject");
  const std::string longest(100'000, 'k');
  record.target = longest;
  record.user_agent = longest;
  journal.Add(record);
  const auto page = journal.Read({});
  EXPECT_EQ(page.entries.at(0).record().target.size(), 1024U);
  EXPECT_EQ(page.entries.at(0).record().service, "s3");
}

TEST(RequestJournal, FiltersCombine) {
  RequestJournal journal(10);
  journal.Add(Record("sqs", "SendMessage"));
  journal.Add(Record("sqs", "ReceiveMessage", 400, "QueueDoesNotExist"));
  journal.Add(Record("s3", "GetObject", 404, "NoSuchKey"));
  JournalRecord other = Record("sqs", "SendMessage");
  other.account = "222222222222";
  other.world = "blue";
  journal.Add(other);
  EXPECT_EQ(Sequences(journal.Read({.service = "sqs"})), (Numbers{1, 2, 4}));
  EXPECT_EQ(Sequences(journal.Read({.service = "sqs", .operation = "SendMessage"})), (Numbers{1, 4}));
  EXPECT_EQ(Sequences(journal.Read({.error = "NoSuchKey"})), (Numbers{3}));
  EXPECT_EQ(Sequences(journal.Read({.min_status = 400, .max_status = 499})), (Numbers{2, 3}));
  EXPECT_EQ(Sequences(journal.Read({.account = "222222222222"})), (Numbers{4}));
  EXPECT_EQ(Sequences(journal.Read({.world = "blue"})), (Numbers{4}));
  EXPECT_EQ(Sequences(journal.Read({.service = "sts"})), Numbers{});
}

TEST(RequestJournal, AReaderContinuesWhereItStopped) {
  RequestJournal journal(10);
  for (int i = 0; i < 6; ++i) journal.Add(Record(i % 2 == 0 ? "sqs" : "s3", "Any"));
  auto page = journal.Read({.service = "sqs", .since = 0, .limit = 2});
  EXPECT_EQ(Sequences(page), (Numbers{1, 3}));
  page = journal.Read({.service = "sqs", .since = page.next, .limit = 2});
  EXPECT_EQ(Sequences(page), (Numbers{5}));
  EXPECT_EQ(page.next, 6U);
  EXPECT_EQ(Sequences(journal.Read({.since = page.next})), Numbers{});
  // A number of a daemon that was restarted.
  EXPECT_EQ(Sequences(journal.Read({.since = 1000, .limit = 1})), Numbers{1});
}

TEST(RequestJournal, WaitsForARecordThatFits) {
  RequestJournal journal(10);
  journal.Add(Record("sqs", "SendMessage"));
  std::atomic<bool> abandoned = false;
  const JournalFilter filter{.service = "s3", .since = 1};
  std::thread later([&] {
    journal.Add(Record("sqs", "SendMessage"));
    journal.Add(Record("s3", "GetObject"));
  });
  journal.Await(filter, std::chrono::seconds(30), abandoned);
  later.join();
  EXPECT_EQ(Sequences(journal.Read(filter)), Numbers{3});
  journal.Await({.since = 3}, std::chrono::milliseconds(1), abandoned);
}

TEST(RequestJournal, AWaitThatWasAbandonedEnds) {
  RequestJournal journal(10);
  std::atomic<bool> abandoned = false;
  std::thread waiter([&] { journal.Await({.since = 0}, std::chrono::minutes(10), abandoned); });
  abandoned = true;
  journal.Wake();
  waiter.join();
}

}  // namespace
}  // namespace stratolite::daemon
