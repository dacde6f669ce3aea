#include "service/outbox.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/timer_queue.hpp"
#include "runtime/virtual_clock.hpp"
#include "service/outbox_store.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart = std::chrono::sys_days(2026y / 1 / 1);
constexpr std::array<std::string_view, 1> kBoxSteps = {
    "CREATE TABLE box (ordinal INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)"};

using Log = std::vector<std::string>;

/// Takes deliveries into a table, so that what has arrived obeys the transaction.
class Box final : public DeliveryTarget {
 public:
  explicit Box(storage::Database& db) : db_(db) { db_.Migrate({"box", kBoxSteps}); }

  Result<void> CheckTarget(const Arn&) override { return {}; }
  Result<void> Deliver(storage::Txn& txn, const Delivery& delivery) override {
    ++tries;
    if (delivery.target.resource == "gone") return AwsError{"QueueDoesNotExist", "gone"};
    txn.Run("INSERT INTO box (body) VALUES (?)", {delivery.body});
    if (on_delivery) on_delivery(delivery);
    return {};
  }

  Log Contents() {
    Log bodies;
    db_.Read([&](storage::Reader& reader) {
      reader.Query("SELECT body FROM box ORDER BY ordinal", {},
                   [&](const storage::Row& row) { bodies.push_back(row.Text(0)); });
    });
    return bodies;
  }

  int tries = 0;
  /// After the row was written: what is thrown takes it back.
  std::function<void(const Delivery&)> on_delivery;

 private:
  storage::Database& db_;
};

/// An outbox with all it needs on a frozen clock. The service `box` exists once it was asked for, others never do.
struct PostOffice {
  explicit PostOffice(const std::filesystem::path& directory, TimePoint now = kStart)
      : db(storage::Database::Open({directory})) {
    clock.Freeze();
    clock.Set(now);
  }
  ~PostOffice() {
    outbox.Stop();
    timers.Stop();
  }

  static Delivery Letter(std::string body, std::string order_key = "", std::string resource = "one",
                         std::string service = "box") {
    Delivery delivery;
    delivery.target = {"aws", std::move(service), "us-east-1", "123456789012", std::move(resource)};
    delivery.source_service = "test.amazonaws.com";
    delivery.body = std::move(body);
    delivery.order_key = std::move(order_key);
    return delivery;
  }
  void Prepare() { ASSERT_NE(outbox.FindTarget(Letter("").target), nullptr); }
  void Announce(const Delivery& delivery) {
    db->Transact([&](storage::Txn& txn) { outbox.Announce(txn, delivery); });
  }
  void Settle() {
    while (timers.RunDue()) {
    }
  }

  std::unique_ptr<storage::Database> db;
  runtime::VirtualClock clock;
  runtime::TimerQueue timers{clock};
  int made = 0;
  std::unique_ptr<Box> box;
  std::function<void(const Delivery&)> on_delivery;
  std::once_flag made_once;
  Outbox outbox{*db, clock, timers, [this](std::string_view service) {
                  if (service != "box") return;
                  std::call_once(made_once, [this] {
                    ++made;
                    box = std::make_unique<Box>(*db);
                    box->on_delivery = on_delivery;
                    outbox.Offer("box", box.get());
                  });
                }};
};

class OutboxTest : public ::testing::Test {
 protected:
  test::TemporaryDirectory directory_;
};

TEST_F(OutboxTest, DeliversWhatACommittedTransactionAnnounced) {
  PostOffice office(directory_.path());
  office.Prepare();
  Delivery sent = PostOffice::Letter("hello", "key");
  sent.source_arn = {"aws", "s3", "", "", "bucket"};
  sent.source_account = AccountId("123456789012");
  sent.group_id = "group";
  sent.deduplication_id = "once";
  sent.trace_header = "Root=1";
  office.box->on_delivery = [&](const Delivery& delivery) {
    EXPECT_EQ(delivery.target.ToString(), sent.target.ToString());
    EXPECT_EQ(delivery.source_service, sent.source_service);
    EXPECT_EQ(delivery.source_arn.ToString(), sent.source_arn.ToString());
    EXPECT_EQ(delivery.source_account, sent.source_account);
    EXPECT_EQ(delivery.order_key, sent.order_key);
    EXPECT_EQ(delivery.group_id, sent.group_id);
    EXPECT_EQ(delivery.deduplication_id, sent.deduplication_id);
    EXPECT_EQ(delivery.trace_header, sent.trace_header);
  };
  office.Announce(sent);
  office.Settle();
  EXPECT_EQ(office.box->Contents(), Log{"hello"});
  EXPECT_EQ(office.outbox.ReadStatus().delivered, 1U);
}

