#include "iam/granted_services.hpp"

#include <algorithm>
#include <string>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::iam {
namespace {

/// `*` and `?`. No allocation, no recursion: linear in practice, quadratic at most.
bool MatchesGlob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

template <typename Predicate>
bool AnyText(const Json& value, Predicate matches) {
  const auto test = [&](const Json& item) {
    return item.is_string() && matches(AsciiLower(item.get_ref<const std::string&>()));
  };
  return value.is_array() ? std::any_of(value.begin(), value.end(), test) : test(value);
}

bool StatementGrants(const Json& statement, std::string_view name_space) {
  if (!statement.is_object() || statement.value("Effect", Json()) != "Allow") return false;
  if (const auto action = statement.find("Action"); action != statement.end()) {
    return AnyText(*action, [&](const std::string& text) {
      return text == "*" || MatchesGlob(std::string_view(text).substr(0, text.find(':')), name_space);
    });
  }
  // All but these: the service as a whole must be among them to be left out.
  const auto excepted = statement.find("NotAction");
  return excepted != statement.end() && !AnyText(*excepted, [&](const std::string& text) {
           return text == "*" ||
                  (text.ends_with(":*") && MatchesGlob(std::string_view(text).substr(0, text.size() - 2), name_space));
         });
}

}  // namespace

bool GrantsService(std::string_view document, std::string_view name_space) {
  const Json policy = ParseJsonText(document);
  if (!policy.is_object()) return false;
  const auto statements = policy.find("Statement");
  if (statements == policy.end()) return false;
  if (statements->is_object()) return StatementGrants(*statements, name_space);
  return std::any_of(statements->begin(), statements->end(),
                     [&](const Json& statement) { return StatementGrants(statement, name_space); });
}

}  // namespace stratolite::iam
