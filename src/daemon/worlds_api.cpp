#include "daemon/worlds_api.hpp"

#include <array>

#include <fmt/format.h>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::array<std::string_view, 4> kRequestFields{"fork", "empty", "name", "account"};

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
  const Json body = text.empty() ? Json::object() : Json::parse(text, nullptr, false);
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

}  // namespace stratolite::daemon
