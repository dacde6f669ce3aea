#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/glob.hpp"

namespace stratolite::auth::language {

/// A statement's actions. Names compare without regard to case. Built once, then asked: managed policies have more than a thousand of them, so those without a
/// wildcard in the middle are found by search. Immutable once built. Thread-safe.
class ActionSet {
 public:
  void Add(std::string_view pattern);
  /// Once, behind the last Add.
  void Finish();
  /// `action`: lower case.
  bool Contains(std::string_view action) const;

 private:
  bool everything_ = false;
  /// Both sorted; no prefix begins with another.
  std::vector<std::string> literals_;
  std::vector<std::string> prefixes_;
  std::vector<Glob> globs_;
};

}  // namespace stratolite::auth::language
