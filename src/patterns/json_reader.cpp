#include "patterns/json_reader.hpp"

#include <algorithm>
#include <utility>

namespace stratolite::patterns::internal {
namespace {

constexpr std::size_t kMaxDepth = 1000;
constexpr std::string_view kValues = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

bool IsDigitCharacter(char c) { return c >= '0' && c <= '9'; }

bool IsIdentifierStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

unsigned CodePointAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(at);
  if (first < 0x80) return first;
  if (first < 0xE0) return (first & 0x1F) << 6 | (byte(at + 1) & 0x3F);
  if (first < 0xF0) return (first & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F);
  return (first & 0x07) << 18 | (byte(at + 1) & 0x3F) << 12 | (byte(at + 2) & 0x3F) << 6 | (byte(at + 3) & 0x3F);
}

std::string DescribeCharacter(unsigned code_point) {
  const std::string code = std::to_string(code_point);
  if (code_point < 0x20 || code_point == 0x7F) return "(CTRL-CHAR, code " + code + ")";
  std::string described = "'";
  AppendUtf8(&described, code_point);
  return described + "' (code " + code + (code_point > 255 ? " / 0x" : "") + (code_point > 255 ? [&] {
    std::string hex;
    for (unsigned rest = code_point; rest != 0; rest >>= 4) hex.insert(hex.begin(), "0123456789abcdef"[rest & 0xF]);
    return hex;
  }()
                                                                                                 : std::string()) +
         ")";
}

}  // namespace

void AppendUtf8(std::string* out, unsigned code_point) {
  const auto tail = [&](int shift) { out->push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F))); };
  if (code_point < 0x80) {
    out->push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out->push_back(static_cast<char>(0xC0 | code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | code_point >> 12));
    tail(6), tail(0);
  } else {
    out->push_back(static_cast<char>(0xF0 | code_point >> 18));
    tail(12), tail(6), tail(0);
  }
}

JsonReader::Place JsonReader::PlaceOf(std::size_t position) const {
  Place place;
  const std::size_t end = std::min(position, text_.size());
  for (std::size_t i = 0; i < end; ++i) {
    const auto c = static_cast<unsigned char>(text_[i]);
    if (c == '\n' || (c == '\r' && (i + 1 >= text_.size() || text_[i + 1] != '\n'))) {
      ++place.line;
      place.column = 1;
    } else if ((c & 0xC0) != 0x80) {
      place.column += c >= 0xF0 ? 2 : 1;
    }
  }
  return place;
}

JsonReader::Token JsonReader::Fail(std::string message, std::size_t at) {
  error_ = std::move(message);
  error_at_ = at;
  string_open_ = false;
  return token_ = Token::kError;
}

std::string JsonReader::ErrorMessage(std::string_view source) const {
  if (error_scope_ == std::string_view::npos) return error_;
  const Place start = PlaceOf(error_scope_);
  return error_ + "[Source: " + std::string(source) + "; line: " + std::to_string(start.line) +
         ", column: " + std::to_string(start.column) + "])";
}

JsonReader::Token JsonReader::UnexpectedCharacter(std::string_view expected) {
  return Fail(
      "Unexpected character (" + DescribeCharacter(CodePointAt(text_, position_)) + "): " + std::string(expected),
      position_);
}

JsonReader::Token JsonReader::UnexpectedEnd() {
  if (levels_.empty()) return Fail("Unexpected end-of-input", text_.size());
  error_scope_ = levels_.back().start;
  return Fail(std::string("Unexpected end-of-input: expected close marker for ") +
                  (levels_.back().object ? "Object" : "Array") + " (start marker at ",
              text_.size());
}

void JsonReader::SkipSpace() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    ++position_;
  }
}

