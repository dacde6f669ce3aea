#include "auth/policy/glob.hpp"

namespace stratolite::auth::language {
namespace {

/// Behind the character at `at`: `?` stands for a character, not for a byte of it.
std::size_t BehindCharacter(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

bool MatchTokens(std::u16string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::u16string_view::npos;
  std::size_t star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == kStar) {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && pattern[p] == kOne) {
      t = BehindCharacter(text, t);
      ++p;
    } else if (p < pattern.size() && pattern[p] == static_cast<unsigned char>(text[t])) {
      ++t;
      ++p;
    } else if (star != std::u16string_view::npos) {
      p = star + 1;
      t = star_end = BehindCharacter(text, star_end);
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == kStar) ++p;
  return p == pattern.size();
}

}  // namespace

Tokens LiteralTokens(std::string_view text) {
  Tokens tokens;
  tokens.reserve(text.size());
  for (const char c : text) tokens.push_back(static_cast<unsigned char>(c));
  return tokens;
}

Tokens WildcardTokens(std::string_view text) {
  Tokens tokens = LiteralTokens(text);
  for (char16_t& token : tokens) {
    if (token == u'*') token = kStar;
    if (token == u'?') token = kOne;
  }
  return tokens;
}

std::string TextOf(const Tokens& tokens) {
  std::string text;
  text.reserve(tokens.size());
  for (const char16_t token : tokens) {
    if (token == kStar) {
      text += '*';
    } else {
      text += token == kOne ? '?' : static_cast<char>(token);
    }
  }
  return text;
}

void LowerTokens(Tokens& tokens) {
  for (char16_t& token : tokens) {
    if (token >= u'A' && token <= u'Z') token = static_cast<char16_t>(token - u'A' + u'a');
  }
}

Glob::Glob(const Tokens& tokens) {
  std::size_t head = 0;
  while (head < tokens.size() && tokens[head] < kStar) head_ += static_cast<char>(tokens[head++]);
  if (head == tokens.size()) return;
  if (tokens.find_first_not_of(kStar, head) == Tokens::npos) {
    kind_ = Kind::kPrefix;
    return;
  }
  kind_ = Kind::kGeneral;
  rest_ = tokens.substr(head);
}

bool Glob::Matches(std::string_view text) const {
  switch (kind_) {
    case Kind::kLiteral:
      return text == head_;
    case Kind::kPrefix:
      return text.starts_with(head_);
    case Kind::kGeneral:
      return text.starts_with(head_) && MatchTokens(rest_, text.substr(head_.size()));
  }
  return false;
}

}  // namespace stratolite::auth::language
