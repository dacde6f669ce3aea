#include "s3/select/serialization.hpp"

#include <algorithm>
#include <utility>

#include "s3/select/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3::select {
namespace {

// A delimiter or mark: as long as it may be, or absent.
Result<void> ReadMark(const Fields& in, std::string_view name, std::size_t least, std::size_t most, std::string& mark) {
  const auto text = in.OptionalString(name);
  if (!text) return {};
  if (text->size() < least || text->size() > most) return InvalidRequestParameter(name);
  mark = *text;
  return {};
}

Result<CsvFormat> ReadCsvInput(const Json& input) {
  const Fields in(input);
  CsvFormat format;
  const std::string header = in.StringOr("FileHeaderInfo", "NONE");
  if (SameName(header, "USE")) {
    format.header = FileHeader::kUse;
  } else if (SameName(header, "IGNORE")) {
    format.header = FileHeader::kIgnore;
  } else if (!SameName(header, "NONE")) {
    return SelectError("InvalidFileHeaderInfo");
  }
  RETURN_IF_ERROR(ReadMark(in, "RecordDelimiter", 1, 2, format.record_delimiter));
  RETURN_IF_ERROR(ReadMark(in, "FieldDelimiter", 1, 2, format.field_delimiter));
  RETURN_IF_ERROR(ReadMark(in, "QuoteCharacter", 0, 1, format.quote));
  RETURN_IF_ERROR(ReadMark(in, "QuoteEscapeCharacter", 0, 1, format.escape));
  RETURN_IF_ERROR(ReadMark(in, "Comments", 0, 1, format.comments));
  format.quoted_delimiters = in.BoolOr("AllowQuotedRecordDelimiter", false);
  return format;
}

Result<JsonKind> ReadJsonInput(const Json& input) {
  const auto type = Fields(input).OptionalString("Type");
  if (!type) return MissingSelectParameter("Type");
  if (SameName(*type, "LINES")) return JsonKind::kLines;
  if (SameName(*type, "DOCUMENT")) return JsonKind::kDocument;
  return SelectError("InvalidJsonType");
}

Result<OutputFormat> ReadOutput(const Json& output) {
  const Fields formats(output);
  OutputFormat format;
  if (formats.Has("CSV") && formats.Has("JSON")) return SelectError("ObjectSerializationConflict");
  if (!formats.Has("CSV") && !formats.Has("JSON")) return MissingSelectParameter("OutputSerialization");
  format.json = formats.Has("JSON");
  const Fields in(formats.Object(format.json ? "JSON" : "CSV"));
  constexpr std::size_t kMost = 16;
  RETURN_IF_ERROR(ReadMark(in, "RecordDelimiter", 0, kMost, format.record_delimiter));
  if (format.json) return format;
  RETURN_IF_ERROR(ReadMark(in, "FieldDelimiter", 0, kMost, format.field_delimiter));
  RETURN_IF_ERROR(ReadMark(in, "QuoteCharacter", 0, 1, format.quote));
  RETURN_IF_ERROR(ReadMark(in, "QuoteEscapeCharacter", 0, 1, format.escape));
  const std::string quoting = in.StringOr("QuoteFields", "ASNEEDED");
  format.quote_always = SameName(quoting, "ALWAYS");
  if (!format.quote_always && !SameName(quoting, "ASNEEDED")) return SelectError("InvalidQuoteFields");
  return format;
}

}  // namespace

Result<Serialization> ReadSerialization(const Json& input) {
  const Fields in(input);
  if (!in.Has("InputSerialization")) return MissingSelectParameter("InputSerialization");
  if (!in.Has("OutputSerialization")) return MissingSelectParameter("OutputSerialization");
  const Fields source(in.Object("InputSerialization"));
  const int formats = source.Has("CSV") + source.Has("JSON") + source.Has("Parquet");
  if (formats == 0) return SelectError("InvalidDataSource");
  if (formats > 1) return SelectError("ObjectSerializationConflict");
  if (source.Has("Parquet")) return ParquetNotImplemented();
  Serialization result;
  result.json_input = source.Has("JSON");
  if (result.json_input) {
    ASSIGN_OR_RETURN(result.json, ReadJsonInput(source.Object("JSON")));
  } else {
    ASSIGN_OR_RETURN(result.csv, ReadCsvInput(source.Object("CSV")));
  }
  const std::string compression = source.StringOr("CompressionType", "NONE");
  if (SameName(compression, "GZIP")) {
    result.compression = Compression::kGzip;
  } else if (SameName(compression, "BZIP2")) {
    result.compression = Compression::kBzip2;
  } else if (!SameName(compression, "NONE")) {
    return InvalidCompression("");
  }
  ASSIGN_OR_RETURN(result.output, ReadOutput(in.Object("OutputSerialization")));
  result.progress = Fields(in.Object("RequestProgress")).BoolOr("Enabled", false);
  return result;
}

Result<std::optional<ScanRange>> ReadScanRange(const Json& input, const Serialization& serialization,
                                               std::uint64_t object_size) {
  const Fields in(input);
  if (!in.Has("ScanRange")) return std::optional<ScanRange>();
  const Fields range(in.Object("ScanRange"));
  const auto start = range.OptionalInt("Start");
  const auto end = range.OptionalInt("End");
  if ((!start && !end) || start.value_or(0) < 0 || end.value_or(0) < 0) return SelectError("InvalidScanRange");
  // Where records begin is known of plain lines alone.
  if (serialization.compression != Compression::kNone || serialization.csv.quoted_delimiters ||
      (serialization.json_input && serialization.json == JsonKind::kDocument)) {
    return SelectError("UnsupportedScanRangeInput");
  }
  const std::uint64_t last_byte = object_size == 0 ? 0 : object_size - 1;
  ScanRange result{.first = static_cast<std::uint64_t>(start.value_or(0)), .last = last_byte};
  if (!start) {
    result.first = object_size - std::min(object_size, static_cast<std::uint64_t>(*end));
  } else if (end) {
    if (*end < *start) return SelectError("InvalidScanRange");
    result.last = std::min(last_byte, static_cast<std::uint64_t>(*end));
  }
  if (start && result.first > last_byte) return SelectError("InvalidScanRange");
  return std::optional(result);
}

}  // namespace stratolite::s3::select
