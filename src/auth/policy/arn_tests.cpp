#include <array>
#include <cstddef>

#include "auth/policy/value_test.hpp"

namespace stratolite::auth::language {
namespace {

constexpr std::size_t kPartsOfAnArn = 6;

/// Six parts, the last with all the colons that are left; false: there are fewer.
template <typename Text>
bool SplitArn(Text text, std::array<Text, kPartsOfAnArn>& parts) {
  for (std::size_t i = 0; i + 1 < kPartsOfAnArn; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == Text::npos) return false;
    parts[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  parts.back() = text;
  return true;
}

/// Each of an ARN's parts by itself: a `*` does not reach beyond its colon.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
class ArnTest final : public ValueTest {
 public:
  explicit ArnTest(const Tokens& tokens) : everything_(tokens == Tokens(1, kStar)) {
    std::array<std::u16string_view, kPartsOfAnArn> parts;
    valid_ = SplitArn(std::u16string_view(tokens), parts);
    for (std::size_t i = 0; valid_ && i < kPartsOfAnArn; ++i) parts_[i] = Glob(Tokens(parts[i]));
  }

  bool Matches(std::string_view value) const override {
    std::array<std::string_view, kPartsOfAnArn> parts;
    if (!SplitArn(value, parts)) return false;
    if (everything_) return true;
    for (std::size_t i = 0; valid_ && i < kPartsOfAnArn; ++i) {
      if (!parts_[i].Matches(parts[i])) return false;
    }
    return valid_;
  }

 private:
  bool everything_;
  bool valid_ = false;
  std::array<Glob, kPartsOfAnArn> parts_;
};

}  // namespace

ValueTestPtr MakeArnTest(const Tokens& tokens) { return std::make_unique<ArnTest>(tokens); }

}  // namespace stratolite::auth::language
