#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "s3/select/byte_source.hpp"
#include "s3/select/query.hpp"
#include "s3/select/value.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3::select {

enum class FileHeader { kNone, kUse, kIgnore };

struct CsvFormat {
  FileHeader header = FileHeader::kNone;
  std::string record_delimiter = "\n";
  std::string field_delimiter = ",";
  /// Empty: nothing is quoted, or escaped, or a comment.
  std::string quote = "\"";
  std::string escape = "\"";
  std::string comments = "#";
  bool quoted_delimiters = false;
};

enum class JsonKind { kLines, kDocument };

/// Of an object: the records whose first byte lies in it.
struct ScanRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// One record: a row of CSV or a value of JSON.
struct Record {
  std::vector<std::string> fields;
  Value tree;
};

/// The records of an object one after the other; none is longer than a mebibyte, and no more than one is in memory. Not thread-safe. Blocks.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  /// Before the first record: reads the header and binds the query's paths. Errors: those of BindColumns, and of reading.
  virtual Result<void> Bind(Query& query) = 0;
  /// False at the end. Errors: CSVParsingError, JSONParsingError, InvalidTextEncoding, OverMaxRecordSize and those of decompression.
  virtual Result<bool> Next(Record& record) = 0;
  /// The header's names, when the file has one and it is used.
  virtual const std::vector<std::string>* headers() const { return nullptr; }
};

/// `input` outlives them.
std::unique_ptr<RecordReader> ReadCsv(Input& input, CsvFormat format, std::optional<ScanRange> range);
std::unique_ptr<RecordReader> ReadJson(Input& input, JsonKind kind, std::vector<PathStep> source,
                                       std::optional<ScanRange> range);

}  // namespace stratolite::s3::select
