#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <deque>

#include "cli/access_command.hpp"
#include "cli/ca_command.hpp"
#include "cli/client_commands.hpp"
#include "cli/completion.hpp"
#include "cli/doctor.hpp"
#include "cli/doctor_data.hpp"
#include "cli/environment_commands.hpp"
#include "cli/requests_command.hpp"
#include "cli/settings.hpp"
#include "cli/snapshot_command.hpp"
#include "cli/start.hpp"
#include "cli/status_command.hpp"
#include "cli/version.hpp"
#include "cli/worlds_command.hpp"
#include "http/admin_client.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::cli {
namespace {

constexpr int kMisunderstood = 2;

/// What the parser filled in. One object per run of Main.
struct Words {
  std::string config;
  FlagValues flags;
  bool detach = false;
  bool json = false;
  bool tls = false;
  bool path_only = false;
  std::string endpoint;
  std::string account = "000000000000";
  std::string region = "us-east-1";
  std::string shell = "sh";
  std::string completion_shell = "bash";
  ClockCommand clock;
  /// Empty: the default one.
  std::string world;
  WorldCommand new_world;
  SnapshotCommand snapshot;
  RequestsCommand requests;
  StatusCommand status;
  std::string request_id;
  LearnCommand learn;
  DataWords data;
};

/// `group`: the heading in the help text; empty hides them there.
void AddSettings(CLI::App& app, Words& words, const std::string& group = "Settings") {
  for (const SettingDescriptor& setting : AllSettings()) {
    const std::string flag = fmt::format("--{}", setting.name);
    const std::string help = fmt::format("{} [{}]", setting.help, EnvironmentName(setting.name));
    const std::string name(setting.name);
    if (setting.placeholder.empty()) {
      app.add_flag_callback(flag, [&words, name] { words.flags.emplace_back(name, "true"); }, help)->group(group);
    } else {
      CLI::Option* const option = app.add_option_function<std::vector<std::string>>(
          flag,
          [&words, name](const std::vector<std::string>& values) {
            for (const std::string& value : values) words.flags.emplace_back(name, value);
          },
          help);
      option->type_name(std::string(setting.placeholder))->type_size(1)->expected(setting.repeatable ? -1 : 1);
      option->multi_option_policy(setting.repeatable ? CLI::MultiOptionPolicy::TakeAll
                                                     : CLI::MultiOptionPolicy::TakeLast);
      option->allow_extra_args(false)->group(group);
    }
  }
  app.add_option("--config", words.config, "Settings file in TOML, keys as the flags [STRATOLITE_CONFIG]")
      ->type_name("FILE")
      ->group(group);
}

void AddEndpoint(CLI::App& app, Words& words) {
  app.add_option("--endpoint", words.endpoint, "Where the daemon answers [STRATOLITE_ENDPOINT]")
      ->type_name("URL")
      ->capture_default_str();
}

void AddClientIdentity(CLI::App& app, Words& words) {
  AddEndpoint(app, words);
  app.add_option("--account", words.account, "Account to act in: it becomes the access key")
      ->type_name("ID")
      ->capture_default_str();
  app.add_option("--region", words.region, "Region to act in")->type_name("REGION")->capture_default_str();
}

void AddWorld(CLI::App& app, Words& words) {
  app.add_option("--world", words.world, "The world meant, instead of the default one")->type_name("NAME");
}

void AddShell(CLI::App& app, std::string& shell) {
  app.add_option("--shell", shell, "sh, fish, powershell or dotenv")
      ->check(CLI::IsMember({"sh", "bash", "zsh", "fish", "powershell", "dotenv"}))
      ->capture_default_str();
}

void AddWorldCommands(CLI::App& app, Words& words) {
  WorldCommand& world = words.new_world;
  CLI::App& worlds = *app.add_subcommand("worlds", "Make, list and delete worlds: isolated copies of everything");
  worlds.require_subcommand(0, 1);
  CLI::App& list = *worlds.add_subcommand("list", "The worlds there are");
  CLI::App& fork = *worlds.add_subcommand("fork", "Make a copy of a world, with an access key of its own");
  fork.add_option("--from", world.from, "The world to copy")->type_name("NAME")->capture_default_str();
  CLI::App& create = *worlds.add_subcommand("create", "Make an empty world, with an access key of its own");
  CLI::App& show = *worlds.add_subcommand("show", "A world's access key and secret");
  CLI::App& remove = *worlds.add_subcommand("delete", "Delete a world");
  for (CLI::App* making : {&fork, &create}) {
    making->add_option("--name", world.name, "Its name: lower-case letters, digits and hyphens")->type_name("NAME");
    making->add_option("--account", world.account, "Account of its access key")->type_name("ID");
  }
  for (CLI::App* about : {&show, &remove}) about->add_option("name", world.name, "The world's name")->required();
  for (CLI::App* printing : {&fork, &create, &show}) {
    AddShell(*printing, world.shell);
    printing->add_option("--region", words.region, "Region for --shell")->type_name("REGION")->capture_default_str();
  }
  for (CLI::App* printing : {&list, &fork, &create, &show}) {
    printing->add_flag("--json", world.json, "As JSON");
  }
  for (CLI::App* any : {&worlds, &list, &fork, &create, &show, &remove}) AddEndpoint(*any, words);
}

void AddSnapshotCommands(CLI::App& app, Words& words) {
  SnapshotCommand& command = words.snapshot;
  CLI::App& snapshot = *app.add_subcommand("snapshot", "Save a world to a file, or load one, while the daemon runs");
  snapshot.require_subcommand(1);
  CLI::App& save = *snapshot.add_subcommand("save", "Write a world to a file");
  CLI::App& load = *snapshot.add_subcommand("load", "Replace a world by what a file holds");
  for (CLI::App* either : {&save, &load}) {
    either->add_option("file", command.file, "The file, on the daemon's machine")->required();
    either->add_option("--world", command.world, "The world meant, instead of the default one")->type_name("NAME");
    AddEndpoint(*either, words);
  }
  load.add_option("--as", command.as, "Make a new world of this name instead")->type_name("NAME")->excludes("--world");
}

int RunWorldCommand(const CLI::App& worlds, const Words& words) {
  const auto chosen = worlds.get_subcommands();
  const std::string command = chosen.empty() ? "list" : chosen.front()->get_name();
  if (command == "list") return ListWorlds(words.endpoint, words.new_world.json);
  if (command == "fork") return ForkWorld(words.endpoint, words.region, words.new_world);
  if (command == "create") return CreateWorld(words.endpoint, words.region, words.new_world);
  if (command == "show") return ShowWorld(words.endpoint, words.region, words.new_world);
  return DeleteWorld(words.endpoint, words.new_world.name);
}

void AddAuthorityCommand(CLI::App& app, Words& words) {
  CLI::App& ca = *app.add_subcommand("ca", "Print the certificate that clients of https:// endpoints must trust");
  AddEndpoint(ca, words);
  ca.add_flag("--path", words.path_only, "Where it is kept, instead");
  const auto data_dir = [&words](const std::string& value) { words.flags.emplace_back("data-dir", value); };
  ca.add_option_function<std::string>("--data-dir", data_dir, "That of this data directory, without asking a daemon")
      ->type_name("DIR");
  ca.add_option("--config", words.config, "Settings file in TOML [STRATOLITE_CONFIG]")->type_name("FILE");
}

void AddRequestsCommand(CLI::App& app, Words& words) {
  constexpr int kMostRequests = 10'000;
  CLI::App& requests = *app.add_subcommand("requests", "The last requests: who, what, when, how they ended");
  RequestsCommand& wanted = words.requests;
  AddEndpoint(requests, words);
  requests.add_flag("--follow,-f", wanted.follow, "Go on with those to come");
  requests.add_flag("--json", wanted.json, "One JSON object a line");
  requests.add_option("--service", wanted.service, "Only this service's")->type_name("NAME");
  requests.add_option("--operation", wanted.operation, "Only this operation's")->type_name("NAME");
  requests.add_option("--status", wanted.status, "Only those with this HTTP status, 404 or 4xx")->type_name("STATUS");
  requests.add_option("--error", wanted.error, "Only those with this error code")->type_name("CODE");
  requests.add_option("--account", wanted.account, "Only this account's")->type_name("ID");
  requests.add_option("--world", wanted.world, "Only this world's")->type_name("WORLD");
  requests.add_option("--limit", wanted.limit, "How many at most")
      ->type_name("N")
      ->check(CLI::Range(1, kMostRequests))
      ->capture_default_str();
}

void AddAccessCommands(CLI::App& app, Words& words) {
  CLI::App& why = *app.add_subcommand("why", "Why a request was refused: signature, or policies and what they lack");
  AddEndpoint(why, words);
  why.add_option("request-id", words.request_id, "As the answer and `stratolite requests` show it")
      ->required()
      ->type_name("ID");
  why.add_flag("--json", words.json, "All of it, as JSON");
  CLI::App& learn = *app.add_subcommand("learn", "Write the policies that allow what is really done, and no more");
  learn.require_subcommand(1);
  CLI::App& start = *learn.add_subcommand("start", "Forget what was learnt, and begin");
  CLI::App& stop = *learn.add_subcommand("stop", "End, and print a policy for each user and role");
  for (CLI::App* either : {&start, &stop}) {
    AddEndpoint(*either, words);
    either->add_option("--world", words.learn.world, "In this world")->type_name("WORLD");
  }
  stop.add_flag("--json", words.learn.json, "As one JSON array");
  stop.add_option("--directory", words.learn.directory, "Write each into a file of its own there")->type_name("DIR");
}

void AddStatusCommands(CLI::App& app, Words& words) {
  constexpr double kShortestInterval = 0.1;
  constexpr double kLongestInterval = 3600;
  CLI::App& status = *app.add_subcommand("status", "What a running daemon is, does and holds");
  CLI::App& top = *app.add_subcommand("top", "The same, again and again: requests, queues, buckets; q ends it");
  for (CLI::App* either : {&status, &top}) {
    AddEndpoint(*either, words);
    either->add_option("--world", words.status.world, "Whose queues and buckets, instead of the default world's")
        ->type_name("NAME");
  }
  status.add_flag("--json", words.status.json, "All of it, as JSON");
  top.add_flag("--once", words.status.once, "Show it once, as text");
  top.add_option("--interval", words.status.interval, "Seconds between two looks")
      ->type_name("SECONDS")
      ->check(CLI::Range(kShortestInterval, kLongestInterval))
      ->capture_default_str();
}

void AddCommands(CLI::App& app, Words& words) {
  AddSettings(app, words, "");  // `stratolite --port 0` is `stratolite start --port 0`
  CLI::App& start = *app.add_subcommand("start", "Start the daemon (in the foreground, unless --detach)");
  start.add_flag("--detach", words.detach, "Return once the daemon answers; it goes on in the background");
  AddSettings(start, words);
  AddEndpoint(*app.add_subcommand("stop", "Stop a running daemon and wait until it is gone"), words);
  AddStatusCommands(app, words);
  CLI::App& env =
      *app.add_subcommand("env", "Print the variables that point AWS clients here: eval \"$(stratolite env)\"");
  AddClientIdentity(env, words);
  AddShell(env, words.shell);
  env.add_flag("--tls", words.tls, "An https:// endpoint, and AWS_CA_BUNDLE so that clients trust it");
  AddAuthorityCommand(app, words);
  CLI::App& aws = *app.add_subcommand("aws", "Run the AWS CLI against the daemon: stratolite aws sqs list-queues");
  aws.prefix_command()->set_help_flag();
  CLI::App& reset = *app.add_subcommand("reset", "Empty the world: every account, every region");
  AddEndpoint(reset, words);
  AddWorld(reset, words);
  CLI::App& clock = *app.add_subcommand("clock", "Show or change the world's time");
  AddEndpoint(clock, words);
  AddWorld(clock, words);
  clock.add_flag("--freeze", words.clock.freeze, "Stand still");
  clock.add_flag("--unfreeze", words.clock.unfreeze, "Go on from here")->excludes("--freeze");
  clock.add_option("--set", words.clock.set, "Set to a moment, such as 2026-01-02T03:04:05Z")->type_name("TIME");
  clock
      .add_option("--advance", words.clock.advance,
                  "Move on by an ISO 8601 duration, such as PT1H or P31D; what becomes due happens")
      ->type_name("DURATION");
  clock.add_option("--speed", words.clock.speed, "Seconds per real second")
      ->type_name("FACTOR")
      ->check(CLI::PositiveNumber);
  AddWorldCommands(app, words);
  AddSnapshotCommands(app, words);
  AddRequestsCommand(app, words);
  AddAccessCommands(app, words);
  CLI::App& coverage = *app.add_subcommand("coverage", "Which operations are built");
  AddEndpoint(coverage, words);
  coverage.add_flag("--json", words.json, "All operations, as JSON");
  CLI::App& doctor = *app.add_subcommand("doctor", "Check what this machine offers a daemon");
  doctor.add_flag("--check", words.data.check, "Look through a data directory instead, while no daemon uses it");
  doctor.add_flag("--repair", words.data.repair,
                  "Mend what --check finds: damaged things move aside, nothing is deleted");
  doctor.add_flag("--json", words.data.json, "With --check and --repair: one JSON object");
  AddSettings(doctor, words);
  CLI::App& completion =
      *app.add_subcommand("completion", "Print a completion script: source <(stratolite completion bash)");
  completion.add_option("shell", words.completion_shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->capture_default_str();
}

/// Words that look like one of `app`'s options or commands, for "did you mean".
std::string Suggestion(const CLI::App& app, const std::string& word) {
  std::deque<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (const CLI::App* command : app.get_subcommands(nullptr)) known.push_back(command->get_name());
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view nearest = NearestName(word.substr(0, word.find('=')), names);
  return nearest.empty() ? "" : fmt::format(" Did you mean {}?", nearest);
}

const CLI::App& ChosenCommand(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

int Misunderstood(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = ChosenCommand(app);
  std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extras.empty()) {
    fmt::print(stderr, "stratolite: unknown {} '{}'.{}\n", extras[0].starts_with('-') ? "flag" : "command", extras[0],
               Suggestion(command, extras[0]));
  } else {
    fmt::print(stderr, "stratolite: {}\n", error.what());
  }
  fmt::print(stderr, "See 'stratolite {}--help'.\n", &command == &app ? "" : command.get_name() + " ");
  return kMisunderstood;
}

/// The daemon's authority; without a daemon, or for a named data directory, the one that a daemon would use.
int RunAuthorityCommand(const Words& words, std::span<const char* const> environment) {
  if (words.flags.empty() && words.config.empty()) {
    try {
      return PrintAuthority(AuthorityOfDaemon(words.endpoint), words.path_only);
    } catch (const http::ClientError&) {
    }
  }
  const Settings settings = LoadSettings({words.config, environment, words.flags});
  return PrintAuthority(AuthorityOfDataDirectory(settings.data_dir), words.path_only);
}

int RunCommand(const CLI::App& app, const Words& words, std::span<const char* const> environment) {
  const std::string command = app.get_subcommands().empty() ? "start" : app.get_subcommands().front()->get_name();
  if (command == "completion") {
    fmt::print("{}", CompletionScript(app, words.completion_shell));
    return 0;
  }
  if (command == "start" || command == "doctor") {
    const Settings settings = LoadSettings({words.config, environment, words.flags});
    if (command == "start") return Start(settings, words.detach);
    if (words.data.check || words.data.repair) return DoctorData(settings, words.data);
    return Doctor(settings, fmt::format("http://localhost:{}", settings.port));
  }
  if (command == "stop") return Stop(words.endpoint);
  if (command == "status") return Status(words.endpoint, words.status);
  if (command == "top") return Top(words.endpoint, words.status);
  if (command == "reset") return Reset(words.endpoint, words.world);
  if (command == "requests") return Requests(words.endpoint, words.requests);
  if (command == "why") return Why(words.endpoint, words.request_id, words.json);
  if (command == "learn") {
    const bool starts = app.get_subcommands().front()->get_subcommands().front()->get_name() == "start";
    return starts ? StartLearning(words.endpoint, words.learn) : StopLearning(words.endpoint, words.learn);
  }
  if (command == "coverage") return Coverage(words.endpoint, words.json);
  if (command == "clock") return Clock(words.endpoint, words.world, words.clock);
  if (command == "snapshot") {
    const bool saves = app.get_subcommands().front()->get_subcommands().front()->get_name() == "save";
    return saves ? SaveSnapshot(words.endpoint, words.snapshot) : LoadSnapshot(words.endpoint, words.snapshot);
  }
  if (command == "worlds") return RunWorldCommand(*app.get_subcommands().front(), words);
  if (command == "ca") return RunAuthorityCommand(words, environment);
  if (command == "env") {
    const std::string endpoint = words.tls ? AsHttps(words.endpoint) : words.endpoint;
    return PrintEnvironment(endpoint, words.account, words.region, words.shell);
  }
  return RunAws(words.endpoint, words.account, words.region, app.get_subcommands().front()->remaining());
}

std::string DefaultEndpoint(std::span<const char* const> environment) {
  constexpr std::string_view kPrefix = "STRATOLITE_ENDPOINT=";
  for (const std::string_view entry : environment) {
    if (entry.starts_with(kPrefix) && entry.size() > kPrefix.size()) return std::string(entry.substr(kPrefix.size()));
  }
  return "http://localhost:4566";
}

}  // namespace

int Main(int argc, const char* const* argv, const char* const* environment) {
  std::size_t variables = 0;
  while (environment[variables] != nullptr) ++variables;
  const std::span<const char* const> variables_given(environment, variables);

  Words words;
  words.endpoint = DefaultEndpoint(variables_given);
  CLI::App app("A local AWS region: point boto3, the AWS CLI, any SDK or Terraform at http://localhost:4566.",
               "stratolite");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(0, 1);
  app.footer(
      "Without a command, 'stratolite' is 'stratolite start'. Settings come from flags, STRATOLITE_* variables and a "
      "file, in that order.");
  try {
    AddCommands(app, words);
    app.parse(argc, argv);
  } catch (const CLI::Success& shown) {
    return app.exit(shown);
  } catch (const CLI::ParseError& error) {
    return Misunderstood(app, error);
  }
  try {
    return RunCommand(app, words, variables_given);
  } catch (const http::ClientError& error) {
    fmt::print(stderr, "stratolite: {}\n", error.what());
  } catch (const SettingsError& error) {
    fmt::print(stderr, "stratolite: {}\n", error.what());
    return kMisunderstood;
  } catch (const std::exception& error) {
    fmt::print(stderr, "stratolite: {}\n", error.what());
  }
  return 1;
}

}  // namespace stratolite::cli
