#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stratolite::patterns::internal {

/// Reads a JSON text token by token as the parser of AWS's matching library does (Jackson), with its messages and with its idea of where it stands: a string
/// is left at its opening quote until somebody asks for it, and a member's name is only told once its value has begun. Messages about a pattern say
/// that place. What follows the outermost value is not looked at. Not thread-safe.
class JsonReader {
 public:
  enum class Token {
    kStart,
    kEnd,
    kStartObject,
    kEndObject,
    kStartArray,
    kEndArray,
    kName,
    kString,
    kNumber,
    kTrue,
    kFalse,
    kNull,
    kError
  };
  /// Counted from 1, in UTF-16 units.
  struct Place {
    std::size_t line = 1;
    std::size_t column = 1;
  };

  /// `text` must outlive the reader.
  explicit JsonReader(std::string_view text) : text_(text) {}

  /// kEnd after the outermost value; kError for good once the text turned out to be no JSON, or nested deeper than 1 000.
  Token Next();
  Token token() const { return token_; }
  /// Of the last kName. Valid until the next one.
  std::string_view name() const { return name_; }
  /// What the last token says: a string's content (which moves the place behind it), a number, `true`, `false`, `null`, or the characters of a bracket.
  /// Valid until Next(). A string that turns out to be malformed is empty and ok() no longer holds.
  std::string_view Text();
  /// Whether `part`, of Text(), lies in the text itself and so stays valid.
  bool InText(std::string_view part) const {
    return !std::less<>()(part.data(), text_.data()) && !std::less<>()(text_.data() + text_.size(), part.data());
  }
  /// Leaves out the rest of the object or array whose start is the last token.
  void SkipChildren();

  bool ok() const { return token_ != Token::kError; }
  /// Where it stands. Linear in the text.
  Place place() const { return PlaceOf(position_); }
  /// Precondition: !ok(). A scope's beginning is named as `[Source: …; line: 1, column: 1]`, with `source` for the dots.
  std::string ErrorMessage(std::string_view source) const;
  Place error_place() const { return PlaceOf(error_at_); }

 private:
  struct Level {
    bool object;
    bool any;
    std::size_t start;
  };

  Place PlaceOf(std::size_t position) const;
  void SkipSpace();
  Token Value();
  Token Open(bool object);
  Token Close();
  Token Number();
  Token Word();
  /// From behind the opening quote to behind the closing one.
  bool ReadString(std::string* buffer, std::string_view* content, bool name);
  bool ReadEscape(std::string* buffer);
  bool ReadHex(unsigned* unit);
  Token Fail(std::string message, std::size_t at);
  Token UnexpectedCharacter(std::string_view expected);
  Token UnexpectedEnd();
  Token NumberFail(std::string_view expected);

  std::string_view text_;
  std::size_t position_ = 0;
  Token token_ = Token::kStart;
  /// The value behind a name, already begun.
  Token pending_ = Token::kStart;
  std::size_t token_at_ = 0;
  bool string_open_ = false;
  std::string_view name_;
  std::string name_buffer_;
  std::string_view string_;
  std::string string_buffer_;
  std::vector<Level> levels_;
  std::string error_;
  std::size_t error_at_ = 0;
  /// The scope that was left open or was closed wrongly: where it began. npos: not that kind of error.
  std::size_t error_scope_ = std::string_view::npos;
};

/// A code point as UTF-8.
void AppendUtf8(std::string* out, unsigned code_point);

}  // namespace stratolite::patterns::internal
