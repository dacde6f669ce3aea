#include <algorithm>

#include "auth/policy/document.hpp"
#include "stratolite/auth/decision.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

std::vector<std::string> ContextKeysOf(const Policy& policy) {
  std::vector<std::string> keys;
  const auto add = [&](const std::vector<language::TextTemplate>& templates) {
    for (const auto& text : templates) std::ranges::copy(text.Keys(), std::back_inserter(keys));
  };
  for (const language::Statement& statement : policy.statements()) {
    if (statement.resources) add(statement.resources->templates());
    for (const language::Condition& condition : statement.conditions) {
      keys.push_back(condition.key());
      add(condition.templates());
    }
  }
  // As written, but those that differ in case only stand together.
  std::ranges::sort(keys, [](const std::string& a, const std::string& b) {
    const std::string lowered_a = AsciiLower(a);
    const std::string lowered_b = AsciiLower(b);
    return lowered_a != lowered_b ? lowered_a < lowered_b : a < b;
  });
  keys.erase(std::unique(keys.begin(), keys.end(),
                         [](const std::string& a, const std::string& b) { return wire::EqualsIgnoreCase(a, b); }),
             keys.end());
  return keys;
}

}  // namespace stratolite::auth