JsonReader::Token JsonReader::Next() {
  if (token_ == Token::kError) return token_;
  if (pending_ != Token::kStart) return token_ = std::exchange(pending_, Token::kStart);
  if (string_open_ && !ReadString(&string_buffer_, &string_, false)) return token_;
  if (token_ != Token::kStart && levels_.empty()) return token_ = Token::kEnd;
  SkipSpace();
  if (position_ == text_.size()) return levels_.empty() ? token_ = Token::kEnd : UnexpectedEnd();
  if (levels_.empty()) return token_ = Value();
  if (text_[position_] == '}' || text_[position_] == ']') return Close();

  Level& level = levels_.back();
  if (std::exchange(level.any, true)) {
    if (text_[position_] != ',') {
      return UnexpectedCharacter(level.object ? "was expecting comma to separate Object entries"
                                              : "was expecting comma to separate Array entries");
    }
    ++position_;
    SkipSpace();
    if (position_ == text_.size()) return UnexpectedEnd();
  }
  if (!level.object) return token_ = Value();

  if (text_[position_] != '"') return UnexpectedCharacter("was expecting double-quote to start field name");
  ++position_;
  if (!ReadString(&name_buffer_, &name_, true)) return token_;
  SkipSpace();
  if (position_ == text_.size()) return UnexpectedEnd();
  if (text_[position_] != ':') return UnexpectedCharacter("was expecting a colon to separate field name and value");
  ++position_;
  SkipSpace();
  if (position_ == text_.size()) return UnexpectedEnd();
  pending_ = Value();
  return token_ = pending_ == Token::kError ? Token::kError : Token::kName;
}

JsonReader::Token JsonReader::Value() {
  token_at_ = position_;
  const char c = text_[position_];
  switch (c) {
    case '"':
      ++position_;
      string_open_ = true;
      return Token::kString;
    case '{':
    case '[':
      return Open(c == '{');
    default:
      if (c == '-' || IsDigitCharacter(c)) return Number();
      if (IsIdentifierStart(c)) return Word();
      return UnexpectedCharacter("expected a valid value " + std::string(kValues));
  }
}

JsonReader::Token JsonReader::Open(bool object) {
  if (levels_.size() == kMaxDepth) {
    return Fail(
        "Document nesting depth (1001) exceeds the maximum allowed (1000, from "
        "`StreamReadConstraints.getMaxNestingDepth()`)",
        position_ + 1);
  }
  levels_.push_back({object, false, position_});
  ++position_;
  return object ? Token::kStartObject : Token::kStartArray;
}

JsonReader::Token JsonReader::Close() {
  const bool object = text_[position_] == '}';
  if (object != levels_.back().object) {
    error_scope_ = levels_.back().start;
    return Fail(std::string("Unexpected close marker '") + text_[position_] + "': expected '" + (object ? ']' : '}') +
                    "' (for " + (object ? "Array" : "Object") + " starting at ",
                position_ + 1);
  }
  token_at_ = position_++;
  levels_.pop_back();
  return token_ = object ? Token::kEndObject : Token::kEndArray;
}

JsonReader::Token JsonReader::NumberFail(std::string_view expected) {
  if (position_ >= text_.size()) return UnexpectedEnd();
  return Fail("Unexpected character (" + DescribeCharacter(CodePointAt(text_, position_)) +
                  ") in numeric value: " + std::string(expected),
              position_);
}

JsonReader::Token JsonReader::Number() {
  const auto digit = [this] { return position_ < text_.size() && IsDigitCharacter(text_[position_]); };
  const auto at = [this](char c) { return position_ < text_.size() && text_[position_] == c; };
  if (at('-')) ++position_;
  if (!digit()) return NumberFail("expected digit (0-9) to follow minus sign, for valid numeric value");
  const bool zero = at('0');
  ++position_;
  if (zero && digit()) return Fail("Invalid numeric value: Leading zeroes not allowed", position_);
  while (digit()) ++position_;
  if (at('.')) {
    ++position_;
    if (!digit()) return NumberFail("Decimal point not followed by a digit");
    while (digit()) ++position_;
  }
  if (at('e') || at('E')) {
    ++position_;
    if (at('+') || at('-')) ++position_;
    if (!digit()) return NumberFail("Exponent indicator not followed by a digit");
    while (digit()) ++position_;
  }
  return Token::kNumber;
}

