#include "stratolite/service/fields.hpp"

#include "stratolite/service/errors.hpp"

namespace stratolite {
namespace {

const Json kEmptyList = Json::array();
const Json kEmptyObject = Json::object();

}  // namespace

bool Fields::Has(std::string_view name) const { return Find(name) != nullptr; }

const Json* Fields::Find(std::string_view name) const {
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> Fields::String(std::string_view name) const {
  const Json* field = Find(name);
  if (field == nullptr) return MissingParameter(name);
  return field->get_ref<const std::string&>();
}

std::string Fields::StringOr(std::string_view name, std::string_view fallback) const {
  const Json* field = Find(name);
  return field == nullptr ? std::string(fallback) : field->get_ref<const std::string&>();
}

std::optional<std::string> Fields::OptionalString(std::string_view name) const {
  const Json* field = Find(name);
  if (field == nullptr) return std::nullopt;
  return field->get_ref<const std::string&>();
}

Result<std::int64_t> Fields::Int(std::string_view name) const {
  const Json* field = Find(name);
  if (field == nullptr) return MissingParameter(name);
  return field->get<std::int64_t>();
}

std::int64_t Fields::IntOr(std::string_view name, std::int64_t fallback) const {
  const Json* field = Find(name);
  return field == nullptr ? fallback : field->get<std::int64_t>();
}

std::optional<std::int64_t> Fields::OptionalInt(std::string_view name) const {
  const Json* field = Find(name);
  if (field == nullptr) return std::nullopt;
  return field->get<std::int64_t>();
}

bool Fields::BoolOr(std::string_view name, bool fallback) const {
  const Json* field = Find(name);
  return field == nullptr ? fallback : field->get<bool>();
}

std::optional<TimePoint> Fields::OptionalTime(std::string_view name) const {
  const Json* field = Find(name);
  if (field == nullptr) return std::nullopt;
  return FromEpochSeconds(field->get<double>());
}

std::vector<std::string> Fields::Strings(std::string_view name) const {
  std::vector<std::string> strings;
  for (const Json& element : List(name)) strings.push_back(element.get_ref<const std::string&>());
  return strings;
}

const Json& Fields::List(std::string_view name) const {
  const Json* field = Find(name);
  return field == nullptr ? kEmptyList : *field;
}

const Json& Fields::Object(std::string_view name) const {
  const Json* field = Find(name);
  return field == nullptr ? kEmptyObject : *field;
}

std::optional<std::string> Fields::Blob(std::string_view name) const {
  const Json* field = Find(name);
  if (field == nullptr) return std::nullopt;
  const auto& bytes = field->get_binary();
  return std::string(bytes.begin(), bytes.end());
}

Json ToJson(TimePoint time) {
  const std::int64_t millis = EpochMillis(time);
  if (millis % 1000 == 0) return Json(millis / 1000);
  return Json(static_cast<double>(millis) / 1000.0);
}

Json ToJsonBlob(std::string_view bytes) { return Json::binary({bytes.begin(), bytes.end()}); }

}  // namespace stratolite
