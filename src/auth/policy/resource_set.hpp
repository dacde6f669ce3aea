#pragma once

#include <string_view>
#include <vector>

#include "auth/policy/text_template.hpp"

namespace stratolite::auth::language {

/// A statement's resources: ARNs with wildcards and variables. Immutable once built. Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
class ResourceSet {
 public:
  void Add(std::string_view pattern, bool variables);
  bool Contains(std::string_view resource, const AccessContext& context) const;
  const std::vector<TextTemplate>& templates() const { return templates_; }

 private:
  std::vector<Glob> globs_;
  /// Those with variables.
  std::vector<TextTemplate> templates_;
};

}  // namespace stratolite::auth::language
