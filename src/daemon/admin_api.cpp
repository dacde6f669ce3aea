#include "daemon/admin_api.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "daemon/access_api.hpp"
#include "daemon/clock_change.hpp"
#include "daemon/outbox_page.hpp"
#include "daemon/worlds_api.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite::daemon {
namespace {

wire::HttpResponse Answer(const Json& body, int status = 200) {
  wire::HttpResponse response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  response.body.push_back('\n');
  return response;
}

wire::HttpResponse AnswerError(const AwsError& error) {
  return Answer(Json{{"code", error.code}, {"message", error.message}},
                error.http_status != 0 ? error.http_status : 400);
}

std::optional<std::unordered_map<std::string, std::string>> DecodeQuery(std::string_view query) {
  std::unordered_map<std::string, std::string> out;
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    if (field.empty()) continue;
    const auto equals = field.find('=');
    const auto name = PercentDecode(field.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                        : PercentDecode(field.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    out.insert_or_assign(*name, *value);
  }
  return out;
}

/// In LocalStack's words; https://docs.localstack.cloud/references/init-hooks/
Json DescribeScripts(const InitScripts::Progress& progress) {
  Json scripts = Json::array();
  for (const auto& [path, state] : progress.scripts) {
    scripts.push_back({{"stage", "READY"}, {"name", path.filename().string()}, {"state", ScriptStateName(state)}});
  }
  return scripts;
}

constexpr std::string_view kOwnPrefix = "/_stratolite/";
constexpr std::string_view kWhyPrefix = "/_stratolite/why/";
constexpr std::string_view kWorldsPrefix = "/_stratolite/worlds/";
constexpr std::string_view kCertificatePrefix = "/SimpleNotificationService-";
constexpr std::string_view kCertificateSuffix = ".pem";

}  // namespace

/// A fixed path and what answers there, by method; GET pages answer HEAD too.
struct AdminApi::Page {
  std::string_view path;
  wire::HttpResponse (AdminApi::*get)(const wire::HttpRequest&) const = nullptr;
  wire::HttpResponse (AdminApi::*post)(const wire::HttpRequest&) const = nullptr;
  wire::HttpResponse (AdminApi::*remove)(const wire::HttpRequest&) const = nullptr;

