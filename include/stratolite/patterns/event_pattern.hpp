#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "stratolite/base/json_fwd.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::patterns {

/// An event pattern: of EventBridge rules, archives and pipes. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
class EventPattern {
 public:
  /// InvalidEventPatternException in AWS's words (`Event pattern is not valid. Reason: …`).
  static Result<EventPattern> Parse(std::string_view text);
  bool Matches(const Json& event) const;

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

 private:
  struct Index;
  std::unique_ptr<const Index> index_;
};

}  // namespace stratolite::patterns
