#include "cli/worlds_command.hpp"

#include <fmt/format.h>

#include "cli/admin_page.hpp"
#include "cli/environment_commands.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::cli {
namespace {

std::string OrDash(const Json& world, const char* field) {
  const auto found = world.find(field);
  return found == world.end() || found->is_null() ? "-" : Plain(*found);
}

int PrintWorld(const Json& world, const std::string& endpoint, const std::string& region, const WorldCommand& command) {
  if (command.json) {
    fmt::print("{}\n", world.dump(2));
  } else if (!command.shell.empty()) {
    auto variables = ClientEnvironment(endpoint, world.value("account", ""), region);
    for (auto& [name, value] : variables) {
      if (name == "AWS_ACCESS_KEY_ID" && world.value("access_key_id", Json()).is_string())
        value = world["access_key_id"];
      if (name == "AWS_SECRET_ACCESS_KEY" && world.contains("secret_access_key")) value = world["secret_access_key"];
    }
    PrintVariables(variables, command.shell);
  } else {
    for (const auto& [key, value] : world.items()) fmt::print("{:<18} {}\n", key, OrDash(world, key.c_str()));
  }
  return 0;
}

int Make(Json request, const std::string& endpoint, const std::string& region, const WorldCommand& command) {
  if (!command.name.empty()) request["name"] = command.name;
  if (!command.account.empty()) request["account"] = command.account;
  const auto world = Ask(endpoint, "POST", "worlds", request);
  return world ? PrintWorld(*world, endpoint, region, command) : 1;
}

}  // namespace

int ListWorlds(const std::string& endpoint, bool json) {
  const auto answer = Ask(endpoint, "GET", "worlds");
  if (!answer) return 1;
  if (json) {
    fmt::print("{}\n", answer->dump(2));
    return 0;
  }
  fmt::print("{:<16} {:<20} {:<12} {:<16} {}\n", "name", "access key", "account", "forked from", "created");
  for (const Json& world : answer->at("worlds")) {
    fmt::print("{:<16} {:<20} {:<12} {:<16} {}\n", OrDash(world, "name"), OrDash(world, "access_key_id"),
               OrDash(world, "account"), OrDash(world, "forked_from"), OrDash(world, "created"));
  }
  return 0;
}

int ForkWorld(const std::string& endpoint, const std::string& region, const WorldCommand& command) {
  return Make(Json{{"fork", command.from}}, endpoint, region, command);
}

int CreateWorld(const std::string& endpoint, const std::string& region, const WorldCommand& command) {
  return Make(Json{{"empty", true}}, endpoint, region, command);
}

int ShowWorld(const std::string& endpoint, const std::string& region, const WorldCommand& command) {
  const auto world = Ask(endpoint, "GET", "worlds/" + PercentEncode(command.name));
  return world ? PrintWorld(*world, endpoint, region, command) : 1;
}

int DeleteWorld(const std::string& endpoint, const std::string& name) {
  if (!Ask(endpoint, "DELETE", "worlds/" + PercentEncode(name))) return 1;
  fmt::print("The world {} is gone.\n", name);
  return 0;
}

}  // namespace stratolite::cli
