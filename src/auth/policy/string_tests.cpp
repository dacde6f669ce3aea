#include "auth/policy/value_test.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::auth::language {
namespace {

class GlobTest final : public ValueTest {
 public:
  explicit GlobTest(const Tokens& tokens) : glob_(tokens) {}
  bool Matches(std::string_view value) const override { return glob_.Matches(value); }

 private:
  Glob glob_;
};

class LoweredTextTest final : public ValueTest {
 public:
  explicit LoweredTextTest(std::string text) : text_(std::move(text)) {}
  bool Matches(std::string_view value) const override {
    return value.size() == text_.size() && AsciiLower(value) == text_;
  }

 private:
  std::string text_;
};

class BoolTest final : public ValueTest {
 public:
  explicit BoolTest(std::string text) : text_(std::move(text)) {}
  bool Matches(std::string_view value) const override {
    const std::string lowered = AsciiLower(value);
    return lowered == text_ && (lowered == "true" || lowered == "false");
  }

 private:
  std::string text_;
};

/// A request's binary values are texts of base64 where they come from a simulation, and bytes where a service has them.
class BinaryTest final : public ValueTest {
 public:
  explicit BinaryTest(std::string text) : text_(std::move(text)), bytes_(Base64Decode(text_)) {}
  bool Matches(std::string_view value) const override { return value == text_ || (bytes_ && value == *bytes_); }

 private:
  std::string text_;
  std::optional<std::string> bytes_;
};

}  // namespace

ValueTestPtr MakeStringTest(Comparison comparison, Tokens tokens) {
  if (comparison == Comparison::kStringEqualsIgnoreCase)
    return std::make_unique<LoweredTextTest>(AsciiLower(TextOf(tokens)));
  return std::make_unique<GlobTest>(tokens);
}

ValueTestPtr MakeBoolTest(const Tokens& tokens) { return std::make_unique<BoolTest>(AsciiLower(TextOf(tokens))); }

ValueTestPtr MakeBinaryTest(const Tokens& tokens) { return std::make_unique<BinaryTest>(TextOf(tokens)); }

}  // namespace stratolite::auth::language
