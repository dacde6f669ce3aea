#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/model.hpp"
#include "wire/cbor_codec.hpp"

namespace stratolite::wire::internal {

/// Recursive descent over one CBOR item, bounded by DecodeLimits. Not thread-safe; used once.
class CborReader {
 public:
  CborReader(std::string_view body, const DecodeLimits& limits, CborTime time)
      : rest_(body), limits_(limits), time_(time) {}

  /// The whole body as a structure of `shape`; nullopt: see error().
  std::optional<Json> Read(const Shape& shape);
  AwsError TakeError() { return std::move(error_); }

 private:
  struct Head {
    CborMajor major;
    std::uint8_t info;  // low five bits; 31 is "indefinite" or "break"
    std::uint64_t argument;
    bool indefinite() const { return info == 31; }
  };

  std::optional<Head> ReadHead();
  bool AtBreak();
  bool IsNull() const;

  bool Value(const Shape& shape, Json& out);
  bool Structure(const Shape& shape, const Head& head, Json& out);
  bool List(const Shape& shape, const Head& head, Json& out);
  bool Map(const Shape& shape, const Head& head, Json& out);
  bool Scalar(const Shape& shape, const Head& head, Json& out);
  bool Number(const Shape& shape, const Head& head, Json& out);
  bool Tagged(const Shape& shape, const Head& head, Json& out);
  bool Timestamp(Json& out);
  bool BigInteger(bool negative, Json& out);
  bool Document(Json& out);
  bool Skip();
  bool Bytes(const Head& head, std::string& out);
  bool Text(std::string& out);
  std::optional<double> Real(const Head& head) const;
  /// Calls `item` once per element; for maps an element is a key and a value.
  template <typename Item>
  bool Each(const Head& head, Item item);
  bool Fail(std::string message);

  std::string_view rest_;
  DecodeLimits limits_;
  CborTime time_;
  int depth_ = 0;
  AwsError error_;
};

}  // namespace stratolite::wire::internal
