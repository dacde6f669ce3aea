#pragma once

#include <string>
#include <string_view>

#include "fuzz/fuzz_target.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::fuzz {

/// What the HTTP parser lets through.
inline bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < '\x7F' && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}
inline bool IsHeaderValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F'; });
}

/// Reads a request as it stands on the wire, forgivingly, so that nearly every input is one: what the HTTP layer refuses is a target of its own, and
/// is left out here.
inline wire::HttpRequest ReadRawRequest(std::string_view text) {
  const auto without_cr = [](std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  };
  wire::HttpRequest request;
  Parts parts(text);
  const std::string_view start = without_cr(parts.Line());
  const std::size_t blank = std::min(start.find(' '), start.size());
  request.method = start.substr(0, blank);
  std::string_view target = start.substr(std::min(blank + 1, start.size()));
  target = target.substr(0, target.rfind(" HTTP/"));
  request.target = target;
  std::erase_if(request.target, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; });
  if (!request.target.starts_with('/')) request.target.insert(0, "/");
  while (!parts.Rest().empty()) {
    const std::string_view line = without_cr(parts.Line());
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(':'), line.size());
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    const std::string_view name = line.substr(0, colon);
    if (IsHeaderName(name) && IsHeaderValue(value)) request.headers.Add(std::string(name), std::string(value));
  }
  request.body = parts.Rest();
  return request;
}

}  // namespace stratolite::fuzz
