#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stratolite::patterns::internal {

/// A text with `*` for any characters, `\*` and `\\` for these two themselves. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
class Wildcard {
 public:
  /// Or what AWS says is wrong with it (`Consecutive wildcard characters at pos 3`).
  static std::variant<Wildcard, std::string> Parse(std::string_view text);
  /// Looks for each part between two `*` once, from left to right: never exponential.
  bool Matches(std::string_view text) const;

  /// What stands before, between and behind the `*`: one more than there are of them.
  const std::vector<std::string>& parts() const { return parts_; }

 private:
  std::vector<std::string> parts_;
};

/// Wildcards of which one text may begin to match many at once make AWS's automaton slow, so AWS refuses them. The most beginnings of them that one text can
/// match at the same time; those of one term (the list of an `anything-but`) count as one while they are the same. Counting ends at `limit`, and with it
/// where it takes more than `budget` steps, which is lessened by what it took.
std::size_t WildcardComplexity(const std::vector<const std::vector<Wildcard>*>& terms, std::size_t limit,
                               std::size_t* budget);

}  // namespace stratolite::patterns::internal
