#include "auth/policy/action_set.hpp"

#include <algorithm>
#include <functional>

namespace stratolite::auth::language {

void ActionSet::Add(std::string_view pattern) {
  Tokens tokens = WildcardTokens(pattern);
  LowerTokens(tokens);
  Glob glob(tokens);
  switch (glob.kind()) {
    case Glob::Kind::kLiteral:
      literals_.push_back(glob.head());
      break;
    case Glob::Kind::kPrefix:
      everything_ = everything_ || glob.matches_everything();
      prefixes_.push_back(glob.head());
      break;
    case Glob::Kind::kGeneral:
      globs_.push_back(std::move(glob));
      break;
  }
}

void ActionSet::Finish() {
  std::ranges::sort(literals_);
  std::ranges::sort(prefixes_);
  // Sorted, a prefix stands right before those that begin with it, so the last one kept is enough to look at.
  std::vector<std::string> kept;
  for (std::string& prefix : prefixes_) {
    if (kept.empty() || !prefix.starts_with(kept.back())) kept.push_back(std::move(prefix));
  }
  prefixes_ = std::move(kept);
}

bool ActionSet::Contains(std::string_view action) const {
  if (everything_) return true;
  if (std::binary_search(literals_.begin(), literals_.end(), action, std::less<>())) return true;
  const auto behind = std::upper_bound(prefixes_.begin(), prefixes_.end(), action, std::less<>());
  if (behind != prefixes_.begin() && action.starts_with(*std::prev(behind))) return true;
  return std::ranges::any_of(globs_, [&](const Glob& glob) { return glob.Matches(action); });
}

}  // namespace stratolite::auth::language