TEST_F(OutboxTest, ARolledBackAnnouncementWasNeverMade) {
  PostOffice office(directory_.path());
  office.Prepare();
  (void)office.db->Transact([&](storage::Txn& txn) -> Result<void> {
    office.outbox.Announce(txn, PostOffice::Letter("never"));
    return AwsError{"Refused", "no"};
  });
  office.Announce(PostOffice::Letter("after"));
  office.Settle();
  EXPECT_EQ(office.box->Contents(), Log{"after"});
}

TEST_F(OutboxTest, SendDeliversWithinTheTransactionAndSaysWhenTheTargetRefuses) {
  PostOffice office(directory_.path());
  office.Prepare();
  Result<void> gone;
  office.db->Transact([&](storage::Txn& txn) {
    ASSERT_TRUE(office.outbox.Send(txn, PostOffice::Letter("a")).ok());
    gone = office.outbox.Send(txn, PostOffice::Letter("b", "", "gone"));
  });
  EXPECT_EQ(office.box->Contents(), Log{"a"});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().code, "QueueDoesNotExist");
}

TEST_F(OutboxTest, SendToAServiceThatWasNotMadeYetAnnounces) {
  PostOffice office(directory_.path());
  EXPECT_EQ(office.outbox.FindTarget(PostOffice::Letter("", "", "one", "nowhere").target), nullptr);
  office.db->Transact([&](storage::Txn& txn) { ASSERT_TRUE(office.outbox.Send(txn, PostOffice::Letter("a")).ok()); });
  office.Settle();
  EXPECT_EQ(office.box->Contents(), Log{"a"});
}

TEST_F(OutboxTest, AChainOfDeliveriesThatComesRoundEnds) {
  PostOffice office(directory_.path());
  office.Prepare();
  Result<void> last;
  int sent = 0;
  office.db->Transact([&](storage::Txn& txn) {
    office.box->on_delivery = [&](const Delivery& delivery) {
      ++sent;
      const Result<void> next = office.outbox.Send(txn, delivery);
      if (!next.ok()) last = next;
    };
    ASSERT_TRUE(office.outbox.Send(txn, PostOffice::Letter("round")).ok());
  });
  EXPECT_EQ(sent, EventRouter::kMaxHops);
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().code, "LoopDetected");
}

TEST_F(OutboxTest, AttributesAndParametersTravelWithTheDelivery) {
  PostOffice office(directory_.path());
  office.Prepare();
  Delivery letter = PostOffice::Letter("a");
  letter.attributes = {{"color", {{"DataType", "String"}, {"StringValue", "red"}}}};
  letter.parameters = {{"HttpParameters", {{"PathParameterValues", {"x"}}}}};
  Delivery arrived;
  office.box->on_delivery = [&](const Delivery& delivery) { arrived = delivery; };
  office.Announce(letter);
  office.Settle();
  EXPECT_EQ(arrived.attributes, letter.attributes);
  EXPECT_EQ(arrived.parameters, letter.parameters);
}

TEST_F(OutboxTest, KeepsTheOrderOfAnnouncement) {
  PostOffice office(directory_.path());
  office.Prepare();
  Log expected;
  office.db->Transact([&](storage::Txn& txn) {
    for (int i = 0; i < 250; ++i) {
      expected.push_back(std::to_string(i));
      office.outbox.Announce(txn, PostOffice::Letter(expected.back(), "k"));
    }
  });
  office.Settle();
  EXPECT_EQ(office.box->Contents(), expected);
}

