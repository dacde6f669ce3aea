#include "wire/json_parser.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    }
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (code & 0x3F));
}

// The first byte that ends a plain run: a quote, a backslash or a control character. Eight bytes at a time; notes bytes beyond ASCII.
const char* SkipPlain(const char* at, const char* end, bool& ascii) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  while (end - at >= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    const std::uint64_t quote = word ^ (kOnes * '"');
    const std::uint64_t slash = word ^ (kOnes * '\\');
    const std::uint64_t special =
        ((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash) | ((word - kOnes * 0x20) & ~word);
    if ((special & kHighs) != 0) break;
    ascii = ascii && (word & kHighs) == 0;
    at += 8;
  }
  for (; at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c == '"' || c == '\\' || c < 0x20) return at;
    ascii = ascii && c < 0x80;
  }
  return at;
}

class JsonParser {
 public:
  JsonParser(std::string_view text, JsonReader& reader)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), reader_(reader) {}

  bool Run() {
    SkipSpace();
    if (!Value()) return false;
    SkipSpace();
    return at_ == end_ || Malformed();
  }

 private:
  bool Malformed() {
    return reader_.Malformed(static_cast<std::size_t>(at_ - begin_), {at_, static_cast<std::size_t>(end_ - at_)});
  }

  void SkipSpace() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool Take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool Literal(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size() || std::memcmp(at_, word.data(), word.size()) != 0)
      return false;
    at_ += word.size();
    return true;
  }

  // Recursion ends where the reader refuses to nest deeper.
  bool Value() {
    if (at_ == end_) return Malformed();
    switch (*at_) {
      case '{':
        return Object();
      case '[':
        return Array();
      case '"': {
        std::string text;
        return String(text) && reader_.String(text);
      }
      case 't':
        return Literal("true") ? reader_.Boolean(true) : Malformed();
      case 'f':
        return Literal("false") ? reader_.Boolean(false) : Malformed();
      case 'n':
        return Literal("null") ? reader_.Null() : Malformed();
      default:
        return Number();
    }
  }

  bool Object() {
    ++at_;
    if (!reader_.StartObject()) return false;
    SkipSpace();
    if (Take('}')) return reader_.EndObject();
    std::string key;
    do {
      SkipSpace();
      key.clear();
      if (at_ == end_ || *at_ != '"') return Malformed();
      if (!String(key) || !reader_.Key(key)) return false;
      SkipSpace();
      if (!Take(':')) return Malformed();
      SkipSpace();
      if (!Value()) return false;
      SkipSpace();
    } while (Take(','));
    return Take('}') ? reader_.EndObject() : Malformed();
  }

  bool Array() {
    ++at_;
    if (!reader_.StartArray()) return false;
    SkipSpace();
    if (Take(']')) return reader_.EndArray();
    do {
      SkipSpace();
      if (!Value()) return false;
      SkipSpace();
    } while (Take(','));
    return Take(']') ? reader_.EndArray() : Malformed();
  }

  bool String(std::string& out) {
    ++at_;
    bool ascii = true;
    for (;;) {
      const char* run = at_;
      at_ = SkipPlain(at_, end_, ascii);
      out.append(run, at_);
      if (Take('"')) break;
      if (!Take('\\') || !Escape(out)) return Malformed();
    }
    return ascii || IsValidUtf8(out) || Malformed();
  }

  bool Escape(std::string& out) {
    if (at_ == end_) return false;
    switch (const char c = *at_++) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return true;
      case 'b':
        out += '\b';
        return true;
      case 'f':
        out += '\f';
        return true;
      case 'n':
        out += '\n';
        return true;
      case 'r':
        out += '\r';
        return true;
      case 't':
        out += '\t';
        return true;
      case 'u':
        return CodePoint(out);
      default:
        --at_;
        return false;
    }
  }

  bool Hex4(std::uint32_t& code) {
    if (end_ - at_ < 4) return false;
    const auto [stop, error] = std::from_chars(at_, at_ + 4, code, 16);
    if (error != std::errc() || stop != at_ + 4) return false;
    at_ += 4;
    return true;
  }

  // Surrogates come in pairs or not at all: half of one has no place in UTF-8.
  bool CodePoint(std::string& out) {
    std::uint32_t code = 0;
    if (!Hex4(code) || (code >= 0xDC00 && code <= 0xDFFF)) return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!Literal("\\u") || !Hex4(low) || low < 0xDC00 || low > 0xDFFF) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(out, code);
    return true;
  }

  bool Digits() {
    if (at_ == end_ || !IsDigit(*at_)) return false;
    while (at_ != end_ && IsDigit(*at_)) ++at_;
    return true;
  }

  bool Number() {
    const char* start = at_;
    Take('-');
    if (at_ == end_ || !IsDigit(*at_)) return Malformed();
    if (!Take('0')) Digits();
    bool integral = true;
    if (Take('.')) {
      integral = false;
      if (!Digits()) return Malformed();
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      integral = false;
      if (!Take('+')) Take('-');
      if (!Digits()) return Malformed();
    }
    if (integral) {
      std::int64_t number = 0;
      if (std::from_chars(start, at_, number).ec == std::errc()) return reader_.IntegerNumber(number);
      std::uint64_t large = 0;
      if (std::from_chars(start, at_, large).ec == std::errc()) return reader_.UnsignedNumber(large);
    }
    double real = 0;
    if (std::from_chars(start, at_, real).ec != std::errc()) {
      // Too small is zero, too large is an error.
      real = std::strtod(std::string(start, at_).c_str(), nullptr);
      if (!std::isfinite(real)) return Malformed();
    }
    return reader_.RealNumber(real);
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  JsonReader& reader_;
};

}  // namespace

bool ParseJson(std::string_view text, JsonReader& reader) { return JsonParser(text, reader).Run(); }

}  // namespace stratolite::wire::internal
