#pragma once

#include <cmath>
#include <string>

#include "fuzz/fuzz_target.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"

/// What holds for every tree that a decoder made, and how two of them compare.
namespace stratolite::fuzz {

inline constexpr int kMaxTreeDepth = 300;

/// Every text is UTF-8 (else the JSON library throws when it is written anywhere) and nothing is nested beyond what a stack takes.
inline void DemandSoundTree(const Json& tree, int depth = 0) {
  Demand(depth <= kMaxTreeDepth, "nesting is bounded");
  if (tree.is_string()) Demand(IsValidUtf8(tree.get_ref<const std::string&>()), "a text is UTF-8");
  if (tree.is_array()) {
    for (const Json& item : tree) DemandSoundTree(item, depth + 1);
  }
  if (tree.is_object()) {
    for (const auto& [name, value] : tree.get_ref<const Json::object_t&>()) {
      Demand(IsValidUtf8(name), "a name is UTF-8");
      DemandSoundTree(value, depth + 1);
    }
  }
}

/// Equal, where NaN equals itself and 1 equals 1.0.
inline bool SameTree(const Json& a, const Json& b) {
  if (a.is_number_float() && b.is_number_float() && std::isnan(a.get<double>())) return std::isnan(b.get<double>());
  if (a.is_array() && b.is_array()) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!SameTree(a[i], b[i])) return false;
    }
    return true;
  }
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right) {
      if (left.key() != right.key() || !SameTree(*left, *right)) return false;
    }
    return true;
  }
  return a == b;
}

}  // namespace stratolite::fuzz
