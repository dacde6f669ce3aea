// SelectObjectContent: a line of SQL, a line of letters that choose formats, and the object.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "fuzz/fuzz_target.hpp"
#include "s3/select/query_run.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::fuzz {
namespace {

constexpr std::size_t kMaxAnswerBytes = 16 * 1024 * 1024;

/// Not thread-safe.
class CutSource final : public s3::select::ByteSource {
 public:
  CutSource(std::string_view bytes, bool whole) : bytes_(bytes), whole_(whole), choices_(bytes) {}
  Result<std::size_t> Read(char* buffer, std::size_t capacity) override {
    const std::size_t count = std::min(capacity, whole_ ? bytes_.size() : choices_.Piece(bytes_.size()));
    bytes_.copy(buffer, count);
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
  const bool whole_;
  Choices choices_;
};

s3::select::Serialization ReadOptions(std::string_view letters) {
  const auto chosen = [&](char letter) { return letters.find(letter) != std::string_view::npos; };
  s3::select::Serialization options;
  options.json_input = chosen('j') || chosen('d');
  options.json = chosen('d') ? s3::select::JsonKind::kDocument : s3::select::JsonKind::kLines;
  if (chosen('h')) options.csv.header = s3::select::FileHeader::kUse;
  if (chosen('i')) options.csv.header = s3::select::FileHeader::kIgnore;
  if (chosen('r')) options.csv.record_delimiter = "\r\n";
  if (chosen('f')) options.csv.field_delimiter = ";;";
  if (chosen('e')) options.csv.escape = "\\";
  if (chosen('n')) options.csv.quote = options.csv.escape = options.csv.comments = "";
  options.csv.quoted_delimiters = chosen('q');
  if (chosen('g')) options.compression = s3::select::Compression::kGzip;
  if (chosen('b')) options.compression = s3::select::Compression::kBzip2;
  options.output.json = chosen('o');
  options.output.quote_always = chosen('a');
  return options;
}

bool IsPacked(std::string_view letters) { return letters.find_first_of("gb") != std::string_view::npos; }

struct SelectOutcome {
  std::string records;
  std::string error;
};

SelectOutcome RunSelect(std::string_view sql, std::string_view letters, std::string_view object, bool whole) {
  SelectOutcome outcome;
  auto query = s3::select::ParseQuery(sql);
  if (!query.ok()) return {std::string(), query.error().code};
  std::optional<s3::select::ScanRange> range;
  // Compressed objects have no ranges: ReadScanRange refuses them.
  if (letters.find('s') != std::string_view::npos && !IsPacked(letters)) range = {object.size() / 3, object.size() / 2};
  s3::select::QueryRun run(*std::move(query), ReadOptions(letters), std::make_unique<CutSource>(object, whole), range,
                           TimePoint(std::chrono::hours(500'000)));
  if (const auto started = run.Start(); !started.ok()) return {std::string(), started.error().code};
  while (outcome.records.size() < kMaxAnswerBytes) {
    auto event = run.Next();
    if (!event.ok()) {
      outcome.error = event.error().code;
      break;
    }
    if (!event.value()) break;
    if (event.value()->name != "Records") continue;
    const auto& payload = event.value()->value["Payload"].get_binary();
    outcome.records.append(payload.begin(), payload.end());
  }
  return outcome;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(S3Select) {
  Parts parts(input);
  const std::string_view sql = parts.Line();
  const std::string_view letters = parts.Line();
  if (!IsValidUtf8(sql)) return;
  const SelectOutcome whole = RunSelect(sql, letters, parts.Rest(), true);
  const SelectOutcome cut = RunSelect(sql, letters, parts.Rest(), false);
  // How much of a broken compressed object comes out before the error depends on the pieces.
  if (IsPacked(letters) && (!whole.error.empty() || !cut.error.empty())) {
    Demand(!whole.error.empty() && !cut.error.empty(), "a broken object is refused however it is read");
    return;
  }
  Demand(whole.error == cut.error, "an object is refused alike however it is read");
  Demand(whole.records == cut.records, "an object gives the same however it is read");
}
