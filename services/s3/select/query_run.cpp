#include "s3/select/query_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "s3/select/errors.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3::select {
namespace {

constexpr std::size_t kEventBytes = 1024 * 1024;
// Records come in up to this size and one more: an event stays below what its header can say.
constexpr std::size_t kFullBytes = kEventBytes / 2;
constexpr std::uint64_t kFirstLook = 1024 * 1024;
// How much is read between two signs of life.
constexpr std::uint64_t kSilence = 4 * 1024 * 1024;

}  // namespace

class QueryRun::CountingSource final : public ByteSource {
 public:
  CountingSource(std::unique_ptr<ByteSource> source, std::uint64_t& count)
      : source_(std::move(source)), count_(count) {}

  Result<std::size_t> Read(char* buffer, std::size_t capacity) override {
    auto size = source_->Read(buffer, capacity);
    if (size.ok()) count_ += *size;
    return size;
  }

 private:
  const std::unique_ptr<ByteSource> source_;
  std::uint64_t& count_;
};

QueryRun::QueryRun(Query query, Serialization serialization, std::unique_ptr<ByteSource> object,
                   std::optional<ScanRange> range, TimePoint now)
    : query_(std::move(query)),
      serialization_(std::move(serialization)),
      source_(Decompress(std::make_unique<CountingSource>(std::move(object), scanned_), serialization_.compression)),
      input_(*source_) {
  reader_ = serialization_.json_input ? ReadJson(input_, serialization_.json, query_.source, range)
                                      : ReadCsv(input_, serialization_.csv, range);
  scope_ = {.columns = !serialization_.json_input, .now = now};
  for (const Expression* const each : query_.aggregates) accumulators_.emplace_back(each->aggregate);
}

Result<void> QueryRun::Start() {
  if (auto bound = reader_->Bind(query_); !bound.ok())
    return input_.error() ? *input_.error() : std::move(bound).error();
  return Work(kFirstLook);
}

Result<std::optional<StreamEvent>> QueryRun::Next() {
  if (state_ == State::kRecords) {
    if (!finished_ && pending_.size() < kFullBytes) RETURN_IF_ERROR(Work(input_.position() + kSilence));
    if (pending_.size() >= kFullBytes || (finished_ && !pending_.empty())) return std::optional(TakeRecords());
    if (!finished_) {
      return std::optional(serialization_.progress ? StreamEvent{"Progress", {{"Details", Counts()}}}
                                                   : StreamEvent{"Cont"});
    }
    state_ = serialization_.progress ? State::kProgress : State::kStats;
  }
  switch (state_) {
    case State::kProgress:
      state_ = State::kStats;
      return std::optional(StreamEvent{"Progress", {{"Details", Counts()}}});
    case State::kStats:
      state_ = State::kEnd;
      return std::optional(StreamEvent{"Stats", {{"Details", Counts()}}});
    case State::kEnd:
      state_ = State::kDone;
      return std::optional(StreamEvent{"End"});
    default:
      return std::optional<StreamEvent>();
  }
}

Result<void> QueryRun::Work(std::uint64_t until) {
  while (!finished_ && pending_.size() < kFullBytes && input_.position() < until) {
    if (query_.limit && emitted_ >= *query_.limit) {
      finished_ = true;
      break;
    }
    auto more = reader_->Next(record_);
    if (!more.ok()) return input_.error() ? *input_.error() : std::move(more).error();
    RETURN_IF_ERROR(*more ? Process() : Finish());
  }
  return {};
}

Result<void> QueryRun::Process() {
  scope_.record = &record_;
  if (query_.where) {
    ASSIGN_OR_RETURN(const Value condition, Evaluate(*query_.where, scope_));
    if (!condition.is_absent() && !condition.As<bool>()) return SelectError("ExternalEvalException");
    if (!condition.is_true()) return {};
  }
  if (!accumulators_.empty()) {
    for (std::size_t i = 0; i < accumulators_.size(); ++i) {
      const auto& operands = query_.aggregates[i]->operands;
      Value value = std::int64_t{1};
      if (!operands.empty()) {
        ASSIGN_OR_RETURN(value, Evaluate(*operands.front(), scope_));
      }
      RETURN_IF_ERROR(accumulators_[i].Add(value));
    }
    return {};
  }
  if (query_.all) {
    EmitAll();
    return {};
  }
  Members row;
  for (const Projection& projection : query_.projections) {
    ASSIGN_OR_RETURN(Value value, Evaluate(*projection.expression, scope_));
    row.emplace_back(projection.name, std::move(value));
  }
  Emit(row);
  return {};
}

Result<void> QueryRun::Finish() {
  finished_ = true;
  if (accumulators_.empty()) return {};
  std::vector<Value> results;
  for (const Accumulator& accumulator : accumulators_) {
    ASSIGN_OR_RETURN(Value value, accumulator.Finish());
    results.push_back(std::move(value));
  }
  Scope scope{.record = nullptr, .columns = false, .aggregates = &results, .now = scope_.now};
  Members row;
  for (const Projection& projection : query_.projections) {
    ASSIGN_OR_RETURN(Value value, Evaluate(*projection.expression, scope));
    row.emplace_back(projection.name, std::move(value));
  }
  Emit(row);
  return {};
}

void QueryRun::Emit(const Members& record) {
  AppendRecord(pending_, serialization_.output, record);
  ++emitted_;
}

void QueryRun::EmitAll() {
  Members row;
  if (serialization_.json_input) {
    if (const Members* const members = record_.tree.members()) return Emit(*members);
    row.emplace_back("_1", record_.tree);
    return Emit(row);
  }
  const auto* const headers = reader_->headers();
  for (std::size_t i = 0; i < record_.fields.size(); ++i) {
    row.emplace_back(headers && i < headers->size() ? (*headers)[i] : fmt::format("_{}", i + 1), record_.fields[i]);
  }
  Emit(row);
}

StreamEvent QueryRun::TakeRecords() {
  const std::string_view payload = std::string_view(pending_).substr(0, kEventBytes);
  returned_ += payload.size();
  StreamEvent event{"Records", {{"Payload", ToJsonBlob(payload)}}};
  pending_.erase(0, payload.size());
  return event;
}

Json QueryRun::Counts() const {
  return {{"BytesScanned", scanned_}, {"BytesProcessed", input_.position()}, {"BytesReturned", returned_}};
}

}  // namespace stratolite::s3::select
