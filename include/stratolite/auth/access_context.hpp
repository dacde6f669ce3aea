#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stratolite::auth {

/// The values of condition keys that one question is asked with: `aws:SourceIp` → `127.0.0.1`. Names compare without regard to case, as AWS's do; a key is
/// absent, or has one or more values (a key with an empty list is there and has none: what an empty multivalued key is). Not thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
class AccessContext {
 public:
  using Values = std::vector<std::string>;
  struct Key {
    std::string name;
    Values values;
  };

  AccessContext() = default;
  AccessContext(std::initializer_list<std::pair<std::string, Values>> keys) {
    for (const auto& [name, values] : keys) Set(name, values);
  }

  /// Replaces what there was.
  void Set(std::string_view name, std::string value);
  void Set(std::string_view name, Values values);
  /// nullptr: absent. Valid until the next Set.
  const Values* Find(std::string_view name) const;
  /// In the order in which they were set.
  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::vector<Key> keys_;
};

}  // namespace stratolite::auth
