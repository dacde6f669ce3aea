// A form that is posted to a bucket, and its policy. First line: the request's Content-Type; the rest: its body.

#include <algorithm>
#include <string>

#include "fuzz/fuzz_target.hpp"
#include "s3/post_form_policy.hpp"
#include "s3/post_form_reader.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::fuzz {
namespace {

/// Hands out a body in pieces that the input chooses. Not thread-safe.
class CutForm final : public wire::BodyReader {
 public:
  CutForm(std::string_view body, bool whole) : left_(body), size_(body.size()), whole_(whole), choices_(body) {}
  std::size_t Read(char* buffer, std::size_t capacity) override {
    const std::size_t piece = whole_ ? left_.size() : choices_.Piece(left_.size());
    const std::size_t count = std::min(piece, capacity);
    std::copy_n(left_.data(), count, buffer);
    left_.remove_prefix(count);
    return count;
  }
  std::optional<std::uint64_t> size() const override { return size_; }

 private:
  std::string_view left_;
  const std::size_t size_;
  const bool whole_;
  Choices choices_;
};

/// What was read, as one text.
std::string ReadForm(std::string_view boundary, std::string_view body, bool whole) {
  CutForm cut(body, whole);
  s3::PostFormReader reader(cut, boundary);
  const auto read = reader.ReadFields();
  if (!read.ok()) return read.error().code;
  std::string seen = reader.filename().value_or("-");
  std::size_t field_bytes = 0;
  for (const s3::FormField& field : reader.fields()) {
    field_bytes += field.name.size() + field.value.size();
    seen.append("\n").append(field.name).append("=").append(field.value);
    if (!wire::EqualsIgnoreCase(field.name, "policy")) continue;
    const auto policy = s3::PostFormPolicy::Parse(field.value);
    if (!policy.ok()) continue;
    const auto checked = policy->Check(reader.fields(), "bucket");
    Demand(checked.ok() || checked.error().message.size() <= 2 * body.size() + 200, "messages are bounded");
  }
  Demand(field_bytes <= s3::PostFormReader::kMaxFieldBytes, "fields are limited");
  const auto most = reader.most_file_bytes();
  std::string file;
  std::string buffer(whole ? 128 * 1024 : 7, '\0');
  try {
    while (const std::size_t count = reader.ReadFile(buffer.data(), buffer.size())) file.append(buffer, 0, count);
  } catch (const wire::BodyRejected& rejected) {
    return seen + "\n" + rejected.error().code;
  }
  Demand(most && file.size() <= *most, "a file is no larger than what was left of the form");
  Demand(file.find("\r\n--" + std::string(boundary)) == std::string::npos, "a file ends at its delimiter");
  return seen + "\n" + file;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(S3Form) {
  Parts parts(input);
  const auto boundary = s3::FormBoundary(parts.Line());
  if (!boundary) return;
  Demand(ReadForm(*boundary, parts.Rest(), true) == ReadForm(*boundary, parts.Rest(), false),
         "a form is the same however it is cut");
}
