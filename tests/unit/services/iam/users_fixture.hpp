#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "unit/services/iam/iam_fixture.hpp"

namespace stratolite::iam {

/// Users and groups of one account.
class UsersAndGroups : public RolesAndPolicies {
 protected:
  Json MakeUser(std::string_view name, Json more = Json::object()) {
    Json input = {{"UserName", name}};
    input.update(more);
    return iam_.MustCall("CreateUser", input)["User"];
  }
  Json MakeGroup(std::string_view name, Json more = Json::object()) {
    Json input = {{"GroupName", name}};
    input.update(more);
    return iam_.MustCall("CreateGroup", input)["Group"];
  }
  Json GetUser(std::string_view name) { return iam_.MustCall("GetUser", {{"UserName", name}})["User"]; }
  void Join(std::string_view user, std::string_view group) {
    iam_.MustCall("AddUserToGroup", {{"UserName", user}, {"GroupName", group}});
  }
  /// `NoSuchEntity: The user with name x cannot be found.`
  std::string Refusal(std::string_view operation, Json input) {
    const Result<Json> outcome = iam_.Call(operation, std::move(input));
    EXPECT_FALSE(outcome.ok()) << operation << " succeeded";
    return outcome.ok() ? "" : outcome.error().code + ": " + outcome.error().message;
  }
  /// One member of each element of a list.
  static Json Each(const Json& list, const std::string& member) {
    Json values = Json::array();
    for (const Json& element : list) values.push_back(element.at(member));
    return values;
  }
  static Json Tag(std::string_view key, std::string_view value) { return {{"Key", key}, {"Value", value}}; }
};

}  // namespace stratolite::iam
