#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::patterns {

/// An event pattern: of EventBridge rules, archives and pipes. Immutable. Thread-safe.
///
/// As on AWS: `{"a": {"b": [1]}}` and `{"a.b": [1]}` are the same pattern and match the same events; of a key that is there twice the last counts; of an event's
/// arrays one entry must satisfy all that the pattern says about it; numbers within ±5e9 are compared by value, to six decimal places.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
class EventPattern {
 public:
  /// InvalidEventPatternException in AWS's words (`Event pattern is not valid. Reason: …`).
  static Result<EventPattern> Parse(std::string_view text);
  /// What is no JSON object matches nothing.
  bool Matches(const Json& event) const;
  /// The same for an event as JSON text, without making a tree of it. Text that is no JSON matches nothing.
  bool MatchesText(std::string_view event) const;

  struct Compiled;
  const std::shared_ptr<const Compiled>& compiled() const { return compiled_; }

 private:
  explicit EventPattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

/// Many patterns as one matcher: an event is walked once, whatever the number of patterns that cannot match it. Immutable once built. Thread-safe.
class PatternSet {
 public:
  /// `patterns[i]` is known by its index.
  explicit PatternSet(std::vector<EventPattern> patterns);
  ~PatternSet();
  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;

  /// Indexes of the patterns that match, ascending.
  std::vector<std::size_t> Find(const Json& event) const;
  /// The same for an event as JSON text: faster than making a tree of it first.
  std::vector<std::size_t> FindText(std::string_view event) const;

 private:
  struct Index;
  std::unique_ptr<const Index> index_;
};

}  // namespace stratolite::patterns
