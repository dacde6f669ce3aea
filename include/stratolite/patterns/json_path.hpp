#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json_fwd.hpp"

namespace stratolite::patterns {

/// The part of JSONPath that EventBridge knows, in rules, pipes and schedules: `$`, `.name`, `['name']`, `[0]`, `.*` and `[*]`. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
class JsonPath {
 public:
  /// nullopt: no such path, or syntax that AWS does not know (filters, slices, `..`).
  static std::optional<JsonPath> Parse(std::string_view text);

  /// What the path leads to; with a wildcard an array of all it leads to. nullopt: nothing is there.
  std::optional<Json> Find(const Json& document) const;
  /// No wildcard: at most one place. The value where it lies; nullptr when nothing is there. Precondition: definite().
  const Json* FindOne(const Json& document) const;
  bool definite() const { return definite_; }

  /// One step of a path. Plain data.
  struct Step {
    enum class Kind { kName, kIndex, kAll };
    Kind kind = Kind::kName;
    std::string name;
    std::size_t index = 0;
  };
  const std::vector<Step>& steps() const { return steps_; }

 private:
  JsonPath() = default;
  std::vector<Step> steps_;
  bool definite_ = true;
};

}  // namespace stratolite::patterns
