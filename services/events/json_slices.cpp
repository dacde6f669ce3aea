#include "events/json_slices.hpp"

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::events {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t SkipSpace(std::string_view json, std::size_t at) {
  while (at < json.size() && IsSpace(json[at])) ++at;
  return at;
}

/// `at`: the opening quote. The position after the closing one.
std::size_t SkipString(std::string_view json, std::size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at + 1;
    }
  }
  return json.size();
}

/// The position after the value that begins at `at`.
std::size_t SkipValue(std::string_view json, std::size_t at) {
  if (at >= json.size()) return json.size();
  if (json[at] == '"') return SkipString(json, at);
  if (json[at] != '{' && json[at] != '[') {
    while (at < json.size() && json[at] != ',' && json[at] != '}' && json[at] != ']' && !IsSpace(json[at])) ++at;
    return at;
  }
  std::size_t depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = SkipString(json, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return json.size();
}

/// Calls `on_child(key, value)` for every member or element; `key` is a JSON string, empty for elements.
void ForEachChild(std::string_view json,
                  const std::function<void(std::string_view key, std::string_view value)>& on_child) {
  const bool object = json.starts_with('{');
  if (!object && !json.starts_with('[')) return;
  std::size_t at = SkipSpace(json, 1);
  while (at < json.size() && json[at] != '}' && json[at] != ']') {
    std::string_view key;
    if (object) {
      const std::size_t end = SkipString(json, at);
      key = json.substr(at, end - at);
      at = SkipSpace(json, end);
      if (at >= json.size()) return;
      at = SkipSpace(json, at + 1);
    }
    const std::size_t end = SkipValue(json, at);
    if (end == at) return;
    on_child(key, json.substr(at, end - at));
    at = SkipSpace(json, end);
    if (at < json.size() && json[at] == ',') at = SkipSpace(json, at + 1);
  }
}

bool NamesMember(std::string_view key, std::string_view name) {
  if (key.size() < 2) return false;
  if (key.find('\\') == std::string_view::npos) return key.substr(1, key.size() - 2) == name;
  const Json decoded = Json::parse(key, nullptr, false);
  return decoded.is_string() && decoded.get_ref<const std::string&>() == name;
}

using Step = patterns::JsonPath::Step;

void Collect(std::string_view json, std::span<const Step> steps, std::vector<std::string_view>& found) {
  if (steps.empty()) return found.push_back(json);
  const Step& step = steps.front();
  if (step.kind == Step::Kind::kName) {
    if (!json.starts_with('{')) return;
    // The last of members with one name counts, as for whoever parses the text.
    std::optional<std::string_view> member;
    ForEachChild(json, [&](std::string_view key, std::string_view value) {
      if (NamesMember(key, step.name)) member = value;
    });
    if (member) Collect(*member, steps.subspan(1), found);
    return;
  }
  if (step.kind == Step::Kind::kIndex && !json.starts_with('[')) return;
  std::size_t index = 0;
  ForEachChild(json, [&](std::string_view, std::string_view value) {
    if (step.kind == Step::Kind::kAll || index == step.index) Collect(value, steps.subspan(1), found);
    ++index;
  });
}

}  // namespace

bool IsJsonObject(std::string_view text) {
  const std::size_t start = SkipSpace(text, 0);
  if (start >= text.size() || text[start] != '{') return false;
  int depth = 0;
  for (std::size_t at = start; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = SkipString(text, at);
      continue;
    }
    if ((c == '{' || c == '[') && ++depth >= kMaxJsonNesting) return false;
    if (c == '}' || c == ']') --depth;
    ++at;
  }
  // Where a NUL stands, the library sees the end of the text.
  return text.find('\0') == std::string_view::npos && Json::accept(text);
}

std::string CompactJson(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      const std::size_t end = SkipString(text, at);
      out += text.substr(at, end - at);
      at = end;
    } else {
      if (!IsSpace(text[at])) out += text[at];
      ++at;
    }
  }
  return out;
}

void AppendJsonString(std::string& out, std::string_view text) {
  const auto plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
  if (!std::all_of(text.begin(), text.end(), plain)) {
    out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

std::optional<std::string> FindInJson(std::string_view json, const patterns::JsonPath& path) {
  std::vector<std::string_view> found;
  Collect(json, path.steps(), found);
  if (found.empty()) return std::nullopt;
  if (path.definite()) return std::string(found.front());
  std::string all = "[";
  for (const std::string_view value : found) {
    if (all.size() > 1) all += ',';
    all += value;
  }
  return all + ']';
}

}  // namespace stratolite::events
