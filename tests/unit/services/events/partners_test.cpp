#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

TEST_F(EventsTest, ThereAreNoPartnersEventSources) {
  const Json source = {{"Name", "aws.partner/a.com/b"}};
  for (const char* operation :
       {"DescribeEventSource", "ActivateEventSource", "DeactivateEventSource", "DescribePartnerEventSource"}) {
    EXPECT_EQ(Message(operation, source), "Event source aws.partner/a.com/b does not exist.") << operation;
  }
  EXPECT_EQ(events_.MustCall("ListEventSources")["EventSources"], Json::array());
  EXPECT_EQ(events_.MustCall("ListPartnerEventSources", {{"NamePrefix", "aws.partner/a.com/"}})["PartnerEventSources"],
            Json::array());
  EXPECT_EQ(events_.ErrorCode("ListPartnerEventSourceAccounts", {{"EventSourceName", "aws.partner/a.com/b"}}),
            "ResourceNotFoundException");
}

TEST_F(EventsTest, WhatPartnersDoIsRefused) {
  const Json source = {{"Name", "aws.partner/a.com/b"}, {"Account", "123456789012"}};
  EXPECT_EQ(events_.ErrorCode("CreatePartnerEventSource", source), "OperationDisabledException");
  EXPECT_EQ(events_.ErrorCode("DeletePartnerEventSource", source), "OperationDisabledException");
  EXPECT_EQ(events_.ErrorCode("PutPartnerEvents", {{"Entries", Json::array({Json::object()})}}),
            "OperationDisabledException");
}

TEST_F(EventsTest, APatternIsTestedAgainstAnEvent) {
  const std::string event =
      R"({"id":"1","account":"1","source":"a","time":"2026-01-01T00:00:00Z","region":"us-east-1","detail-type":"d"})";
  const auto test = [&](const char* pattern) {
    return events_.MustCall("TestEventPattern", {{"Event", event}, {"EventPattern", pattern}})["Result"];
  };
  EXPECT_EQ(test(R"({"source":["a"]})"), true);
  EXPECT_EQ(test(R"({"source":["b"]})"), false);
  EXPECT_EQ(events_.ErrorCode("TestEventPattern", {{"Event", event}, {"EventPattern", "[]"}}),
            "InvalidEventPatternException");
  EXPECT_EQ(Message("TestEventPattern", {{"Event", R"({"id":"1"})"}, {"EventPattern", R"({"source":["a"]})"}}),
            "Parameter Event is not valid.");
}

}  // namespace
}  // namespace stratolite::events
