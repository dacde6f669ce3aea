#include "cli/admin_page.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "http/admin_client.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::cli {

std::optional<Json> Ask(const std::string& endpoint, const std::string& method, const std::string& path,
                        const Json& body, std::chrono::seconds timeout) {
  const auto response =
      http::Request(endpoint, method, "/_stratolite/" + path, body.is_null() ? "" : body.dump(), timeout);
  Json answer =
      response.body.empty() ? Json::object() : Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (response.status / 100 == 2 && !answer.is_discarded()) return answer;
  if (answer.is_object() && answer.contains("message")) {
    fmt::print(stderr, "stratolite: {}\n", answer["message"].get<std::string>());
  } else {
    fmt::print(stderr,
               "stratolite: what answers at {} is no Stratolite (HTTP {} for /_stratolite/{}). Say where the daemon is "
               "with --endpoint or STRATOLITE_ENDPOINT.\n",
               endpoint, response.status, path);
  }
  return std::nullopt;
}

std::string InWorld(const std::string& path, const std::string& world) {
  return world.empty() ? path : fmt::format("{}?world={}", path, PercentEncode(world));
}

std::string Plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace stratolite::cli