JsonReader::Token JsonReader::Word() {
  const std::size_t start = position_;
  while (position_ < text_.size() && (IsIdentifierStart(text_[position_]) || IsDigitCharacter(text_[position_])))
    ++position_;
  const std::string_view word = text_.substr(start, position_ - start);
  if (word == "true") return Token::kTrue;
  if (word == "false") return Token::kFalse;
  if (word == "null") return Token::kNull;
  const std::string shown = word.size() > 256 ? std::string(word.substr(0, 256)) + "..." : std::string(word);
  return Fail("Unrecognized token '" + shown + "': was expecting " + std::string(kValues), position_);
}

bool JsonReader::ReadHex(unsigned* unit) {
  *unit = 0;
  for (int i = 0; i < 4; ++i, ++position_) {
    if (position_ == text_.size())
      return Fail("Unexpected end-of-input in character escape sequence", position_), false;
    const char c = text_[position_];
    const char lower = static_cast<char>(c | 0x20);
    if (IsDigitCharacter(c)) {
      *unit = *unit << 4 | static_cast<unsigned>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      *unit = *unit << 4 | static_cast<unsigned>(lower - 'a' + 10);
    } else {
      return UnexpectedCharacter("expected a hex-digit for character escape sequence"), false;
    }
  }
  return true;
}

bool JsonReader::ReadEscape(std::string* buffer) {
  ++position_;
  if (position_ == text_.size()) return Fail("Unexpected end-of-input in character escape sequence", position_), false;
  const char c = text_[position_];
  static constexpr std::string_view kLetters = "bfnrt\"\\/";
  static constexpr std::string_view kMeanings = "\b\f\n\r\t\"\\/";
  if (const std::size_t which = kLetters.find(c); which != std::string_view::npos) {
    buffer->push_back(kMeanings[which]);
    ++position_;
    return true;
  }
  if (c != 'u') {
    return Fail("Unrecognized character escape " + DescribeCharacter(CodePointAt(text_, position_)), position_ + 1),
           false;
  }
  ++position_;
  unsigned unit = 0;
  if (!ReadHex(&unit)) return false;
  if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(position_, 2) == "\\u") {
    const std::size_t after = position_;
    position_ += 2;
    unsigned low = 0;
    if (!ReadHex(&low)) return false;
    if (low >= 0xDC00 && low < 0xE000) {
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else {
      position_ = after;
    }
  }
  // Half a pair is no character; Java writes a question mark for it.
  AppendUtf8(buffer, unit >= 0xD800 && unit < 0xE000 ? '?' : unit);
  return true;
}

bool JsonReader::ReadString(std::string* buffer, std::string_view* content, bool name) {
  string_open_ = false;
  const std::size_t start = position_;
  std::size_t plain = start;
  bool escaped = false;
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c == '"') {
      if (escaped) buffer->append(text_, plain, position_ - plain);
      *content = escaped ? std::string_view(*buffer) : text_.substr(start, position_ - start);
      ++position_;
      return true;
    }
    if (c == '\\') {
      if (!escaped) buffer->clear();
      escaped = true;
      buffer->append(text_, plain, position_ - plain);
      if (!ReadEscape(buffer)) return false;
      plain = position_;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      return Fail("Illegal unquoted character (" + DescribeCharacter(static_cast<unsigned char>(c)) +
                      "): has to be escaped using backslash to be included in " + (name ? "name" : "string value"),
                  position_ + 1),
             false;
    } else {
      ++position_;
    }
  }
  return Fail(name ? "Unexpected end-of-input in field name"
                   : "Unexpected end-of-input: was expecting closing quote for a string value",
              position_),
         false;
}

std::string_view JsonReader::Text() {
  switch (token_) {
    case Token::kString:
      if (string_open_ && !ReadString(&string_buffer_, &string_, false)) return {};
      return string_;
    case Token::kName:
      return name_;
    case Token::kNumber:
    case Token::kTrue:
    case Token::kFalse:
    case Token::kNull:
      return text_.substr(token_at_, position_ - token_at_);
    case Token::kStartObject:
    case Token::kStartArray:
    case Token::kEndObject:
    case Token::kEndArray:
      return text_.substr(token_at_, 1);
    default:
      return {};
  }
}

void JsonReader::SkipChildren() {
  if (token_ != Token::kStartObject && token_ != Token::kStartArray) return;
  const std::size_t depth = levels_.size();
  while (ok() && levels_.size() >= depth) Next();
}

}  // namespace stratolite::patterns::internal
