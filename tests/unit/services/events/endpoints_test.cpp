#include "events_fixture.hpp"

namespace stratolite::events {
namespace {

class EventsEndpointsTest : public EventsTest {
 protected:
  void SetUp() override {
    events_.MustCall("CreateEventBus", {{"Name", "orders"}});
    events_.scope.region = Region("us-west-2");
    events_.MustCall("CreateEventBus", {{"Name", "orders"}});
    events_.scope.region = Region("us-east-1");
  }
  static Json Endpoint() {
    return Json::parse(R"({"Name": "e", "RoutingConfig": {"FailoverConfig":
        {"Primary": {"HealthCheck": "arn:aws:route53:::healthcheck/h-1"}, "Secondary": {"Route": "us-west-2"}}},
        "ReplicationConfig": {"State": "DISABLED"},
        "EventBuses": [{"EventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/orders"},
                       {"EventBusArn": "arn:aws:events:us-west-2:123456789012:event-bus/orders"}]})");
  }
};

TEST_F(EventsEndpointsTest, AnEndpointHasWhatItWasMadeWith) {
  EXPECT_EQ(events_.MustCall("CreateEndpoint", Endpoint())["State"], "CREATING");
  const Json described = events_.MustCall("DescribeEndpoint", {{"Name", "e"}});
  EXPECT_EQ(described["State"], "ACTIVE");
  EXPECT_EQ(described["Arn"], Arn("endpoint/e"));
  EXPECT_EQ(described["EventBuses"], Endpoint()["EventBuses"]);
  const std::string id = described["EndpointId"];
  EXPECT_EQ(described["EndpointUrl"], "https://" + id + ".endpoint.events.amazonaws.com");
  EXPECT_EQ(events_.MustCall("ListEndpoints", {{"NamePrefix", "e"}})["Endpoints"], Json::array({described}));
  EXPECT_EQ(events_.ErrorCode("CreateEndpoint", Endpoint()), "ResourceAlreadyExistsException");
}

TEST_F(EventsEndpointsTest, AnEndpointIsChangedAndDeleted) {
  events_.MustCall("CreateEndpoint", Endpoint());
  EXPECT_EQ(events_.MustCall("UpdateEndpoint", {{"Name", "e"}, {"Description", "new"}})["State"], "UPDATING");
  EXPECT_EQ(events_.MustCall("DescribeEndpoint", {{"Name", "e"}})["Description"], "new");
  events_.MustCall("DeleteEndpoint", {{"Name", "e"}});
  for (const char* operation : {"DescribeEndpoint", "UpdateEndpoint", "DeleteEndpoint"})
    EXPECT_EQ(events_.ErrorCode(operation, {{"Name", "e"}}), "ResourceNotFoundException");
}

TEST_F(EventsEndpointsTest, EventsOfAnEndpointHappenInItsHomeRegion) {
  events_.MustCall("CreateEndpoint", Endpoint());
  events_.MustCall("CreateArchive", {{"ArchiveName", "all"}, {"EventSourceArn", Arn("event-bus/orders")}});
  const std::string id = events_.MustCall("DescribeEndpoint", {{"Name", "e"}})["EndpointId"];
  const Json entry = {{"Source", "s"}, {"DetailType", "d"}, {"Detail", "{}"}, {"EventBusName", "orders"}};
  events_.scope.region = Region("us-west-2");
  events_.MustCall("PutEvents", {{"EndpointId", id}, {"Entries", Json::array({entry})}});
  EXPECT_EQ(events_.ErrorCode("PutEvents", {{"EndpointId", "no.ne"}, {"Entries", Json::array({entry})}}),
            "ResourceNotFoundException");
  events_.scope.region = Region("us-east-1");
  EXPECT_EQ(events_.MustCall("DescribeArchive", {{"ArchiveName", "all"}})["EventCount"], 1);
}

TEST_F(EventsEndpointsTest, AnEndpointHasTwoBusesOfOneNameInItsRegions) {
  const auto code = [&](const char* pointer, const Json& value) {
    Json endpoint = Endpoint();
    endpoint[Json::json_pointer(pointer)] = value;
    return events_.ErrorCode("CreateEndpoint", endpoint);
  };
  EXPECT_EQ(code("/EventBuses/1/EventBusArn", "arn:aws:events:us-west-2:123456789012:event-bus/none"),
            "ResourceNotFoundException");
  EXPECT_EQ(code("/EventBuses/1/EventBusArn", "arn:aws:events:us-west-2:123456789012:event-bus/default"),
            "ValidationException");
  EXPECT_EQ(code("/RoutingConfig/FailoverConfig/Secondary/Route", "eu-west-1"), "ValidationException");
  EXPECT_EQ(code("/ReplicationConfig/State", "ENABLED"), "ValidationException");
}

}  // namespace
}  // namespace stratolite::events
