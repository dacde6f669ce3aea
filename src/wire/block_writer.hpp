#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wire/model_format.hpp"

namespace stratolite::wire {

/// A growing compiled model (`model_format.hpp`): aligned records and pooled strings, each known by its offset. Not thread-safe.
class BlockWriter {
 public:
  BlockWriter() { bytes_.reserve(1 << 16); }

  template <typename Record>
  std::uint32_t Append(const Record& record) {
    return AppendBytes(&record, sizeof(record));
  }
  template <typename Record>
  std::uint32_t AppendAll(const std::vector<Record>& records) {
    return AppendBytes(records.data(), records.size() * sizeof(Record));
  }
  template <typename Record>
  void Overwrite(std::uint32_t offset, const Record& record) {
    std::memcpy(bytes_.data() + offset, &record, sizeof(record));
  }
  std::uint32_t Reserve(std::size_t size) {
    const std::uint32_t offset = Align();
    bytes_.resize(bytes_.size() + size);
    return offset;
  }

  format::StringRef Pool(const std::string& text) {
    const auto found = pool_.find(text);
    if (found != pool_.end()) return found->second;
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
    const auto offset = static_cast<std::uint32_t>(bytes_.size());
    bytes_.resize(bytes_.size() + sizeof(size) + text.size() + 1);
    std::memcpy(bytes_.data() + offset, &size, sizeof(size));
    std::memcpy(bytes_.data() + offset + sizeof(size), text.data(), text.size());
    pool_.emplace(text, offset);
    return offset;
  }

  /// `names[i]` is the name of entry i. `order` says in which order entries are entered: of equal names the first wins.
  format::NameTable AppendTable(const std::vector<std::string>& names, const std::vector<std::size_t>& order) {
    if (names.size() >= std::numeric_limits<std::uint16_t>::max()) {
      throw std::runtime_error("service model: too many names for one table, from " + names.front() + " on");
    }
    const std::uint32_t capacity = std::bit_ceil(static_cast<std::uint32_t>(names.size() * 2 + 1));
    std::vector<std::uint16_t> slots(capacity, 0);
    for (const std::size_t i : order) {
      std::uint32_t slot = format::HashName(names[i]) & (capacity - 1);
      while (slots[slot] != 0 && names[slots[slot] - 1U] != names[i]) slot = (slot + 1) & (capacity - 1);
      if (slots[slot] == 0) slots[slot] = static_cast<std::uint16_t>(i + 1);
    }
    return {AppendAll(slots), capacity - 1};
  }
  format::NameTable AppendTable(const std::vector<std::string>& names) {
    std::vector<std::size_t> order(names.size());
    std::iota(order.begin(), order.end(), 0);
    return AppendTable(names, order);
  }

  std::vector<std::byte> Take() && {
    Align();
    return std::move(bytes_);
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::uint32_t Align() {
    bytes_.resize((bytes_.size() + format::kAlignment - 1) / format::kAlignment * format::kAlignment);
    if (bytes_.size() > std::numeric_limits<std::int32_t>::max())
      throw std::runtime_error("service model: larger than 2 GiB");
    return static_cast<std::uint32_t>(bytes_.size());
  }
  std::uint32_t AppendBytes(const void* data, std::size_t size) {
    const std::uint32_t offset = Reserve(size);
    if (size > 0) std::memcpy(bytes_.data() + offset, data, size);
    return offset;
  }

  std::vector<std::byte> bytes_;
  std::unordered_map<std::string, format::StringRef> pool_;
};

}  // namespace stratolite::wire
