// Small texts: base64, hex, percent escapes, UTF-8, timestamps, durations, numbers and other scalars of the XML and Query protocols.

#include <array>
#include <cmath>

#include "fuzz/fuzz_target.hpp"
#include "fuzz/trees.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/time.hpp"
#include "unit/wire/sample_model.hpp"
#include "wire/scalar_text.hpp"
#include "wire/timestamps.hpp"

namespace stratolite::fuzz {
namespace {

void TryEncodings(std::string_view input) {
  Demand(Base64Decode(Base64Encode(input)) == input, "base64 comes back");
  Demand(HexDecode(HexEncode(input)) == input, "hex comes back");
  Demand(PercentDecode(PercentEncode(input)) == input, "percent escapes come back");
  Demand(PercentDecode(PercentEncode(input, true), true) == input, "percent escapes come back from a form");
  if (const auto bytes = Base64Decode(input)) Demand(bytes->size() <= input.size(), "base64 does not grow");
  if (const auto text = PercentDecode(input, true)) Demand(text->size() <= input.size(), "escapes do not grow");
  if (IsValidUtf8(input)) Demand(Utf8Length(input) <= input.size(), "a character has a byte at least");
  static constexpr std::array<std::string_view, 3> kCandidates = {"data-dir", "durability", "log-level"};
  NearestName(input, kCandidates);
}

void TryTimes(std::string_view input) {
  if (const auto time = ParseIso8601(input)) {
    const auto millis = std::chrono::floor<std::chrono::milliseconds>(*time);
    Demand(ParseIso8601(FormatIso8601(millis, true)) == millis, "an ISO 8601 time comes back");
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*time);
    Demand(ParseHttpDate(FormatHttpDate(seconds)) == seconds, "an HTTP date comes back");
    Demand(ParseBasicIso8601(FormatBasicIso8601(seconds)) == seconds, "a SigV4 date comes back");
  }
  if (const auto time = ParseBasicIso8601(input)) Demand(FormatBasicIso8601(*time) == input, "a SigV4 date is exact");
  if (const auto time = ParseHttpDate(input))
    Demand(ParseHttpDate(FormatHttpDate(*time, true)).has_value(), "an HTTP date stays one");
  ParseIso8601Duration(input);
  for (const auto format :
       {wire::TimestampFormat::kIso8601, wire::TimestampFormat::kRfc822, wire::TimestampFormat::kUnixTimestamp}) {
    const auto seconds = wire::internal::ParseTimestamp(input, format);
    if (!seconds) continue;
    Demand(std::isfinite(*seconds), "a time is a number");
    std::string text;
    wire::internal::AppendTimestamp(text, *seconds, format);
    const auto again = wire::internal::ParseTimestamp(text, format);
    Demand(again && std::fabs(*again - *seconds) <= 1.01, "a time comes back");
  }
}

void TryScalars(std::string_view input) {
  static const wire::SampleModel sample(R"("protocol":"rest-xml")", "", wire::kSampleShapes);
  static const wire::Shape all = sample.shape("All");
  for (std::size_t i = 0; i < all.member_count(); ++i) {
    const wire::Member member = all.member(i);
    if (!wire::internal::IsScalar(member.shape().type())) continue;
    const auto value = wire::internal::ParseScalar(member.shape(), member.timestamp_format(), input);
    if (!value) continue;
    std::string text;
    wire::internal::AppendScalar(text, member.shape(), member.timestamp_format(), *value);
    const auto again = wire::internal::ParseScalar(member.shape(), member.timestamp_format(), text);
    Demand(again.has_value(), "a scalar that is written can be read");
    std::string written;
    wire::internal::AppendScalar(written, member.shape(), member.timestamp_format(), *again);
    Demand(written == text, "a scalar is written as it was read");
    if (member.shape().type() != wire::ShapeType::kTimestamp) Demand(SameTree(*again, *value), "a scalar comes back");
  }
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(Texts) {
  TryEncodings(input);
  TryTimes(input);
  TryScalars(input);
}
