#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"

namespace stratolite::patterns {

inline std::string ReadWholeFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// tests/data/patterns/<name>.
inline Json PatternTable(const std::string& name) {
  return Json::parse(ReadWholeFile(std::filesystem::path(STRATOLITE_SOURCE_DIR) / "tests/data/patterns" / name));
}

/// As much of JSON5 as the conformance files have: comments, and commas behind the last entry.
inline std::string PlainJson(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      const std::size_t start = i++;
      for (; i < text.size() && text[i] != '"'; ++i) i += text[i] == '\\';
      plain.append(text, start, i + 1 - start);
    } else if (text.substr(i, 2) == "//") {
      i = std::min(text.find('\n', i), text.size());
    } else {
      if (text[i] == '}' || text[i] == ']') {
        const std::size_t last = plain.find_last_not_of(" \n\r\t");
        if (last != std::string::npos && plain[last] == ',') plain.erase(last);
      }
      plain.push_back(text[i]);
    }
  }
  return plain;
}

/// The text of member `name` of an object's text, spelled as it is there. Precondition: there is one, and `name` is nowhere else in quotes before it.
inline std::string MemberText(const std::string& object, const std::string& name) {
  const std::size_t start = object.find_first_of("{[", object.find('"' + name + '"'));
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = start; i < object.size(); ++i) {
    if (object[i] == '\\') {
      ++i;
      continue;
    }
    if (object[i] == '"') quoted = !quoted;
    if (quoted) continue;
    depth += object[i] == '{' || object[i] == '[';
    depth -= object[i] == '}' || object[i] == ']';
    if (depth == 0) return object.substr(start, i + 1 - start);
  }
  return {};
}

/// `event-patterns` of the conformance data that lies beside the checkout, where it does.
inline std::vector<std::filesystem::path> ConformanceFiles() {
  const std::filesystem::path directory =
      std::filesystem::path(STRATOLITE_SOURCE_DIR).parent_path() / "shared/conformance/event-patterns";
  std::vector<std::filesystem::path> files;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(directory, missing)) {
    if (entry.path().extension() == ".json5") files.push_back(entry.path());
  }
  return files;
}

}  // namespace stratolite::patterns
