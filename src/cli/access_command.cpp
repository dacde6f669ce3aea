#include "cli/access_command.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "cli/admin_page.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::cli {
namespace {

std::string ShownOr(const Json& object, const char* field, const char* otherwise) {
  const auto found = object.find(field);
  return found == object.end() || found->is_null() ? otherwise : Plain(*found);
}

void PrintNeed(const Json& need) {
  const bool allowed = need.value("allowed", false);
  fmt::print("  {:<7} {} on {}", allowed ? "allowed" : "lacks", Plain(need.at("action")), Plain(need.at("resource")));
  fmt::print(": {}", Plain(need.at("reason")));
  if (const auto policy = ShownOr(need, "policy", ""); !policy.empty()) fmt::print(" ({})", policy);
  fmt::print("\n");
}

void PrintStatement(const Json& statement) {
  const bool matched = statement.value("matched", false);
  fmt::print("  {:<7} {:<5} {}, statement {} ({})", matched ? "matches" : "no", Plain(statement.at("effect")),
             Plain(statement.at("policy")), Plain(statement.at("statement")), Plain(statement.at("kind")));
  if (const auto part = ShownOr(statement, "failedPart", ""); !matched && !part.empty())
    fmt::print(": {} does not match", part);
  fmt::print("\n");
}

/// The page about a decision; that about a signature has none of this.
void PrintDecision(const Json& page) {
  const Json& principal = page.at("principal");
  fmt::print("who        {} {}\n", Plain(principal.at("type")), ShownOr(principal, "arn", ""));
  fmt::print("what       {} {}\n", Plain(page.at("service")), Plain(page.at("operation")));
  fmt::print("because    {}\n", Plain(page.at("reason")));
  fmt::print("needs\n");
  for (const Json& need : page.at("needs")) PrintNeed(need);
  if (!page.contains("statements")) return;
  fmt::print("statements\n");
  for (const Json& statement : page.at("statements")) PrintStatement(statement);
  if (page.at("statements").empty()) fmt::print("  none: no policy says anything\n");
  fmt::print("context\n");
  for (const auto& [key, values] : page.at("context").items()) fmt::print("  {} = {}\n", key, values.dump());
  if (page.at("wouldAllow").empty()) {
    fmt::print("No statement that is added would allow it: one denies it explicitly, and would have to go.\n");
    return;
  }
  fmt::print("would be allowed with\n");
  for (const Json& remedy : page.at("wouldAllow")) {
    fmt::print("  in a policy of kind '{}':\n{}\n", Plain(remedy.at("policyKind")), remedy.at("statement").dump(2));
  }
}

void PrintSignature(const Json& page) {
  for (const auto& [name, value] : page.items()) {
    if (name == "requestId" || name == "time" || name == "decision" || name == "error" || value.is_null()) continue;
    fmt::print("{:<22} {}\n", name, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

/// `arn_aws_iam__123456789012_user_alice.json`
std::string FileNameOf(const std::string& principal) {
  std::string name = principal;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '.'; }, '_');
  return name + ".json";
}

void WriteFiles(const std::filesystem::path& directory, const Json& principals) {
  std::filesystem::create_directories(directory);
  for (const Json& principal : principals) {
    const std::filesystem::path file = directory / FileNameOf(Plain(principal.at("principal")));
    std::ofstream out(file);
    out << principal.at("policy").dump(2) << "\n";
    out.close();
    if (!out) throw std::runtime_error(fmt::format("{} cannot be written", file.string()));
    fmt::print("{}  {}\n", file.string(), Plain(principal.at("principal")));
  }
}

}  // namespace

int Why(const std::string& endpoint, const std::string& request_id, bool json) {
  const auto page = Ask(endpoint, "GET", "why/" + PercentEncode(request_id));
  if (!page) return 1;
  if (json) {
    fmt::print("{}\n", page->dump(2));
    return 0;
  }
  const Json& error = page->at("error");
  fmt::print("request    {}, {}\n", Plain(page->at("requestId")), Plain(page->at("time")));
  fmt::print("outcome    {}: {}: {}\n", ShownOr(*page, "decision", "denied"), Plain(error.at("code")),
             Plain(error.at("message")));
  if (page->contains("needs")) {
    PrintDecision(*page);
  } else {
    PrintSignature(*page);
  }
  return 0;
}

int StartLearning(const std::string& endpoint, const LearnCommand& command) {
  if (!Ask(endpoint, "POST", InWorld("learn/start", command.world), Json::object())) return 1;
  fmt::print("Learning. `stratolite learn stop` writes the policies of what is done from now on.\n");
  return 0;
}

int StopLearning(const std::string& endpoint, const LearnCommand& command) {
  const auto learnt = Ask(endpoint, "POST", InWorld("learn/stop", command.world), Json::object());
  if (!learnt) return 1;
  if (!learnt->value("was_learning", false)) {
    fmt::print(stderr, "stratolite: nothing was learnt: `stratolite learn start` comes first\n");
    return 1;
  }
  const Json& principals = learnt->at("principals");
  if (!command.directory.empty()) {
    WriteFiles(command.directory, principals);
  } else if (command.json) {
    fmt::print("{}\n", principals.dump(2));
  } else {
    for (const Json& principal : principals)
      fmt::print("{}\n{}\n", Plain(principal.at("principal")), principal.at("policy").dump(2));
  }
  return 0;
}

}  // namespace stratolite::cli
