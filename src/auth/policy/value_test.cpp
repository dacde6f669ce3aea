#include "auth/policy/value_test.hpp"

#include <utility>

namespace stratolite::auth::language {

bool WantsWildcards(Comparison comparison) {
  return comparison == Comparison::kStringLike || comparison == Comparison::kArn;
}

ValueTestPtr MakeValueTest(Comparison comparison, Tokens tokens) {
  switch (comparison) {
    case Comparison::kStringEquals:
    case Comparison::kStringEqualsIgnoreCase:
    case Comparison::kStringLike:
      return MakeStringTest(comparison, std::move(tokens));
    case Comparison::kNumericEquals:
    case Comparison::kNumericLess:
    case Comparison::kNumericLessOrEqual:
    case Comparison::kNumericGreater:
    case Comparison::kNumericGreaterOrEqual:
      return MakeNumericTest(comparison, tokens);
    case Comparison::kDateEquals:
    case Comparison::kDateLess:
    case Comparison::kDateLessOrEqual:
    case Comparison::kDateGreater:
    case Comparison::kDateGreaterOrEqual:
      return MakeDateTest(comparison, tokens);
    case Comparison::kBool:
      return MakeBoolTest(tokens);
    case Comparison::kBinaryEquals:
      return MakeBinaryTest(tokens);
    case Comparison::kIpAddress:
      return MakeAddressTest(tokens);
    case Comparison::kArn:
      break;
  }
  return MakeArnTest(tokens);
}

}  // namespace stratolite::auth::language
