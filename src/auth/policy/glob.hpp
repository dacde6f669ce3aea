#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stratolite::auth::language {

/// A text of which some places are wildcards: bytes, kStar and kOne.
using Tokens = std::u16string;
inline constexpr char16_t kStar = 0x100;
inline constexpr char16_t kOne = 0x101;

/// Every byte as it is.
Tokens LiteralTokens(std::string_view text);
/// `*` and `?` are wildcards.
Tokens WildcardTokens(std::string_view text);
/// Wildcards as they are written.
std::string TextOf(const Tokens& tokens);
/// ASCII letters lowered.
void LowerTokens(Tokens& tokens);

/// Texts with `*` for any characters and `?` for exactly one, compiled: most are literals or prefixes. Immutable. Thread-safe.
class Glob {
 public:
  Glob() = default;
  explicit Glob(const Tokens& tokens);

  /// Looks back to the last `*` only: at most the product of both lengths.
  bool Matches(std::string_view text) const;
  bool matches_everything() const { return kind_ == Kind::kPrefix && head_.empty(); }

  enum class Kind { kLiteral, kPrefix, kGeneral };
  Kind kind() const { return kind_; }
  /// The literal, the prefix, or what stands before the first wildcard.
  const std::string& head() const { return head_; }

 private:
  Kind kind_ = Kind::kLiteral;
  std::string head_;
  /// Behind head_, of general ones.
  Tokens rest_;
};

}  // namespace stratolite::auth::language
