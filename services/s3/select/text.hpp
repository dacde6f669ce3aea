#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Texts by their characters: code points of UTF-8. All functions: Thread-safe.
namespace stratolite::s3::select {

std::size_t CountCharacters(std::string_view text);
/// `count` characters behind the first `begin`; fewer where there are no more.
std::string_view Characters(std::string_view text, std::size_t begin, std::size_t count);
std::string_view TrimCharacters(std::string_view text, std::string_view set, bool front, bool back);
/// Of Latin, Greek and Cyrillic letters, one character for one.
std::string LowerCase(std::string_view text);
std::string UpperCase(std::string_view text);

/// What stands behind LIKE: `%` any characters, `_` one. Immutable.
class LikePattern {
 public:
  /// `escape` before `%`, `_` or itself makes it a character like others; empty: none does. nullopt: it stands before something else.
  static std::optional<LikePattern> Parse(std::string_view pattern, std::string_view escape);
  bool Matches(std::string_view text) const;

 private:
  struct Part {
    enum class Kind { kCharacter, kAnyCharacter, kAnything };
    Kind kind;
    std::string character;
  };
  std::vector<Part> parts_;
};

}  // namespace stratolite::s3::select
