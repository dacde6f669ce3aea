#include "daemon/outbox_page.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/json.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::daemon {
namespace {

class OutboxPageTest : public ::testing::Test {
 protected:
  OutboxPageTest() {
    sent_.Prepare();
    world_->deps().db.Transact([&](storage::Txn& txn) {
      sent_.Record(txn, {.time = TimePoint(std::chrono::milliseconds(1500)),
                         .service = "sns",
                         .kind = "email",
                         .scope = {AccountId("111111111111"), Region("us-east-1")},
                         .recipient = "you@example.com",
                         .sender = "me@example.com",
                         .subject = "s",
                         .body = "b",
                         .details = {{"MessageId", "1"}}});
    });
  }
  const std::unique_ptr<World> world_ = World::Open({}, {});
  ports::SentMessages& sent_ = *world_->deps().ports.Find<ports::SentMessages>();
};

TEST_F(OutboxPageTest, AMessageIsShownWithEverythingThatIsKnownOfIt) {
  const auto page = DescribeOutbox(sent_, {{"kind", "email"}});
  ASSERT_TRUE(page.ok());
  const Json expected = {{"sequence", 1},
                         {"time", "1970-01-01T00:00:01.500Z"},
                         {"service", "sns"},
                         {"kind", "email"},
                         {"account", "111111111111"},
                         {"region", "us-east-1"},
                         {"recipient", "you@example.com"},
                         {"sender", "me@example.com"},
                         {"subject", "s"},
                         {"body", "b"},
                         {"details", {{"MessageId", "1"}}}};
  EXPECT_EQ(*page, (Json{{"messages", {expected}}, {"next", 1}}));
}

TEST_F(OutboxPageTest, WhoAsksForMoreContinuesWhereThePageEnded) {
  const auto page = DescribeOutbox(sent_, {{"since", "1"}});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(*page, (Json{{"messages", Json::array()}, {"next", 1}}));
}

TEST_F(OutboxPageTest, WrongParametersAreNamed) {
  EXPECT_EQ(DescribeOutbox(sent_, {{"recipent", "x"}}).error().message,
            "outbox has no parameter 'recipent'. Is 'recipient' meant? It takes service, kind, account, recipient, "
            "since, limit.");
  EXPECT_EQ(DescribeOutbox(sent_, {{"limit", "0"}}).error().message, "'limit' must be a whole number from 1 to 1000.");
  EXPECT_EQ(DescribeOutbox(sent_, {{"since", "x"}}).error().message,
            "'since' must be a whole number from 0 to 9223372036854775806.");
}

}  // namespace
}  // namespace stratolite::daemon
