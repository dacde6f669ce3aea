#include "s3/select/text.hpp"

#include <cstdint>

namespace stratolite::s3::select {
namespace {

// Of the character that begins there; one byte of what is not UTF-8.
std::size_t CharacterBytes(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(size, text.size() - at);
}

std::string_view CharacterAt(std::string_view text, std::size_t at) {
  return text.substr(at, CharacterBytes(text, at));
}

// Letters of two bytes: Latin-1, Latin Extended-A, Greek, Cyrillic.
std::uint32_t ToLower(std::uint32_t c) {
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3AB && c != 0x3A2) || (c >= 0x410 && c <= 0x42F))
    return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  const bool even_is_upper = (c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177);
  const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if ((even_is_upper && c % 2 == 0) || (odd_is_upper && c % 2 == 1)) return c + 1;
  return c;
}

std::uint32_t ToUpper(std::uint32_t c) {
  if (c == 0x3C2) return 0x3A3;
  for (const std::uint32_t step : {0x20U, 0x50U, 1U}) {
    if (c > step && ToLower(c - step) == c && ToLower(c) == c) return c - step;
  }
  return c;
}

template <typename Change>
std::string MapLetters(std::string_view text, Change change) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = CharacterAt(text, at);
    at += character.size();
    const auto lead = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) {
      const bool letter = change('A') == 'a' ? lead >= 'A' && lead <= 'Z' : lead >= 'a' && lead <= 'z';
      out += letter ? static_cast<char>(lead ^ 0x20) : character[0];
    } else if (character.size() == 2) {
      const std::uint32_t c = change((lead & 0x1FU) << 6 | (static_cast<unsigned char>(character[1]) & 0x3FU));
      out += static_cast<char>(0xC0 | c >> 6);
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += character;
    }
  }
  return out;
}

}  // namespace

std::size_t CountCharacters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += CharacterBytes(text, at)) ++count;
  return count;
}

std::string_view Characters(std::string_view text, std::size_t begin, std::size_t count) {
  std::size_t from = 0;
  for (; begin > 0 && from < text.size(); --begin) from += CharacterBytes(text, from);
  std::size_t to = from;
  for (; count > 0 && to < text.size(); --count) to += CharacterBytes(text, to);
  return text.substr(from, to - from);
}

std::string_view TrimCharacters(std::string_view text, std::string_view set, bool front, bool back) {
  const auto in_set = [&](std::string_view character) {
    for (std::size_t at = 0; at < set.size(); at += CharacterBytes(set, at)) {
      if (CharacterAt(set, at) == character) return true;
    }
    return false;
  };
  while (front && !text.empty() && in_set(CharacterAt(text, 0))) text.remove_prefix(CharacterBytes(text, 0));
  while (back && !text.empty()) {
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    if (!in_set(text.substr(at))) break;
    text = text.substr(0, at);
  }
  return text;
}

std::string LowerCase(std::string_view text) {
  return MapLetters(text, [](std::uint32_t c) { return c == 'A' ? std::uint32_t{'a'} : ToLower(c); });
}

std::string UpperCase(std::string_view text) {
  return MapLetters(text, [](std::uint32_t c) { return ToUpper(c); });
}

std::optional<LikePattern> LikePattern::Parse(std::string_view pattern, std::string_view escape) {
  LikePattern result;
  for (std::size_t at = 0; at < pattern.size();) {
    std::string_view character = CharacterAt(pattern, at);
    at += character.size();
    if (!escape.empty() && character == escape) {
      if (at == pattern.size()) return std::nullopt;
      character = CharacterAt(pattern, at);
      at += character.size();
      if (character != "%" && character != "_" && character != escape) return std::nullopt;
      result.parts_.push_back({Part::Kind::kCharacter, std::string(character)});
    } else if (character == "%") {
      if (result.parts_.empty() || result.parts_.back().kind != Part::Kind::kAnything) {
        result.parts_.push_back({Part::Kind::kAnything, {}});
      }
    } else if (character == "_") {
      result.parts_.push_back({Part::Kind::kAnyCharacter, {}});
    } else {
      result.parts_.push_back({Part::Kind::kCharacter, std::string(character)});
    }
  }
  return result;
}

bool LikePattern::Matches(std::string_view text) const {
  std::size_t at = 0;
  std::size_t part = 0;
  // Where to go on when the last `%` has to take one character more.
  std::optional<std::size_t> retry_part;
  std::size_t retry_at = 0;
  for (;;) {
    if (part < parts_.size() && parts_[part].kind == Part::Kind::kAnything) {
      retry_part = ++part;
      retry_at = at;
      continue;
    }
    if (at == text.size() && part == parts_.size()) return true;
    const bool fits =
        at < text.size() && part < parts_.size() &&
        (parts_[part].kind == Part::Kind::kAnyCharacter || parts_[part].character == CharacterAt(text, at));
    if (fits) {
      at += CharacterBytes(text, at);
      ++part;
      continue;
    }
    if (!retry_part || retry_at == text.size()) return false;
    retry_at += CharacterBytes(text, retry_at);
    at = retry_at;
    part = *retry_part;
  }
}

}  // namespace stratolite::s3::select
