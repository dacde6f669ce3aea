#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "stratolite/wire/model.hpp"

namespace stratolite::wire {

/// The models that are linked into this binary (`stratolite_models`): read-only data, found without touching the blocks themselves.
/// Immutable. Thread-safe.

/// botocore service names, sorted.
std::span<const std::string_view> LinkedModelNames();
/// nullopt: no such model in this binary.
std::optional<ServiceModel> FindLinkedModel(std::string_view name);

/// What the front door asks to find a service, answered from one small index (so that 100 models cost nothing at start).
struct ModelIndexEntry {
  std::string_view name;
  std::string_view endpoint_prefix;
  std::string_view signing_name;
  std::string_view target_prefix;
  std::string_view api_version;
  std::string_view service_id;
};
std::span<const ModelIndexEntry> LinkedModelIndex();

}  // namespace stratolite::wire
