#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// Receives the events of a JSON text (json_parser.hpp) and builds the tree of values that a shape describes: one pass, no intermediate document,
/// nesting bounded. What does not fit the shape stops the parse with AWS's words. Not thread-safe; used once.
class JsonReader {
 public:
  /// `skip_bound`: members of the outermost structure with a location outside the body are ignored (REST).
  JsonReader(const Shape& shape, const DecodeLimits& limits, bool skip_bound);

  Json TakeValue() { return std::move(root_); }
  AwsError TakeError() { return std::move(error_); }

  // Events; false stops the parse.
  bool Null();
  bool Boolean(bool value);
  bool IntegerNumber(std::int64_t value);
  bool UnsignedNumber(std::uint64_t value);
  bool RealNumber(double value);
  bool String(std::string& value);
  bool StartObject();
  bool Key(std::string& name);
  bool EndObject();
  bool StartArray();
  bool EndArray();
  /// The text is not JSON at `offset`, where `rest` begins. Always false.
  bool Malformed(std::size_t offset, std::string_view rest);

 private:
  enum class Kind : std::uint8_t { kStructure, kList, kMap, kDocument, kSkip };
  struct Frame {
    Kind kind;
    Shape shape;
    Json* node;
    // Structures: the member whose value comes next, absent when unknown. Unions count the unknown ones.
    std::optional<Member> member = std::nullopt;
    int unknown = 0;
    std::string key = {};
  };
  /// Where the next value goes and what it must look like.
  struct Slot {
    Kind kind;  // kSkip, kDocument, or any other for "as `shape` says"
    Shape shape;
    TimestampFormat format = TimestampFormat::kUnset;
  };

  Slot Next() const;
  Json& Place();
  template <typename Number>
  bool Integer(const Slot& slot, Number value);
  bool Real(const Slot& slot, double value);
  bool Text(const Slot& slot, std::string& value);
  bool Mismatch(std::string_view token, const Shape& shape);
  bool Fail(std::string message);
  bool Push(Kind kind, const Shape& shape, Json* node);

  Shape shape_;
  DecodeLimits limits_;
  bool skip_bound_;
  std::vector<Frame> stack_;
  Json root_;
  AwsError error_;
};

}  // namespace stratolite::wire::internal
