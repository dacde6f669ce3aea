#include "s3/metadata_words.hpp"

#include <cstdint>
#include <optional>

#include "stratolite/base/encoding.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
/// What a word may hold beside `=?UTF-8?Q?` and `?=` (RFC 2047 section 2: 75 in all).
constexpr std::size_t kMaxWordLength = 63;

bool IsAscii(unsigned char c) { return c < 0x80; }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Of the character that begins with `c`, in UTF-16: 0 for a continuation. S3's front end counts its text so.
std::size_t WidthOf(char c) { return IsContinuation(c) ? 0 : static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1; }

std::size_t CountCharacters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += WidthOf(c);
  return count;
}

std::string EncodeQ(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      out += '_';
    } else if (byte < 0x20 || byte >= 0x7F || c == '=' || c == '_' || c == '?') {
      out.append("=").append(1, "0123456789ABCDEF"[byte >> 4]).append(1, "0123456789ABCDEF"[byte & 15]);
    } else {
      out += c;
    }
  }
  return out;
}

void AppendWord(std::string& out, std::string_view payload, bool base64) {
  if (!out.empty()) out += ' ';
  out.append(base64 ? "=?UTF-8?B?" : "=?UTF-8?Q?").append(payload).append("?=");
}

// Words that would be too long are halved, as the library does that S3's front end is built with.
void AppendWords(std::string& out, std::string_view text, bool base64) {
  const std::string payload = base64 ? Base64Encode(text) : EncodeQ(text);
  const std::size_t characters = CountCharacters(text);
  if (payload.size() > kMaxWordLength && characters > 1) {
    std::size_t split = 0;
    for (std::size_t seen = 0; split < text.size(); ++split) {
      if (!IsContinuation(text[split]) && seen + WidthOf(text[split]) > characters / 2) break;
      seen += WidthOf(text[split]);
    }
    if (split == 0) return AppendWord(out, payload, base64);
    AppendWords(out, text.substr(0, split), base64);
    AppendWords(out, text.substr(split), base64);
    return;
  }
  AppendWord(out, payload, base64);
}

std::string ToValidUtf8(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size();) {
    std::size_t length = 1;
    while (length < 4 && i + length < bytes.size() && IsContinuation(bytes[i + length])) ++length;
    // The longest valid character that begins here; a lone byte that is none is replaced.
    while (length > 1 && !IsValidUtf8(bytes.substr(i, length))) --length;
    const std::string_view character = bytes.substr(i, length);
    out.append(IsValidUtf8(character) ? character : kReplacement);
    i += length;
  }
  return out;
}

std::string Latin1ToUtf8(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out.append(1, static_cast<char>(0xC0 | (byte >> 6))).append(1, static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return out;
}

std::string DecodeQ(std::string_view payload) {
  std::string out;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const auto escaped = payload[i] == '=' ? HexDecode(payload.substr(i + 1, 2)) : std::nullopt;
    if (escaped && escaped->size() == 1) {
      out += *escaped;
      i += 2;
    } else {
      out += payload[i] == '_' ? ' ' : payload[i];
    }
  }
  return out;
}

std::optional<std::string> DecodeWord(std::string_view charset, std::string_view encoding, std::string_view payload) {
  std::string bytes;
  if (wire::EqualsIgnoreCase(encoding, "B")) {
    std::string padded(payload);
    padded.append((4 - padded.size() % 4) % 4, '=');
    auto decoded = Base64Decode(padded);
    if (!decoded) return std::nullopt;
    bytes = *std::move(decoded);
  } else if (wire::EqualsIgnoreCase(encoding, "Q")) {
    bytes = DecodeQ(payload);
  } else {
    return std::nullopt;
  }
  if (wire::EqualsIgnoreCase(charset, "UTF-8") || wire::EqualsIgnoreCase(charset, "US-ASCII"))
    return ToValidUtf8(bytes);
  if (wire::EqualsIgnoreCase(charset, "ISO-8859-1")) return Latin1ToUtf8(bytes);
  return std::nullopt;
}

/// The word at the beginning of `text`, and its length.
std::optional<std::string> TakeWord(std::string_view text, std::size_t& length) {
  const auto charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos) return std::nullopt;
  const auto encoding_end = text.find('?', charset_end + 1);
  if (encoding_end == std::string_view::npos) return std::nullopt;
  const auto end = text.find("?=", encoding_end + 1);
  if (end == std::string_view::npos) return std::nullopt;
  length = end + 2;
  return DecodeWord(text.substr(2, charset_end - 2), text.substr(charset_end + 1, encoding_end - charset_end - 1),
                    text.substr(encoding_end + 1, end - encoding_end - 1));
}

}  // namespace

std::string EncodeWords(std::string_view text) {
  std::size_t ascii = 0;
  for (const char c : text) ascii += IsAscii(static_cast<unsigned char>(c)) ? 1 : 0;
  if (ascii == text.size()) return std::string(text);
  std::string out;
  AppendWords(out, text, ascii <= CountCharacters(text) - ascii);
  return out;
}

std::string DecodeWords(std::string_view text) {
  std::string out;
  bool after_word = false;
  std::size_t gap = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 0;
    const bool may_begin = (i == 0 || text[i - 1] == ' ') && text.substr(i).starts_with("=?");
    // RFC 2047 section 2: no white space within a word. Looking for its end beyond it would cost the square of what a client sends.
    const auto word = may_begin ? TakeWord(text.substr(i, text.find(' ', i) - i), length) : std::nullopt;
    if (!word) {
      if (text[i] != ' ') after_word = false;
      out += text[i++];
      continue;
    }
    // RFC 2047 section 6.2: white space between two words is not part of the text.
    if (after_word) out.resize(gap);
    out += *word;
    i += length;
    after_word = true;
    gap = out.size();
  }
  return out;
}

}  // namespace stratolite::s3
