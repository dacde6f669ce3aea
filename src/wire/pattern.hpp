#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace re2 {
class RE2;
}

namespace stratolite::wire::internal {

/// A `pattern` of a service model: a Java regular expression, matched in time linear in the text (RE2), whatever the client sends.
/// Left out, and then every text matches: what RE2 has no linear algorithm for (lookaround inside the expression, back references),
/// class intersections, and bounds of a repetition beyond 1000 (the model's `max` bounds the text too). A lookahead at the very start
/// is checked apart from the rest. Immutable. Thread-safe.
class Pattern {
 public:
  explicit Pattern(std::string_view java);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// Whether the whole text matches, as AWS's services ask.
  bool Matches(std::string_view text) const;
  /// Whether any part of the text matches, as Smithy's specification asks.
  bool Finds(std::string_view text) const;
  /// False: the expression is left out.
  bool supported() const { return body_ != nullptr; }

 private:
  struct Lookahead {
    bool negative;
    std::unique_ptr<re2::RE2> expression;
  };
  bool LookaheadsHold(std::string_view text) const;

  std::vector<Lookahead> lookaheads_;
  std::unique_ptr<re2::RE2> body_;
};

/// Compiles each pattern when it is first asked for and keeps it. Bounded by the patterns of the models, never by what clients send.
/// Thread-safe.
class PatternCache {
 public:
  /// Lives as long as the cache.
  const Pattern& Get(std::string_view java);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<const Pattern>> patterns_;
};

}  // namespace stratolite::wire::internal
