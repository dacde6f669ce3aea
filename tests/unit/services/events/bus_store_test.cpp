#include "events/bus_store.hpp"

#include <gtest/gtest.h>

#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

class BusStoreTest : public EventsTest {
 protected:
  BusStoreTest() { Rule("one"); }
  static std::size_t Rules(const BusPtr& bus) { return bus->rules.size(); }
  /// A rule of the default bus for events of source `a`.
  static RuleId AddRule(BusStore& store, storage::Txn& txn, const BusPtr& bus, const std::string& name) {
    events::Rule rule;
    rule.bus = bus->id;
    rule.name = name;
    rule.pattern_text = R"({"source":["a"]})";
    rule.state = "ENABLED";
    store.InsertRule(txn, rule);
    return rule.id;
  }

  storage::Database& db_ = events_.world().deps().db;
  BusStore store_{db_};
};

TEST_F(BusStoreTest, ABusStaysInMemoryUntilItChanges) {
  const BusPtr first = store_.Find(events_.scope, "default");
  EXPECT_EQ(Rules(first), 1U);
  EXPECT_EQ(store_.Find(events_.scope, "default"), first);
  EXPECT_EQ(db_.Transact([&](storage::Txn& txn) { return store_.Find(txn, events_.scope, "default"); }), first);
  Rule("two");
  EXPECT_EQ(Rules(store_.Find(events_.scope, "default")), 2U);
}

TEST_F(BusStoreTest, ATransactionSeesItsOwnRules) {
  const BusPtr before = store_.Find(events_.scope, "default");
  db_.Transact([&](storage::Txn& txn) {
    AddRule(store_, txn, before, "two");
    EXPECT_EQ(Rules(store_.Find(txn, events_.scope, "default")), 2U);
  });
  EXPECT_EQ(Rules(store_.Find(events_.scope, "default")), 2U);
}

TEST_F(BusStoreTest, WhatIsRolledBackIsNotRemembered) {
  const BusPtr before = store_.Find(events_.scope, "default");
  const Result<void> refused = db_.Transact([&](storage::Txn& txn) -> Result<void> {
    AddRule(store_, txn, before, "gone");
    EXPECT_EQ(Rules(store_.Find(txn, events_.scope, "default")), 2U);
    return AwsError{.code = "No", .message = "no"};
  });
  EXPECT_FALSE(refused.ok());
  // The next change gives the bus the version that the refused one had.
  db_.Transact([&](storage::Txn& txn) { AddRule(store_, txn, before, "two"); });
  const BusPtr after = store_.Find(events_.scope, "default");
  ASSERT_EQ(Rules(after), 2U);
  EXPECT_EQ(after->rules[1]->name, "two");
}

TEST_F(BusStoreTest, OnlyEnabledRulesWithAPatternListen) {
  Rule("two");
  events_.MustCall("DisableRule", {{"Name", "one"}});
  events_.MustCall("PutRule", {{"Name", "clock"}, {"ScheduleExpression", "rate(1 hour)"}});
  const BusPtr bus = store_.Find(events_.scope, "default");
  ASSERT_EQ(Rules(bus), 1U);
  EXPECT_EQ(bus->rules[0]->name, "two");
  EXPECT_EQ(bus->matcher->Find(Json{{"source", "a"}}), std::vector<std::size_t>{0});
}

TEST_F(BusStoreTest, TheDefaultBusOfAnyScopeIsThereAndOthersAreNot) {
  const Scope elsewhere{AccountId("999999999999"), Region("eu-west-1")};
  const BusPtr bus = store_.Find(elsewhere, "default");
  ASSERT_NE(bus, nullptr);
  EXPECT_EQ(bus->id, 0);
  EXPECT_EQ(Rules(bus), 0U);
  EXPECT_EQ(store_.Find(elsewhere, "none"), nullptr);
}

}  // namespace
}  // namespace stratolite::events
