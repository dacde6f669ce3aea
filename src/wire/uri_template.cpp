#include "wire/uri_template.hpp"

#include <algorithm>

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire::internal {
namespace {

// A signature covers the decoded query: `%75ploads` must be no less than `uploads`, or a signed request becomes another operation.
bool MeansSame(std::string_view raw, std::string_view text) {
  if (raw == text) return true;
  return raw.find('%') != std::string_view::npos && PercentDecode(raw, true) == text;
}

std::string_view Segment(std::string_view path) { return path.substr(0, path.find('/')); }

std::string_view AfterSegment(std::string_view path) {
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
}

// A segment may have literals around its label: `{name}.json`.
bool MatchSegment(std::string_view pattern, std::string_view text, Specificity& score, std::vector<Label>* labels) {
  const auto open = pattern.find('{');
  if (open == std::string_view::npos) {
    ++score.literal_segments;
    return pattern == text;
  }
  const auto close = pattern.find('}', open);
  if (close == std::string_view::npos) return false;
  const std::string_view before = pattern.substr(0, open);
  const std::string_view after = pattern.substr(close + 1);
  if (text.size() <= before.size() + after.size() || !text.starts_with(before) || !text.ends_with(after)) return false;
  ++score.labels;
  if (labels) {
    labels->push_back({pattern.substr(open + 1, close - open - 1),
                       text.substr(before.size(), text.size() - before.size() - after.size())});
  }
  return true;
}

bool IsGreedy(std::string_view segment) {
  return segment.size() > 3 && segment.front() == '{' && segment.ends_with("+}");
}

// `pattern` is what follows the greedy label; splits off as many of the path's last segments as it has.
std::optional<std::size_t> TailStart(std::string_view pattern, std::string_view path) {
  std::size_t start = path.size();
  if (pattern.empty()) return start;
  for (auto count = std::count(pattern.begin(), pattern.end(), '/') + 1; count > 0; --count) {
    if (start == 0) return std::nullopt;
    const auto slash = path.rfind('/', start - 1);
    if (slash == std::string_view::npos) return std::nullopt;
    start = slash;
  }
  return start;
}

std::optional<Specificity> Match(std::string_view pattern, std::string_view path, std::vector<Label>* labels) {
  Specificity score;
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!pattern.empty()) {
    const std::string_view segment = Segment(pattern);
    const bool last = segment.size() == pattern.size();
    pattern = AfterSegment(pattern);
    if (IsGreedy(segment)) {
      const auto tail = TailStart(pattern, path);
      if (!tail || *tail == 0) return std::nullopt;
      if (labels) labels->push_back({segment.substr(1, segment.size() - 3), path.substr(0, *tail)});
      path = *tail == path.size() ? std::string_view{} : path.substr(*tail + 1);
      if (pattern.empty()) return path.empty() ? std::optional(score) : std::nullopt;
      continue;
    }
    if (!MatchSegment(segment, Segment(path), score, labels)) return std::nullopt;
    const bool more = Segment(path).size() != path.size();
    path = AfterSegment(path);
    if (last) return more ? std::nullopt : std::optional(score);
    if (!more) return std::nullopt;
  }
  // The template was `/`, or ended in one.
  return path.empty() ? std::optional(score) : std::nullopt;
}

}  // namespace

std::optional<Specificity> MatchPath(std::string_view path_template, std::string_view path,
                                     std::vector<Label>* labels) {
  if (labels) labels->clear();
  if (auto score = Match(path_template, path, labels)) return score;
  if (path.size() > 1 && path.back() == '/') {
    if (labels) labels->clear();
    return Match(path_template, path.substr(0, path.size() - 1), labels);
  }
  return std::nullopt;
}

std::optional<std::string_view> FindQueryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    const std::size_t equals = std::min(field.find('='), field.size());
    if (MeansSame(field.substr(0, equals), name)) return field.substr(std::min(equals + 1, field.size()));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
  }
  return std::nullopt;
}

std::optional<int> MatchQuery(std::string_view query_template, std::string_view query) {
  int count = 0;
  while (!query_template.empty()) {
    const std::string_view field = query_template.substr(0, query_template.find('&'));
    const auto equals = field.find('=');
    const auto found = FindQueryValue(query, field.substr(0, equals));
    if (!found) return std::nullopt;
    if (equals != std::string_view::npos && !MeansSame(*found, field.substr(equals + 1))) return std::nullopt;
    ++count;
    query_template.remove_prefix(std::min(query_template.size(), field.size() + 1));
  }
  return count;
}

}  // namespace stratolite::wire::internal
