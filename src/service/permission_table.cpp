#include "service/permission_table.hpp"

#include <algorithm>

/// Weak, because programs without models link this layer too.
extern "C" __attribute__((weak)) const std::byte stratolite_linked_permissions[];

namespace stratolite::permissions {

template <typename T>
const T* Table::FindNamed(std::span<const T> records, std::string_view name) const {
  const auto found =
      std::lower_bound(records.begin(), records.end(), name,
                       [this](const T& record, std::string_view key) { return Read(record.name) < key; });
  return found != records.end() && Read(found->name) == name ? &*found : nullptr;
}

std::optional<std::span<const NeedRecord>> Table::FindNeeds(std::string_view service,
                                                            std::string_view operation) const {
  const auto* in = FindNamed(Slice<ServiceRecord>(header().services, {0, header().services.count}), service);
  if (in == nullptr) return std::nullopt;
  const auto* found = FindNamed(Slice<OperationRecord>(header().operations, in->operations), operation);
  if (found == nullptr) return std::nullopt;
  return Slice<NeedRecord>(header().needs, found->needs);
}

std::optional<Table> LinkedTable() {
  // Through a volatile: a compiler may take an array's address for non-null although the array is weak.
  const std::byte* const volatile linked = stratolite_linked_permissions;
  const std::byte* const block = linked;
  if (block == nullptr) return std::nullopt;
  return Table(block);
}

}  // namespace stratolite::permissions
