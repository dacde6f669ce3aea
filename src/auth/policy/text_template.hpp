#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/glob.hpp"
#include "stratolite/auth/access_context.hpp"

namespace stratolite::auth::language {

/// A policy's text with its policy variables. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
class TextTemplate {
 public:
  struct Reading {
    /// Policy language 2012-10-17: `${aws:username}` is a variable. In 2008-10-17 it is a text.
    bool variables = false;
    /// `*` and `?` are wildcards.
    bool wildcards = false;
  };
  TextTemplate(std::string_view text, Reading reading);

  /// Without variables: the same whatever the context.
  bool fixed() const { return parts_.empty(); }
  const Tokens& tokens() const { return tail_; }
  /// Variables' values are literal, whatever characters they have. nullopt: a variable has no value, or several, and no default.
  std::optional<Tokens> Expand(const AccessContext& context) const;
  /// Of variables.
  std::vector<std::string> Keys() const;

 private:
  struct Part {
    Tokens before;
    std::string key;
    std::optional<std::string> otherwise;
  };
  /// Variables, each with what stands before it; tail_ is what stands behind the last.
  std::vector<Part> parts_;
  Tokens tail_;
};

}  // namespace stratolite::auth::language
