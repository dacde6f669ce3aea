#include "daemon/worlds_api.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::array<std::string_view, 4> kRequestFields{"fork", "empty", "name", "account"};
constexpr std::array<std::string_view, 4> kSnapshotFields{"save", "load", "world", "as"};

AwsError InvalidRequest(std::string message) { return {"InvalidWorldRequest", std::move(message), 400}; }

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json Describe(const WorldRecord& record) {
  return Json{{"name", record.name},
              {"access_key_id", record.access_key_id},
              {"account", record.account.str()},
              {"forked_from", TextOrNull(record.forked_from)},
              {"created", FormatIso8601(record.created, true)}};
}

Json DescribeWithSecret(const WorldRecord& record) {
  Json out = Describe(record);
  out["secret_access_key"] = record.secret_access_key;
  return out;
}

Json DescribeDefault(const Universes& universes) {
  const Universe& universe = *universes.Default();
  return Json{{"name", universe.name},
              {"access_key_id", nullptr},
              {"account", universe.authenticator.options().default_account.str()},
              {"forked_from", nullptr},
              {"created", nullptr}};
}

Result<std::string> TextField(const Json& body, const char* name) {
  const Json& value = body.at(name);
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    return InvalidRequest(fmt::format("'{}' must be a text that is not empty.", name));
  }
  return value.get<std::string>();
}

Result<WorldRequest> ParseWorldRequest(std::string_view text) {
  const Json body = text.empty() ? Json::object() : ParseJsonText(text);
  if (!body.is_object()) return InvalidRequest(R"(The body must be a JSON object such as {"fork": "default"}.)");
  for (const auto& [name, value] : body.items()) {
    if (std::find(kRequestFields.begin(), kRequestFields.end(), name) != kRequestFields.end()) continue;
    const auto near = NearestName(name, kRequestFields);
    return InvalidRequest(fmt::format("There is no field '{}'{} The fields are fork, empty, name and account.", name,
                                      near.empty() ? "." : fmt::format("; is '{}' meant?", near)));
  }
  WorldRequest request;
  if (body.contains("empty") && !body["empty"].is_boolean()) return InvalidRequest("'empty' must be true or false.");
  if (body.value("empty", !body.contains("fork")) == body.contains("fork")) {
    return InvalidRequest("'fork' makes a copy, 'empty' a world with nothing in it: one of the two.");
  }
  if (body.contains("fork")) {
    ASSIGN_OR_RETURN(request.fork, TextField(body, "fork"));
  }
  if (body.contains("name")) {
    ASSIGN_OR_RETURN(request.name, TextField(body, "name"));
  }
  if (body.contains("account")) {
    ASSIGN_OR_RETURN(std::string account, TextField(body, "account"));
    if (!IsAccountId(account)) return InvalidRequest("'account' must be twelve digits.");
    request.account = AccountId(std::move(account));
  }
  return request;
}

AwsError InvalidSnapshotRequest(std::string message) { return {"InvalidSnapshotRequest", std::move(message), 400}; }

/// What `POST /_stratolite/snapshot` asks for.
struct SnapshotRequest {
  bool load = false;
  std::filesystem::path file;
  std::string world;
  /// Of a new world to load into; empty: into `world`.
  std::string as;
};

Result<SnapshotRequest> ParseSnapshotRequest(const std::string& world, std::string_view text) {
  const Json body = ParseJsonText(text);
  if (!body.is_object()) {
    return InvalidSnapshotRequest(R"(The body must be a JSON object such as {"save": "/path/to/file"}.)");
  }
  for (const auto& [name, value] : body.items()) {
    if (std::find(kSnapshotFields.begin(), kSnapshotFields.end(), name) == kSnapshotFields.end()) {
      const auto near = NearestName(name, kSnapshotFields);
      return InvalidSnapshotRequest(fmt::format("There is no field '{}'{} The fields are save, load, world and as.",
                                                name, near.empty() ? "." : fmt::format("; is '{}' meant?", near)));
    }
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      return InvalidSnapshotRequest(fmt::format("'{}' must be a text that is not empty.", name));
    }
  }
  if (body.contains("save") == body.contains("load")) {
    return InvalidSnapshotRequest("'save' writes a file, 'load' reads one: one of the two.");
  }
  SnapshotRequest request;
  request.load = body.contains("load");
  request.file = body[request.load ? "load" : "save"].get<std::string>();
  request.world = body.value("world", world);
  request.as = body.value("as", "");
  if (!request.as.empty() && (!request.load || body.contains("world"))) {
    return InvalidSnapshotRequest("'as' names the new world that a snapshot is loaded into.");
  }
  if (!request.file.is_absolute()) {
    return InvalidSnapshotRequest(
        fmt::format("'{}' must be an absolute path: it is the daemon's.", request.file.string()));
  }
  return request;
}