TEST_F(OutboxTest, AFinalErrorDropsTheDeliveryAndNoOther) {
  PostOffice office(directory_.path());
  office.Prepare();
  office.Announce(PostOffice::Letter("a", "k"));
  office.Announce(PostOffice::Letter("b", "k", "gone"));
  office.Announce(PostOffice::Letter("c", "k"));
  office.Settle();
  EXPECT_EQ(office.box->Contents(), (Log{"a", "c"}));
  const EventRouter::Status status = office.outbox.ReadStatus();
  EXPECT_EQ(status.delivered, 2U);
  EXPECT_EQ(status.lost, 1U);
  ASSERT_EQ(status.losses.size(), 1U);
  EXPECT_EQ(status.losses[0].target.resource, "gone");
  EXPECT_EQ(status.losses[0].reason.code, "QueueDoesNotExist");
  EXPECT_EQ(status.losses[0].at, kStart);
  office.timers.AdvanceTo(kStart + 1h);
  EXPECT_EQ(office.box->tries, 3);
}

TEST_F(OutboxTest, AStorageErrorIsTriedAgainWithGrowingPausesAndHoldsBackItsOrderKeyAlone) {
  PostOffice office(directory_.path());
  office.Prepare();
  int failures = 3;
  std::vector<std::int64_t> tried;
  office.box->on_delivery = [&](const Delivery& delivery) {
    if (delivery.body != "stuck") return;
    tried.push_back((office.clock.Now() - kStart) / 1s);
    if (failures-- > 0) throw storage::StorageError("not now");
  };
  office.db->Transact([&](storage::Txn& txn) {
    office.outbox.Announce(txn, PostOffice::Letter("before", "k"));
    office.outbox.Announce(txn, PostOffice::Letter("stuck", "k"));
    office.outbox.Announce(txn, PostOffice::Letter("behind", "k"));
    office.outbox.Announce(txn, PostOffice::Letter("free"));
    office.outbox.Announce(txn, PostOffice::Letter("elsewhere", "other"));
  });
  office.Settle();
  EXPECT_EQ(office.box->Contents(), (Log{"before", "free", "elsewhere"}));
  EXPECT_EQ(office.outbox.ReadStatus().waiting, 2);
  EXPECT_EQ(office.outbox.ReadStatus().retried, 1U);
  office.Announce(PostOffice::Letter("late", "k"));
  office.Settle();
  EXPECT_EQ(office.box->Contents(), (Log{"before", "free", "elsewhere"}));
  office.timers.AdvanceTo(kStart + 1min);
  EXPECT_EQ(office.box->Contents(), (Log{"before", "free", "elsewhere", "stuck", "behind", "late"}));
  EXPECT_EQ(tried, (std::vector<std::int64_t>{0, 1, 3, 7}));
}

TEST_F(OutboxTest, TheServiceOfATargetIsMadeWhenSomethingIsForIt) {
  PostOffice office(directory_.path());
  EXPECT_EQ(office.outbox.FindTarget(PostOffice::Letter("", "", "x", "nobody").target), nullptr);
  EXPECT_EQ(office.made, 0);
  office.Announce(PostOffice::Letter("a"));
  office.Settle();
  EXPECT_EQ(office.made, 1);
  EXPECT_EQ(office.box->Contents(), Log{"a"});
}

TEST_F(OutboxTest, DeliveriesForAServiceThatNobodyHasWaitAndHoldUpNobody) {
  PostOffice office(directory_.path());
  office.Prepare();
  office.Announce(PostOffice::Letter("nowhere", "k", "x", "nobody"));
  office.Announce(PostOffice::Letter("somewhere"));
  office.Settle();
  EXPECT_EQ(office.box->Contents(), Log{"somewhere"});
  EXPECT_EQ(office.outbox.ReadStatus().waiting, 1);
}

TEST_F(OutboxTest, WhatAnEarlierProcessLeftIsTakenUpOnce) {
  {
    PostOffice office(directory_.path());
    office.Prepare();
    office.outbox.Stop();
    for (const char* body : {"a", "b", "c"}) office.Announce(PostOffice::Letter(body, "k"));
    office.Settle();
    EXPECT_EQ(office.box->Contents(), Log{});
  }
  for (int restart = 0; restart < 2; ++restart) {
    PostOffice office(directory_.path());
    office.outbox.Resume();
    office.Settle();
    office.Prepare();
    EXPECT_EQ(office.box->Contents(), (Log{"a", "b", "c"}));
  }
}

