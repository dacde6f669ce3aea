#include <algorithm>
#include <cassert>

#include "stratolite/service/service.hpp"

namespace stratolite {

const OperationTable::Entry* OperationTable::Find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> OperationTable::names() const {
  std::vector<std::string_view> names;
  names.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

OperationTable::Entry& OperationTable::Insert(std::string_view name, Entry entry) {
  const auto [position, inserted] = entries_.emplace(std::string(name), std::move(entry));
  assert(inserted && "an operation is registered once");
  return position->second;
}

}  // namespace stratolite
