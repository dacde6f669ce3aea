#include "cli/snapshot_command.hpp"

#include <fmt/format.h>

#include <chrono>

#include "cli/admin_page.hpp"

namespace stratolite::cli {
namespace {

/// Worlds may hold gigabytes.
constexpr std::chrono::hours kPatience{1};

std::string Told(const std::filesystem::path& file) { return std::filesystem::absolute(file).lexically_normal(); }

}  // namespace

int SaveSnapshot(const std::string& endpoint, const SnapshotCommand& command) {
  Json request{{"save", Told(command.file)}};
  if (!command.world.empty()) request["world"] = command.world;
  const auto saved = Ask(endpoint, "POST", "snapshot", request, kPatience);
  if (!saved) return 1;
  fmt::print("The world {} is saved in {} ({} bytes).\n", Plain(saved->at("world")), Plain(saved->at("saved")),
             saved->at("bytes").dump());
  return 0;
}

int LoadSnapshot(const std::string& endpoint, const SnapshotCommand& command) {
  Json request{{"load", Told(command.file)}};
  if (!command.world.empty()) request["world"] = command.world;
  if (!command.as.empty()) request["as"] = command.as;
  const auto loaded = Ask(endpoint, "POST", "snapshot", request, kPatience);
  if (!loaded) return 1;
  if (command.as.empty()) {
    fmt::print("The world {} holds what {} held.\n", Plain(loaded->at("world")), Plain(loaded->at("loaded")));
  } else {
    fmt::print("The world {} holds what {} held. Its access key is {}; 'stratolite worlds show {}' tells the secret.\n",
               Plain(loaded->at("name")), command.file.string(), Plain(loaded->at("access_key_id")), command.as);
  }
  return 0;
}

}  // namespace stratolite::cli
