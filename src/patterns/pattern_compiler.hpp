#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "patterns/json_reader.hpp"
#include "patterns/value_test.hpp"

namespace stratolite::patterns::internal {

/// Paths with the tests of which one must hold for each: `detail.state`. A key with dots reads like nested keys, as it does on AWS. In order of the paths.
using Branch = std::map<std::string, std::shared_ptr<const ValueTests>>;

/// A pattern's `$or`s multiplied out: it matches what one of its branches matches. Plain data.
struct CompiledPattern {
  std::vector<Branch> branches;
  /// Whether a key holds an object, `$or` apart.
  bool nested = false;
};

/// Why a text is no pattern. Plain data.
struct PatternError {
  /// With what AWS says about the place: `\n at [Source: (String)"…"; line: 1, column: 20]`.
  std::string reason;
};

/// How large what a pattern multiplies out to may become.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or
inline constexpr std::size_t kMaxBranches = 1000;
/// Wildcards that make AWS's automaton at least as complex as that are refused. Not documented; patterns of 8 are known to be taken, of 10 refused.
inline constexpr std::size_t kMaxWildcardComplexity = 10;

/// Reads a pattern as AWS's library does, and words what is wrong with it alike. Thread-safe.
std::variant<CompiledPattern, PatternError> CompilePattern(std::string_view text, const NumberRules& numbers);

/// `(String)"…"`, as messages name the text they are about: its first 500 characters.
std::string DescribeSource(std::string_view text);
/// `\n at [Source: <source>; line: 1, column: 20]`.
std::string DescribePlace(std::string_view source, const JsonReader::Place& place);

}  // namespace stratolite::patterns::internal
