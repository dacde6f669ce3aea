#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/front_door.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::daemon {

/// A front door before an ephemeral world with the given services. Not thread-safe.
class DoorFixture : public ::testing::Test {
 protected:
  explicit DoorFixture(std::span<const ServiceDescriptor> services, std::vector<std::string> s3_domains = {})
      : universe_(std::make_shared<Universe>("default", World::Open({.storage = {}, .seed = 1}, services),
                                             auth::AuthOptions{})),
        door_({universes_, rules_, admin_, Region("us-east-1"), std::move(s3_domains), &journal_}) {}

  wire::HttpResponse Ask(wire::HttpRequest request) {
    // The connection hands over the head first and fills in the body.
    std::string body = std::exchange(request.body, {});
    const auto exchange = door_.Begin(std::move(request));
    exchange->request.body = std::move(body);
    std::promise<wire::HttpResponse> answer;
    exchange->Run([&answer](wire::HttpResponse response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }
  Json AskJson(wire::HttpRequest request) { return Json::parse(Ask(std::move(request)).body); }
  static bool Has(const wire::HttpResponse& response, std::string_view text) {
    return response.body.find(text) != std::string::npos;
  }

  const std::shared_ptr<Universe> universe_;
  World* const world_ = universe_->world.get();
  Universes universes_{universe_};
  const BrowserRules rules_{{}, {}};
  const AdminApi admin_{universes_,
                        {.auth_mode = "permissive",
                         .data_dir = "",
                         .persistent = false,
                         .default_account = AccountId("000000000000"),
                         .default_region = Region("us-east-1")}};
  RequestJournal journal_{100};
  FrontDoor door_;
};

}  // namespace stratolite::daemon
