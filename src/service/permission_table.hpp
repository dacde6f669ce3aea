#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "service/permission_format.hpp"

namespace stratolite::permissions {

/// A view of the block that compile_permissions made. Reading touches the pages of what is looked up, no others. Immutable. Thread-safe.
class Table {
 public:
  /// Of a block that outlives the table.
  explicit Table(const std::byte* block) : block_(block) {}

  /// nullopt: nothing is known of the service, or of the operation. An empty span: it needs nothing.
  std::optional<std::span<const NeedRecord>> FindNeeds(std::string_view service, std::string_view operation) const;

  std::string_view Read(Text text) const {
    return {reinterpret_cast<const char*>(block_) + header().characters.offset + text.offset, text.size};
  }
  std::span<const Text> Paths(Range range) const { return Slice<Text>(header().paths, range); }
  std::span<const TemplateRecord> Templates(Range range) const {
    return Slice<TemplateRecord>(header().templates, range);
  }
  std::span<const PieceRecord> Pieces(Range range) const { return Slice<PieceRecord>(header().pieces, range); }
  std::span<const KeyRecord> Keys(Range range) const { return Slice<KeyRecord>(header().keys, range); }

 private:
  const Header& header() const { return *reinterpret_cast<const Header*>(block_); }
  template <typename T>
  std::span<const T> Slice(Section section, Range range) const {
    return {reinterpret_cast<const T*>(block_ + section.offset) + range.first, range.count};
  }
  template <typename T>
  const T* FindNamed(std::span<const T> records, std::string_view name) const;

  const std::byte* block_;
};

/// The one that the build linked in; nullopt in programs without models.
std::optional<Table> LinkedTable();

}  // namespace stratolite::permissions
