#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stratolite/auth/policy.hpp"

namespace stratolite::auth {

/// Documents that were compiled before, by their text: a change of one policy compiles that policy, whoever has how many others. Bounded. Thread-safe.
class PolicyCache {
 public:
  struct Document {
    /// nullptr: the text is no policy; it says nothing then.
    PolicyPtr policy;
    /// What its conditions and variables look at. Never null.
    std::shared_ptr<const std::vector<std::string>> keys;
  };

  explicit PolicyCache(std::size_t max_bytes = 16 << 20) : max_bytes_(max_bytes) {}

  Document Get(std::string_view text);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  const std::size_t max_bytes_;
  std::shared_mutex mutex_;
  // Guarded by mutex_:
  std::unordered_map<std::string, Document, TextHash, std::equal_to<>> documents_;
  std::size_t bytes_ = 0;
};

}  // namespace stratolite::auth