Json DescribeSnapshot(const storage::SnapshotSummary& summary) {
  return Json{{"bytes", summary.bytes}, {"blobs", summary.blobs}};
}

/// Who a snapshot was taken of, for those who load it.
std::string AboutOf(const Universe& universe) {
  return Json{{"world", universe.name},
              {"account", universe.authenticator.options().default_account.str()},
              {"version", STRATOLITE_VERSION}}
      .dump();
}

/// A file at the target that is no snapshot stays: who may call must not get at the other files of the daemon's user that way. Throws StorageError.
void RefuseToReplaceOthers(const std::filesystem::path& file) {
  if (std::filesystem::exists(std::filesystem::symlink_status(file))) storage::ReadSnapshotAbout(file);
}

Result<Json> LoadAs(Universes& universes, const SnapshotRequest& request) {
  const Json about = ParseJsonText(storage::ReadSnapshotAbout(request.file));
  WorldRequest world;
  world.name = request.as;
  const std::string account = about.is_object() ? about.value("account", "") : "";
  if (IsAccountId(account)) world.account = AccountId(account);
  ASSIGN_OR_RETURN(const WorldRecord record, universes.CreateFrom(request.file, world));
  return DescribeWithSecret(record);
}

}  // namespace

Json DescribeWorlds(Universes& universes) {
  Json worlds = Json::array({DescribeDefault(universes)});
  for (const WorldRecord& record : universes.List()) worlds.push_back(Describe(record));
  return Json{{"worlds", worlds}};
}

Result<Json> DescribeWorld(Universes& universes, std::string_view name) {
  if (name == universes.Default()->name) return DescribeDefault(universes);
  if (const auto record = universes.FindRecord(name)) return DescribeWithSecret(*record);
  return NoSuchWorld(name);
}

Result<Json> CreateWorld(Universes& universes, std::string_view body) {
  ASSIGN_OR_RETURN(const WorldRequest request, ParseWorldRequest(body));
  ASSIGN_OR_RETURN(const WorldRecord record, universes.Create(request));
  return DescribeWithSecret(record);
}

Result<Json> DeleteWorld(Universes& universes, std::string_view name) {
  RETURN_IF_ERROR(universes.Delete(name));
  return Json{{"name", name}, {"status", "deleted"}};
}

Result<Json> RunSnapshot(Universes& universes, const std::string& world, std::string_view body) {
  ASSIGN_OR_RETURN(const SnapshotRequest request, ParseSnapshotRequest(world, body));
  try {
    if (!request.as.empty()) return LoadAs(universes, request);
    const std::shared_ptr<Universe> universe = universes.Find(request.world);
    if (!universe) return NoSuchWorld(request.world);
    if (!request.load) RefuseToReplaceOthers(request.file);
    Json out = DescribeSnapshot(request.load ? universe->world->Load(request.file)
                                             : universe->world->Save(request.file, AboutOf(*universe)));
    if (request.load) universes.ForgetSessions();
    out["world"] = universe->name;
    out[request.load ? "loaded" : "saved"] = request.file.string();
    return out;
  } catch (const storage::StorageError& error) {
    return AwsError{request.load ? "SnapshotNotLoaded" : "SnapshotNotSaved", error.what(), 400};
  }
}

}  // namespace stratolite::daemon
