#include "s3/object_details.hpp"

#include <array>
#include <utility>

namespace stratolite::s3 {
namespace {

using Method = Encryption::Method;

constexpr std::string_view kPlain = "{}";

constexpr std::array<std::pair<Method, const char*>, 4> kMethodNames = {{
    {Method::kS3, "s3"},
    {Method::kKms, "kms"},
    {Method::kDoubleKms, "dsse"},
    {Method::kCustomerKey, "customer"},
}};

std::int64_t Micros(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint TimeOf(const Json& micros) { return TimePoint(Duration(micros.get<std::int64_t>())); }

Json ToJson(const Encryption& encryption) {
  Json json = Json::object();
  for (const auto& [method, name] : kMethodNames)
    if (method == encryption.method) json["method"] = name;
  if (!encryption.kms_key.empty()) json["key"] = encryption.kms_key;
  if (!encryption.kms_context.empty()) json["context"] = encryption.kms_context;
  if (encryption.bucket_key) json["bucket_key"] = true;
  if (!encryption.customer_key_md5.empty()) json["md5"] = encryption.customer_key_md5;
  if (!encryption.nonce.empty()) json["nonce"] = encryption.nonce;
  return json;
}

Encryption ToEncryption(const Json& json) {
  Encryption encryption;
  for (const auto& [method, name] : kMethodNames)
    if (json.at("method") == name) encryption.method = method;
  encryption.kms_key = json.value("key", "");
  encryption.kms_context = json.value("context", "");
  encryption.bucket_key = json.value("bucket_key", false);
  encryption.customer_key_md5 = json.value("md5", "");
  encryption.nonce = json.value("nonce", "");
  return encryption;
}

}  // namespace

std::string DumpDetails(const ObjectDetails& details) {
  static const ObjectDetails kNone;
  if (details == kNone) return std::string(kPlain);
  Json json = Json::object();
  if (details.encryption != Encryption()) json["encryption"] = ToJson(details.encryption);
  if (details.retention)
    json["retention"] = {{"mode", details.retention->mode}, {"until", Micros(details.retention->until)}};
  if (details.legal_hold) json["legal_hold"] = true;
  if (details.legal_hold_released) json["legal_hold_released"] = true;
  if (details.acl) json["acl"] = *details.acl;
  if (!details.owner.empty()) json["owner"] = details.owner;
  if (!details.replication_status.empty()) json["replication"] = details.replication_status;
  if (details.restoration)
    json["restoration"] = {{"ready", Micros(details.restoration->ready)},
                           {"expires", Micros(details.restoration->expires)},
                           {"tier", details.restoration->tier},
                           {"days", details.restoration->days}};
  return json.dump();
}

ObjectDetails ParseDetails(std::string_view text) {
  ObjectDetails details;
  if (text == kPlain) return details;
  const Json json = Json::parse(text);
  if (const auto it = json.find("encryption"); it != json.end()) details.encryption = ToEncryption(*it);
  if (const auto it = json.find("retention"); it != json.end())
    details.retention = Retention{it->at("mode").get<std::string>(), TimeOf(it->at("until"))};
  details.legal_hold = json.value("legal_hold", false);
  details.legal_hold_released = json.value("legal_hold_released", false);
  if (const auto it = json.find("acl"); it != json.end()) details.acl = *it;
  details.owner = json.value("owner", "");
  details.replication_status = json.value("replication", "");
  if (const auto it = json.find("restoration"); it != json.end())
    details.restoration = Restoration{TimeOf(it->at("ready")), TimeOf(it->at("expires")),
                                      it->at("tier").get<std::string>(), it->at("days").get<std::int64_t>()};
  return details;
}

}  // namespace stratolite::s3