TEST_F(OutboxTest, AWorldThatAnnouncesNothingHasNoTables) {
  PostOffice office(directory_.path());
  office.outbox.Resume();
  EXPECT_FALSE(office.db->Read([](storage::Reader& reader) { return outbox::HasTables(reader); }));
  EXPECT_EQ(office.timers.NextDue(), std::nullopt);
  EXPECT_EQ(office.outbox.ReadStatus().waiting, 0);
}

TEST_F(OutboxTest, OtherTimersHaveTheirTurnWhileMuchIsDelivered) {
  PostOffice office(directory_.path());
  office.Prepare();
  std::promise<std::size_t> seen;
  bool first = true;
  office.box->on_delivery = [&](const Delivery&) {
    if (!std::exchange(first, false)) return;
    office.timers.At(office.clock.Now(), [&] { seen.set_value(office.box->Contents().size()); });
  };
  office.db->Transact([&](storage::Txn& txn) {
    for (int i = 0; i < 3000; ++i) office.outbox.Announce(txn, PostOffice::Letter(std::to_string(i)));
  });
  // On the thread of the timers alone: settling would lend it this one.
  EXPECT_LT(seen.get_future().get(), 3000U);
  office.Settle();
  EXPECT_EQ(office.box->Contents().size(), 3000U);
}

TEST_F(OutboxTest, AResetForgetsWhatWaits) {
  PostOffice office(directory_.path());
  office.Prepare();
  office.box->on_delivery = [](const Delivery&) { throw storage::StorageError("not now"); };
  office.Announce(PostOffice::Letter("old"));
  office.Settle();
  office.db->Clear();
  office.box->on_delivery = nullptr;
  office.Announce(PostOffice::Letter("new"));
  office.timers.AdvanceTo(kStart + 1h);
  EXPECT_EQ(office.box->Contents(), Log{"new"});
}

// The process dies at any moment, announcing and delivering at once on two threads: everything committed arrives, nothing twice.
TEST_F(OutboxTest, ArrivesOnceWhateverMomentTheProcessIsKilledAt) {
  for (int round = 0; round < 6; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      PostOffice office(directory_.path());
      int left = 3 + 17 * round;
      office.on_delivery = [&](const Delivery&) {
        if (--left == 0) kill(getpid(), SIGKILL);
      };
      office.outbox.Resume();
      (void)office.outbox.FindTarget(PostOffice::Letter("").target);
      for (int i = 0;; ++i) {
        const std::string body = std::to_string(round) + "/" + std::to_string(i);
        office.db->Transact([&](storage::Txn& txn) {
          office.outbox.Announce(txn, PostOffice::Letter(body, "k"));
          txn.Run("INSERT INTO box (body) VALUES (?)", {"sent " + body});
        });
      }
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  PostOffice office(directory_.path());
  office.outbox.Resume();
  office.Settle();
  office.Prepare();
  Log sent;
  Log arrived;
  for (const std::string& body : office.box->Contents()) {
    if (body.starts_with("sent ")) {
      sent.push_back(body.substr(5));
    } else {
      arrived.push_back(body);
    }
  }
  EXPECT_GT(sent.size(), 6U);
  EXPECT_EQ(arrived, sent);
}

TEST_F(OutboxTest, ManyThreadsAnnounceWhileItDelivers) {
  PostOffice office(directory_.path());
  office.Prepare();
  constexpr int kThreads = 4;
  constexpr int kEach = 100;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          office.Announce(PostOffice::Letter(std::to_string(t * 1000 + i), std::to_string(t)));
        }
      });
    }
  }
  office.Settle();
  const Log arrived = office.box->Contents();
  EXPECT_EQ(arrived.size(), static_cast<std::size_t>(kThreads * kEach));
  std::array<int, kThreads> last{-1, -1, -1, -1};
  for (const std::string& body : arrived) {
    const int number = std::stoi(body);
    EXPECT_GT(number % 1000, last[static_cast<std::size_t>(number / 1000)]);
    last[static_cast<std::size_t>(number / 1000)] = number % 1000;
  }
}

}  // namespace
}  // namespace stratolite
