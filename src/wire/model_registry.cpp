#include "stratolite/wire/model_registry.hpp"

#include <algorithm>

#include "wire/linked_models.hpp"

namespace stratolite::wire {
namespace {

const LinkedModels& Linked() {
  static constexpr LinkedModels kNone{};
  // Through a volatile: a compiler may take an object's address for non-null although the object is weak.
  const LinkedModels* const volatile linked = &stratolite_linked_models;
  const LinkedModels* const models = linked;
  return models != nullptr ? *models : kNone;
}

}  // namespace

std::span<const std::string_view> LinkedModelNames() { return {Linked().names, Linked().count}; }

std::span<const ModelIndexEntry> LinkedModelIndex() { return {Linked().index, Linked().count}; }

std::optional<ServiceModel> FindLinkedModel(std::string_view name) {
  const auto names = LinkedModelNames();
  const auto found = std::lower_bound(names.begin(), names.end(), name);
  if (found == names.end() || *found != name) return std::nullopt;
  const auto& block = Linked().blocks[found - names.begin()];
  return ServiceModel(std::span(block.begin, block.end));
}

}  // namespace stratolite::wire