  std::vector<std::string_view> Methods() const {
    std::vector<std::string_view> methods;
    if (get != nullptr) methods.push_back("GET");
    if (post != nullptr) methods.push_back("POST");
    if (remove != nullptr) methods.push_back("DELETE");
    return methods;
  }
};

const std::vector<AdminApi::Page>& AdminApi::Pages() {
  static const std::vector<Page> pages{
      {"/_stratolite/", &AdminApi::Index, nullptr},
      {"/_stratolite/health", &AdminApi::Health, nullptr},
      {"/_stratolite/status", &AdminApi::Status, nullptr},
      {"/_stratolite/coverage", &AdminApi::Coverage, nullptr},
      {"/_stratolite/ca", &AdminApi::Ca, nullptr},
      {"/_stratolite/requests", &AdminApi::NoJournal, nullptr},
      {"/_stratolite/reset", nullptr, &AdminApi::Reset},
      {"/_stratolite/clock", &AdminApi::ReadClock, &AdminApi::ChangeClock},
      {"/_stratolite/worlds", &AdminApi::ListWorlds, &AdminApi::MakeWorld},
      {"/_stratolite/snapshot", nullptr, &AdminApi::Snapshot},
      {"/_stratolite/learn/start", nullptr, &AdminApi::StartLearn},
      {"/_stratolite/learn/stop", nullptr, &AdminApi::StopLearn},
      {"/_stratolite/events", &AdminApi::Events, nullptr},
      {"/_stratolite/outbox", &AdminApi::ReadOutbox, nullptr, &AdminApi::EmptyOutbox},
      {"/_localstack/health", &AdminApi::LocalstackHealth, nullptr},
      {"/_localstack/init", &AdminApi::LocalstackInit, nullptr},
      {"/_localstack/init/boot", &AdminApi::LocalstackInitStage, nullptr},
      {"/_localstack/init/start", &AdminApi::LocalstackInitStage, nullptr},
      {"/_localstack/init/ready", &AdminApi::LocalstackInitStage, nullptr},
      {"/_localstack/state/reset", nullptr, &AdminApi::Reset},
  };
  return pages;
}

wire::HttpResponse AdminApi::Refuse(int status, std::string_view message) {
  return Answer(Json{{"message", message}}, status);
}

wire::HttpResponse AdminApi::Handle(const wire::HttpRequest& request) const {
  try {
    const auto query = DecodeQuery(request.query());
    if (!query) return Refuse(400, "The query string is not well-formed.");
    const auto name = query->find("world");
    if (name == query->end()) return AnswerPage(request);
    auto universe = universes_.Find(name->second);
    if (!universe) return AnswerError(NoSuchWorld(name->second));
    return AdminApi(*this, std::move(universe)).AnswerPage(request);
  } catch (const std::exception& error) {
    return Refuse(500, fmt::format("{} failed: {}", request.path(), error.what()));
  }
}

wire::HttpResponse AdminApi::AnswerPage(const wire::HttpRequest& request) const {
  std::string_view path = request.path();
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (path == "/_stratolite") path = kOwnPrefix;
  if (IsSigningCertificate(request)) return SigningCertificate(path);
  for (const Page& page : Pages()) {
    if (page.path != path) continue;
    if (reads && page.get != nullptr) return (this->*page.get)(request);
    if (request.method == "POST" && page.post != nullptr) return (this->*page.post)(request);
    if (request.method == "DELETE" && page.remove != nullptr) return (this->*page.remove)(request);
    const std::string allowed = fmt::format("{}", fmt::join(page.Methods(), ", "));
    auto response = Refuse(405, fmt::format("{} answers {}.", path, allowed));
    response.headers.Add("Allow", allowed);
    return response;
  }
  if (path.starts_with(kWorldsPrefix)) return OneWorld(path.substr(kWorldsPrefix.size()), request);
  if (path.starts_with(kWhyPrefix) && reads) return Why(path.substr(kWhyPrefix.size()));
  for (const std::string_view prefix : {kOwnPrefix, std::string_view("/_aws/")}) {
    if (path.starts_with(prefix)) return ServicePage(path.substr(prefix.size()), request);
  }
  return ServicePage({}, request);
}

/// `<service>/<path>`, or what to say of an unknown path.
wire::HttpResponse AdminApi::ServicePage(std::string_view rest, const wire::HttpRequest& request) const {
  const auto slash = rest.find('/');
  const std::string_view name = rest.substr(0, slash);
  Service* const service =
      slash == std::string_view::npos || world().FindDescriptor(name) == nullptr ? nullptr : world().FindService(name);
  if (service != nullptr) {
    auto query = DecodeQuery(request.query());
    query->erase("world");
    const Service::AdminRequest page{
        .path = std::string(rest.substr(slash + 1)),
        .query = *std::move(query),
        .default_scope = {facts_.default_account, facts_.default_region},
        .endpoint = fmt::format("{}://{}", request.tls ? "https" : "http", request.host()),
    };
    if (const auto answer = service->Admin(page))
      return answer->ok() ? Answer(answer->value()) : AnswerError(answer->error());
  }
  Json paths = Json::array();
  std::vector<std::string_view> known;
  for (const Page& page : Pages()) {
    paths.push_back(page.path);
    known.push_back(page.path);
  }
  paths.push_back("/_stratolite/worlds/<name>");
  paths.push_back("/_stratolite/why/<request-id>");
  paths.push_back("/_stratolite/<service>/<page>");
  std::string message = fmt::format("There is no page {}.", request.path());
  if (const auto near = NearestName(request.path(), known); !near.empty())
    message += fmt::format(" Is {} meant?", near);
  return Answer(Json{{"message", message}, {"paths", paths}}, 404);
}

wire::HttpResponse AdminApi::Index(const wire::HttpRequest&) const {
  Json pages = Json::object();
  for (const Page& page : Pages()) {
    pages[std::string(page.path)] = page.Methods();
  }
  pages["/_stratolite/worlds/<name>"] = Json{"GET", "DELETE"};
  pages["/_stratolite/why/<request-id>"] = Json{"GET"};
  pages["/_stratolite/<service>/<page>"] = Json{"GET"};
  return Answer(Json{{"version", STRATOLITE_VERSION}, {"pages", pages}});
}

Json AdminApi::ServiceStates() const {
  Json states = Json::object();
  for (const std::string_view name : wire::LinkedModelNames()) {
    const auto* const descriptor = world().FindDescriptor(name);
    if (descriptor != nullptr && descriptor->make != nullptr) states[std::string(name)] = "available";
  }
  return states;
}

Json AdminApi::HealthFacts() const {
  return Json{
      {"status", "running"},
      {"version", STRATOLITE_VERSION},
      {"pid", static_cast<std::int64_t>(::getpid())},
      {"auth", facts_.auth_mode},
      {"iam", IamModeName(world().iam_mode())},
      {"data_dir", facts_.data_dir},
      {"persistent", facts_.persistent},
      {"services", ServiceStates()},
  };
}

wire::HttpResponse AdminApi::Health(const wire::HttpRequest&) const { return Answer(HealthFacts()); }

wire::HttpResponse AdminApi::Status(const wire::HttpRequest&) const {
  Json status = HealthFacts();
  status.update(DescribeStatus(facts_.status, universes_, *universe_, facts_.data_dir));
  return Answer(status);
}

wire::HttpResponse AdminApi::Events(const wire::HttpRequest&) const {
  const EventRouter::Status status = world().deps().events.ReadStatus();
  Json losses = Json::array();
  for (const auto& [at, source, target, reason] : status.losses) {
    losses.push_back({{"at", FormatIso8601(at, true)},
                      {"source", source.ToString()},
                      {"target", target.ToString()},
                      {"code", reason.code},
                      {"message", reason.message}});
  }
  return Answer(Json{{"waiting", status.waiting},
                     {"delivered", status.delivered},
                     {"lost", status.lost},
                     {"retried", status.retried},
                     {"losses", std::move(losses)}});
}

wire::HttpResponse AdminApi::ReadOutbox(const wire::HttpRequest& request) const {
  auto query = DecodeQuery(request.query());
  query->erase("world");
  const auto page = DescribeOutbox(*world().deps().ports.Find<ports::SentMessages>(), *query);
  return page.ok() ? Answer(*page) : AnswerError(page.error());
}

wire::HttpResponse AdminApi::EmptyOutbox(const wire::HttpRequest&) const {
  world().deps().ports.Find<ports::SentMessages>()->Clear();
  return Answer(Json{{"status", "empty"}});
}

wire::HttpResponse AdminApi::LocalstackHealth(const wire::HttpRequest&) const {
  return Answer(Json{{"services", ServiceStates()}, {"edition", "stratolite"}, {"version", STRATOLITE_VERSION}});
}

wire::HttpResponse AdminApi::LocalstackInit(const wire::HttpRequest&) const {
  const auto progress =
      facts_.init == nullptr ? InitScripts::Progress{.completed = true, .scripts = {}} : facts_.init->progress();
  return Answer(Json{
      {"completed", Json{{"BOOT", true}, {"START", true}, {"READY", progress.completed}, {"SHUTDOWN", false}}},
      {"scripts", DescribeScripts(progress)},
  });
}

wire::HttpResponse AdminApi::LocalstackInitStage(const wire::HttpRequest& request) const {
  if (facts_.init == nullptr || !request.path().ends_with("/ready"))
    return Answer(Json{{"completed", true}, {"scripts", Json::array()}});
  const auto progress = facts_.init->progress();
  return Answer(Json{{"completed", progress.completed}, {"scripts", DescribeScripts(progress)}});
}

wire::HttpResponse AdminApi::Coverage(const wire::HttpRequest&) const {
  Json services = Json::object();
  std::size_t all_built = 0;
  std::size_t all = 0;
  for (const std::string_view name : wire::LinkedModelNames()) {
    const auto model = wire::FindLinkedModel(name);
    const auto* const descriptor = world().FindDescriptor(name);
    const OperationTable* const table = descriptor == nullptr ? nullptr : world().FindOperations(name);
    Json operations = Json::object();
    std::size_t built = 0;
    for (std::size_t i = 0; i < model->operation_count(); ++i) {
      const std::string operation(model->operation(i).name());
      const auto* const entry = table == nullptr ? nullptr : table->Find(operation);
      if (entry != nullptr) ++built;
      if (entry == nullptr) {
        operations[operation] = "no";
      } else {
        operations[operation] = entry->partial_note.empty() ? "full" : "partial: " + entry->partial_note;
      }
    }
    all_built += built;
    all += model->operation_count();
    services[std::string(name)] =
        Json{{"built", built}, {"total", model->operation_count()}, {"operations", operations}};
  }
  return Answer(Json{{"built", all_built}, {"total", all}, {"services", services}});
}

wire::HttpResponse AdminApi::Reset(const wire::HttpRequest& request) const {
  if (!request.body.empty()) {
    const Json body = ParseJsonText(request.body);
    if (body.is_discarded() || !body.is_object()) return Refuse(400, "The body must be a JSON object or empty.");
    if (!body.empty())
      return Refuse(400,
                    fmt::format("reset has no field '{}': it empties the whole world.", body.items().begin().key()));
  }
  world().Reset();
  return Answer(Json{{"status", "empty"}});
}

Json AdminApi::ClockState() const {
  auto& clock = world().clock();
  return Json{{"now", FormatIso8601(clock.Now(), true)}, {"frozen", clock.frozen()}, {"speed", clock.speed()}};
}

wire::HttpResponse AdminApi::ReadClock(const wire::HttpRequest&) const { return Answer(ClockState()); }

wire::HttpResponse AdminApi::ChangeClock(const wire::HttpRequest& request) const {
  const auto change = ParseClockChange(request.body);
  if (!change.ok()) return AnswerError(change.error());
  ApplyClockChange(*change, world());
  return Answer(ClockState());
}

wire::HttpResponse AdminApi::ListWorlds(const wire::HttpRequest&) const { return Answer(DescribeWorlds(universes_)); }

wire::HttpResponse AdminApi::MakeWorld(const wire::HttpRequest& request) const {
  const auto made = CreateWorld(universes_, request.body);
  return made.ok() ? Answer(*made, 201) : AnswerError(made.error());
}

wire::HttpResponse AdminApi::Snapshot(const wire::HttpRequest& request) const {
  const auto done = RunSnapshot(universes_, universe_->name, request.body);
  return done.ok() ? Answer(*done) : AnswerError(done.error());
}

wire::HttpResponse AdminApi::OneWorld(std::string_view name, const wire::HttpRequest& request) const {
  const bool deletes = request.method == "DELETE";
  if (!deletes && request.method != "GET" && request.method != "HEAD") {
    auto response = Refuse(405, fmt::format("{} answers GET, DELETE.", request.path()));
    response.headers.Add("Allow", "GET, DELETE");
    return response;
  }
  const auto answer = deletes ? DeleteWorld(universes_, name) : DescribeWorld(universes_, name);
  return answer.ok() ? Answer(*answer) : AnswerError(answer.error());
}

/// The certificate that TLS clients must trust, and where it is kept.
wire::HttpResponse AdminApi::Ca(const wire::HttpRequest&) const {
  if (facts_.authority == nullptr) return Refuse(404, "This daemon does not speak TLS.");
  wire::HttpResponse response;
  response.headers.Add("Content-Type", "application/x-pem-file");
  response.body = facts_.authority->Pem();
  if (const auto file = facts_.authority->file(); !file.empty())
    response.headers.Add("X-Stratolite-Ca-File", std::filesystem::absolute(file).string());
  return response;
}

bool AdminApi::IsSigningCertificate(const wire::HttpRequest& request) {
  const std::string_view path = request.path();
  return (request.method == "GET" || request.method == "HEAD") && path.starts_with(kCertificatePrefix) &&
         path.ends_with(kCertificateSuffix);
}

wire::HttpResponse AdminApi::SigningCertificate(std::string_view path) const {
  const std::string name(
      path.substr(kCertificatePrefix.size(), path.size() - kCertificatePrefix.size() - kCertificateSuffix.size()));
  std::optional<std::string> pem;
  universes_.FindWhere([&](const Universe& universe) {
    Service* const sns = universe.world->FindService("sns");
    if (sns == nullptr) return false;
    const auto page = sns->Admin({.path = "signing-certificate", .query = {{"name", name}}, .default_scope = {}});
    if (page && page->ok()) pem = (**page)["pem"].get<std::string>();
    return pem.has_value();
  });
  if (!pem) return Refuse(404, "There is no such certificate.");
  wire::HttpResponse response;
  response.headers.Add("Content-Type", "application/x-pem-file");
  response.body = *std::move(pem);
  return response;
}

wire::HttpResponse AdminApi::NoJournal(const wire::HttpRequest&) const {
  return Refuse(404, "No requests are kept: the daemon was started with --requests-kept 0.");
}

wire::HttpResponse AdminApi::StartLearn(const wire::HttpRequest&) const { return Answer(StartLearning(world())); }

wire::HttpResponse AdminApi::StopLearn(const wire::HttpRequest&) const { return Answer(StopLearning(world())); }

wire::HttpResponse AdminApi::Why(std::string_view request_id) const {
  if (const auto page = universes_.Why(request_id)) return Answer(*page);
  return Refuse(
      404,
      fmt::format(
          "No refused request with id '{}' is remembered: only refused requests are, and only the last few hundred.",
          request_id));
}

}  // namespace stratolite::daemon
