#include "auth/policy/resource_set.hpp"

#include <algorithm>
#include <string>

namespace stratolite::auth::language {
namespace {

constexpr std::ptrdiff_t kColonsOfAnArn = 5;

/// AWS completes an ARN of fewer than six parts by a `*` for each that is missing, and lets a `*` at the end of a part reach beyond its colon, which is why the
/// whole is matched as one text.
std::string CompletedArn(std::string_view pattern) {
  std::string completed(pattern);
  if (!pattern.starts_with("arn:")) return completed;
  for (auto colons = std::ranges::count(pattern, ':'); colons < kColonsOfAnArn; ++colons) completed += ":*";
  return completed;
}

}  // namespace

void ResourceSet::Add(std::string_view pattern, bool variables) {
  // Colons of a variable are none of the ARN's: such a text is taken as it is.
  TextTemplate text(pattern, {.variables = variables, .wildcards = true});
  if (text.fixed()) {
    globs_.emplace_back(TextTemplate(CompletedArn(pattern), {.variables = variables, .wildcards = true}).tokens());
  } else {
    templates_.push_back(std::move(text));
  }
}

bool ResourceSet::Contains(std::string_view resource, const AccessContext& context) const {
  if (std::ranges::any_of(globs_, [&](const Glob& glob) { return glob.Matches(resource); })) return true;
  return std::ranges::any_of(templates_, [&](const TextTemplate& text) {
    const auto tokens = text.Expand(context);
    return tokens && Glob(*tokens).Matches(resource);
  });
}

}  // namespace stratolite::auth::language
