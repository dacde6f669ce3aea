#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "s3/select/byte_source.hpp"
#include "s3/select/evaluation.hpp"
#include "s3/select/query.hpp"
#include "s3/select/record_reader.hpp"
#include "s3/select/record_writer.hpp"
#include "stratolite/service/event_stream.hpp"

namespace stratolite::s3::select {

/// What a request says of the object and the answer.
struct Serialization {
  bool json_input = false;
  JsonKind json = JsonKind::kLines;
  CsvFormat csv;
  Compression compression = Compression::kNone;
  OutputFormat output;
  bool progress = false;
};

/// One query over one object: reads as it is asked for events, and never holds more than a few records. Not thread-safe. Blocks.
class QueryRun final : public EventSource {
 public:
  /// `object`: the bytes as they lie in the bucket.
  QueryRun(Query query, Serialization serialization, std::unique_ptr<ByteSource> object, std::optional<ScanRange> range,
           TimePoint now);

  /// Reads so much of the object that most errors are found while they can still be the answer: a header, a first mebibyte.
  Result<void> Start();
  /// `Records` of up to a mebibyte, `Progress` if asked for, `Cont` now and then, at last `Stats` and `End`.
  Result<std::optional<StreamEvent>> Next() override;

 private:
  /// Counts what the object gave. Not thread-safe.
  class CountingSource;
  enum class State { kRecords, kProgress, kStats, kEnd, kDone };

  /// Until there is a full event, `until` bytes were processed, or the object ended.
  Result<void> Work(std::uint64_t until);
  Result<void> Process();
  Result<void> Finish();
  void Emit(const Members& record);
  void EmitAll();
  StreamEvent TakeRecords();
  Json Counts() const;

  Query query_;
  const Serialization serialization_;
  std::uint64_t scanned_ = 0;
  std::unique_ptr<ByteSource> source_;
  Input input_;
  std::unique_ptr<RecordReader> reader_;
  Scope scope_;
  Record record_;
  std::vector<Accumulator> accumulators_;
  std::string pending_;
  std::int64_t emitted_ = 0;
  std::uint64_t returned_ = 0;
  bool finished_ = false;
  State state_ = State::kRecords;
};

}  // namespace stratolite::s3::select
