#include "cli/environment_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/ca_command.hpp"
#include "http/admin_client.hpp"

namespace stratolite::cli {
namespace {

// In place of the system's authorities, for AWS's SDKs and CLI only; and in addition to them, for Node.
constexpr const char* kTrustVariables[] = {"AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"};

}  // namespace

std::vector<std::pair<std::string, std::string>> ClientEnvironment(const std::string& endpoint,
                                                                   const std::string& account,
                                                                   const std::string& region) {
  // The access key names the account; the secret is not checked for keys that nobody registered.
  std::vector<std::pair<std::string, std::string>> variables{{"AWS_ENDPOINT_URL", endpoint},
                                                             {"AWS_ACCESS_KEY_ID", account},
                                                             {"AWS_SECRET_ACCESS_KEY", "test"},
                                                             {"AWS_DEFAULT_REGION", region},
                                                             {"AWS_REGION", region}};
  if (!endpoint.starts_with("https://")) return variables;
  try {
    const std::string file = AuthorityOfDaemon(endpoint).file.string();
    for (const char* const name : kTrustVariables) variables.emplace_back(name, file);
  } catch (const http::ClientError& error) {
    fmt::print(stderr, "stratolite: AWS_CA_BUNDLE is left out: {}\n", error.what());
  }
  return variables;
}

void PrintVariables(const std::vector<std::pair<std::string, std::string>>& variables, const std::string& shell) {
  for (const auto& [name, value] : variables) {
    if (shell == "fish") {
      fmt::print("set -gx {} '{}';\n", name, value);
    } else if (shell == "powershell") {
      fmt::print("$Env:{} = '{}'\n", name, value);
    } else if (shell == "dotenv") {
      fmt::print("{}={}\n", name, value);
    } else {
      fmt::print("export {}='{}'\n", name, value);
    }
  }
}

int PrintEnvironment(const std::string& endpoint, const std::string& account, const std::string& region,
                     const std::string& shell) {
  PrintVariables(ClientEnvironment(endpoint, account, region), shell);
  return 0;
}

int RunAws(const std::string& endpoint, const std::string& account, const std::string& region,
           const std::vector<std::string>& arguments) {
  for (const auto& [name, value] : ClientEnvironment(endpoint, account, region)) {
    const bool ours = name == "AWS_ENDPOINT_URL" || std::find(std::begin(kTrustVariables), std::end(kTrustVariables),
                                                              name) != std::end(kTrustVariables);
    setenv(name.c_str(), value.c_str(), /*overwrite=*/ours);
  }
  setenv("AWS_EC2_METADATA_DISABLED", "true", 0);
  // Version 1 of the CLI sends SQS to queue.amazonaws.com whatever AWS_ENDPOINT_URL says; only the option wins over that
  // (awscli/customizations/overridesslcommonname.py).
  const bool given = std::any_of(arguments.begin(), arguments.end(),
                                 [](const std::string& a) { return a.starts_with("--endpoint-url"); });
  std::vector<char*> argv{const_cast<char*>("aws")};
  if (!given) argv.insert(argv.end(), {const_cast<char*>("--endpoint-url"), const_cast<char*>(endpoint.c_str())});
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execvp("aws", argv.data());
  fmt::print(stderr, "stratolite: cannot run the AWS CLI ({}); install it, for example with 'pip install awscli'\n",
             std::strerror(errno));
  return 127;
}

}  // namespace stratolite::cli
