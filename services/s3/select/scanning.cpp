#include "s3/select/scanning.hpp"

#include <algorithm>

namespace stratolite::s3::select {

void SkipRecord(Input& input, std::string_view delimiter) {
  for (int c = input.Get(); c != Input::kEnd; c = input.Get()) {
    if (c != static_cast<unsigned char>(delimiter[0])) continue;
    if (delimiter.size() == 1 || input.Take(delimiter[1])) return;
  }
}

void SkipToRange(Input& input, const ScanRange& range, std::string_view delimiter) {
  // A record that begins with the range's first byte has a delimiter before it.
  if (range.first < input.position() + delimiter.size()) {
    if (range.first > input.position()) SkipRecord(input, delimiter);
    return;
  }
  const std::uint64_t target = range.first - delimiter.size();
  while (input.position() < target && input.Peek() != Input::kEnd) {
    input.Skip(static_cast<std::size_t>(std::min<std::uint64_t>(input.Buffered().size(), target - input.position())));
  }
  SkipRecord(input, delimiter);
}

void SkipByteOrderMark(Input& input) {
  if (input.Buffered().starts_with("\xEF\xBB\xBF")) input.Skip(3);
}

}  // namespace stratolite::s3::select
