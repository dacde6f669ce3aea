#include <algorithm>

#include "s3/select/errors.hpp"
#include "s3/select/record_reader.hpp"
#include "s3/select/scanning.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::s3::select {
namespace {

/// Not thread-safe.
class CsvReader final : public RecordReader {
 public:
  CsvReader(Input& input, CsvFormat format, std::optional<ScanRange> range)
      : input_(input), format_(std::move(format)), range_(range) {}

  Result<void> Bind(Query& query) override {
    if (!query.source.empty()) return SelectError("InvalidKeyPath");
    SkipByteOrderMark(input_);
    if (format_.header != FileHeader::kNone) {
      Record header;
      ASSIGN_OR_RETURN(const bool any, ReadRow(header));
      if (any && format_.header == FileHeader::kUse) headers_ = std::move(header.fields);
      if (!any && format_.header == FileHeader::kUse) headers_.emplace();
    }
    if (range_) SkipToRange(input_, *range_, format_.record_delimiter);
    bound_ = true;
    return BindColumns(query, headers());
  }

  Result<bool> Next(Record& record) override { return ReadRow(record); }

  const std::vector<std::string>* headers() const override { return headers_ ? &*headers_ : nullptr; }

 private:
  static constexpr std::size_t kMaxFields = 100'000;

  // Whether the next characters are `text`, which are taken then. Of two characters, the second may lie beyond the buffer.
  bool Take(const std::string& text) {
    if (text.empty() || !input_.Take(text[0])) return false;
    if (text.size() == 1) return true;
    if (input_.Take(text[1])) return true;
    pending_ += text[0];
    return false;
  }

  Result<bool> ReadRow(Record& record) {
    for (;;) {
      if (bound_ && range_ && input_.position() > range_->last) return false;
      if (input_.Peek() == Input::kEnd) {
        if (input_.error()) return *input_.error();
        return false;
      }
      const std::uint64_t begin = input_.position();
      if (!format_.comments.empty() && input_.Peek() == static_cast<unsigned char>(format_.comments[0])) {
        SkipRecord(input_, format_.record_delimiter);
        continue;
      }
      RETURN_IF_ERROR(ReadFields(record.fields, begin));
      if (input_.error()) return *input_.error();
      // A line without anything is no record.
      if (record.fields.size() == 1 && record.fields[0].empty() && !quoted_) continue;
      return true;
    }
  }

  Result<void> ReadFields(std::vector<std::string>& fields, std::uint64_t begin) {
    std::size_t count = 0;
    quoted_ = false;
    for (bool more = true; more;) {
      if (count == kMaxFields) return SelectError("CSVParsingError");
      if (count == fields.size()) fields.emplace_back();
      std::string& field = fields[count++];
      field.clear();
      ASSIGN_OR_RETURN(more, ReadField(field, begin));
      if (!IsValidUtf8(field)) return InvalidTextEncoding(begin);
    }
    fields.resize(count);
    return {};
  }

  // False: it was the record's last.
  Result<bool> ReadField(std::string& field, std::uint64_t begin) {
    std::size_t quoted_bytes = 0;
    if (Take(format_.quote)) {
      quoted_ = true;
      RETURN_IF_ERROR(ReadQuoted(field, begin));
      quoted_bytes = field.size();
    }
    for (;;) {
      if (Take(format_.record_delimiter)) {
        // XML makes "\n" of a "\r\n" that a client wrote into its request.
        if (format_.record_delimiter == "\n" && field.size() > quoted_bytes && field.ends_with('\r')) field.pop_back();
        return false;
      }
      Flush(field);
      if (Take(format_.field_delimiter)) return true;
      Flush(field);
      const int c = input_.Get();
      if (c == Input::kEnd) return false;
      field += static_cast<char>(c);
      if (input_.position() - begin > kMaxRecordBytes) return SelectError("OverMaxRecordSize");
    }
  }

  void Flush(std::string& field) {
    field += pending_;
    pending_.clear();
  }

  Result<void> ReadQuoted(std::string& field, std::uint64_t begin) {
    for (;;) {
      if (input_.position() - begin > kMaxRecordBytes) return SelectError("OverMaxRecordSize");
      if (!format_.quoted_delimiters) {
        if (Take(format_.record_delimiter)) return SelectError("CSVUnescapedQuote");
        Flush(field);
      }
      const int c = input_.Get();
      if (c == Input::kEnd) return input_.error() ? *input_.error() : SelectError("CSVUnescapedQuote");
      if (c == static_cast<unsigned char>(format_.quote[0])) {
        if (format_.escape != format_.quote || !input_.Take(format_.quote[0])) return {};
      } else if (!format_.escape.empty() && c == static_cast<unsigned char>(format_.escape[0])) {
        if (input_.Take(format_.quote[0])) {
          field += format_.quote[0];
          continue;
        }
        input_.Take(format_.escape[0]);
      }
      field += static_cast<char>(c);
    }
  }

  Input& input_;
  const CsvFormat format_;
  const std::optional<ScanRange> range_;
  std::optional<std::vector<std::string>> headers_;
  /// The first character of a delimiter of two, when the second did not follow.
  std::string pending_;
  bool quoted_ = false;
  bool bound_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> ReadCsv(Input& input, CsvFormat format, std::optional<ScanRange> range) {
  return std::make_unique<CsvReader>(input, std::move(format), range);
}

}  // namespace stratolite::s3::select
