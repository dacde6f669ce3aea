#pragma once

#include <memory>
#include <string_view>

#include "auth/policy/glob.hpp"

namespace stratolite::auth::language {

/// What a condition operator asks of a value, without prefix, suffix and negation.
enum class Comparison {
  kStringEquals,
  kStringEqualsIgnoreCase,
  kStringLike,
  kNumericEquals,
  kNumericLess,
  kNumericLessOrEqual,
  kNumericGreater,
  kNumericGreaterOrEqual,
  kDateEquals,
  kDateLess,
  kDateLessOrEqual,
  kDateGreater,
  kDateGreaterOrEqual,
  kBool,
  kBinaryEquals,
  kIpAddress,
  kArn,
};

/// One value of a policy, ready to be compared with those of a request. Immutable. Thread-safe.
class ValueTest {
 public:
  virtual ~ValueTest() = default;
  virtual bool Matches(std::string_view value) const = 0;
};
using ValueTestPtr = std::unique_ptr<const ValueTest>;

/// Each family's. Values that are none of the kind (no number, no address) match nothing; nor does anything match them.
ValueTestPtr MakeStringTest(Comparison comparison, Tokens tokens);
ValueTestPtr MakeNumericTest(Comparison comparison, const Tokens& tokens);
ValueTestPtr MakeDateTest(Comparison comparison, const Tokens& tokens);
ValueTestPtr MakeBoolTest(const Tokens& tokens);
ValueTestPtr MakeBinaryTest(const Tokens& tokens);
ValueTestPtr MakeAddressTest(const Tokens& tokens);
ValueTestPtr MakeArnTest(const Tokens& tokens);

/// Never nullptr. Tokens are wildcards where WantsWildcards.
ValueTestPtr MakeValueTest(Comparison comparison, Tokens tokens);
bool WantsWildcards(Comparison comparison);

}  // namespace stratolite::auth::language
