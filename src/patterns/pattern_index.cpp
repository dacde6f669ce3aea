#include "patterns/pattern_index.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace stratolite::patterns::internal {
namespace {

using TestKind = ValueTest::Kind;

/// Equal for tests that hold for the same values.
std::string KeyOf(const ValueTest& test) {
  std::string key = std::to_string(static_cast<int>(test.kind));
  const auto add = [&key](std::string_view part) {
    key += '\n';
    key += std::to_string(part.size());
    key += ':';
    key += part;
  };
  for (const std::string& text : test.texts) add(text);
  for (const std::int64_t number : test.numbers) add(std::to_string(number));
  for (const Wildcard& wildcard : test.wildcards) {
    add(std::to_string(wildcard.parts().size()));
    for (const std::string& part : wildcard.parts()) add(part);
  }
  if (test.low) add((test.low_open ? ">" : ">=") + std::to_string(*test.low));
  if (test.high) add((test.high_open ? "<" : "<=") + std::to_string(*test.high));
  for (const IpAddress* address : {&test.ips.bottom, &test.ips.top}) {
    add({reinterpret_cast<const char*>(address->bytes.data()), static_cast<std::size_t>(address->size)});
  }
  return key;
}

/// What looking for a value's tests of this kind costs for every event, in comparisons of texts.
std::size_t Effort(TestKind kind) {
  switch (kind) {
    case TestKind::kString:
    case TestKind::kNumber:
      return 0;
    case TestKind::kEqualsIgnoreCase:
    case TestKind::kPrefix:
    case TestKind::kSuffix:
      return 1;
    case TestKind::kTrue:
    case TestKind::kFalse:
    case TestKind::kNull:
      return 8;
    case TestKind::kPrefixIgnoreCase:
    case TestKind::kSuffixIgnoreCase:
    case TestKind::kWildcard:
    case TestKind::kIpRange:
    case TestKind::kNumericRange:
      return 16;
    default:
      return 64;
  }
}

template <typename Map, typename Key>
void Append(const Map& map, const Key& key, std::vector<std::size_t>* out) {
  if (map.empty()) return;
  if (const auto found = map.find(key); found != map.end())
    out->insert(out->end(), found->second.begin(), found->second.end());
}

void AddLength(std::size_t length, std::vector<std::size_t>* lengths) {
  if (std::find(lengths->begin(), lengths->end(), length) == lengths->end()) lengths->push_back(length);
}

}  // namespace

PatternIndex::PatternIndex(PathTree tree, std::vector<Entry> entries)
    : tree_(std::move(tree)), entries_(std::move(entries)), nodes_(tree_.size()) {
  std::vector<std::unordered_map<std::string, std::size_t>> shared(tree_.size());
  for (const Entry& entry : entries_) {
    for (const PlacedBranch::Item& item : entry.branch.items) {
      for (const ValueTest& test : *item.tests) ++shared[static_cast<std::size_t>(item.node)][KeyOf(test)];
    }
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const PlacedBranch::Item* best = nullptr;
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const PlacedBranch::Item& item : entries_[i].branch.items) {
      if (item.may_be_absent) continue;
      std::size_t cost = 0;
      for (const ValueTest& test : *item.tests)
        cost += shared[static_cast<std::size_t>(item.node)][KeyOf(test)] + Effort(test.kind);
      if (cost < least) {
        least = cost;
        best = &item;
      }
    }
    if (best) {
      File(i, *best);
    } else {
      always_.push_back(i);
    }
  }
}

void PatternIndex::File(std::size_t entry, const PlacedBranch::Item& item) {
  auto& slot = nodes_[static_cast<std::size_t>(item.node)];
  if (!slot) slot = std::make_unique<Node>();
  Node& node = *slot;
  for (const ValueTest& test : *item.tests) {
    switch (test.kind) {
      case TestKind::kString:
        node.strings[test.texts.front()].push_back(entry);
        break;
      case TestKind::kEqualsIgnoreCase:
        node.folded[test.texts.front()].push_back(entry);
        break;
      case TestKind::kPrefix:
        node.prefixes.texts[test.texts.front()].push_back(entry);
        AddLength(test.texts.front().size(), &node.prefixes.lengths);
        break;
      case TestKind::kSuffix:
        node.suffixes.texts[test.texts.front()].push_back(entry);
        AddLength(test.texts.front().size(), &node.suffixes.lengths);
        break;
      default:
        if (test.kind == TestKind::kNumber && !test.numbers.empty()) {
          node.numbers[test.numbers.front()].push_back(entry);
          break;
        }
        const auto [known, added] = node.other_by_key.emplace(KeyOf(test), node.others.size());
        if (added) node.others.push_back({test, {}});
        node.others[known->second].entries.push_back(entry);
    }
  }
}

void PatternIndex::Add(const Node& node, const Value& value, Entries* candidates) {
  if (value.kind() == Value::Kind::kString) {
    const std::string_view text = value.text();
    Append(node.strings, text, candidates);
    if (!node.folded.empty()) Append(node.folded, std::string_view(value.folded()), candidates);
    for (const std::size_t length : node.prefixes.lengths) {
      if (length <= text.size()) Append(node.prefixes.texts, text.substr(0, length), candidates);
    }
    for (const std::size_t length : node.suffixes.lengths) {
      if (length <= text.size()) Append(node.suffixes.texts, text.substr(text.size() - length), candidates);
    }
  } else if (value.number()) {
    Append(node.numbers, *value.number(), candidates);
  }
  for (const Other& other : node.others) {
    if (other.test.Holds(value)) candidates->insert(candidates->end(), other.entries.begin(), other.entries.end());
  }
}

std::vector<std::size_t> PatternIndex::Find(const FlatEvent& event) const {
  Entries candidates = always_;
  for (const Field& field : event.fields()) {
    const auto& node = nodes_[static_cast<std::size_t>(field.node)];
    if (node) Add(*node, field.value, &candidates);
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());

  std::vector<std::size_t> found;
  for (const std::size_t candidate : candidates) {
    const Entry& entry = entries_[candidate];
    if (!found.empty() && found.back() == entry.pattern) continue;
    if (Matches(entry.branch, event)) found.push_back(entry.pattern);
  }
  return found;
}

}  // namespace stratolite::patterns::internal
