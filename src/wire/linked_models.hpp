#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "stratolite/wire/model_registry.hpp"

namespace stratolite::wire {

/// What `compile_models --embed` writes as a constant into the binary: three arrays of `count` entries, sorted by name.
struct LinkedModels {
  struct Block {
    const std::byte* begin;
    const std::byte* end;
  };
  std::size_t count;
  const std::string_view* names;
  const ModelIndexEntry* index;
  const Block* blocks;
};

}  // namespace stratolite::wire

/// Weak, because programs without models (compile_models, unit tests of the layer) link the registry too.
extern "C" __attribute__((weak)) const stratolite::wire::LinkedModels stratolite_linked_models;
