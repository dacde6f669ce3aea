#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "stratolite/wire/model.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite::fuzz {

/// The linked models that speak `protocol`.
inline std::vector<wire::ServiceModel> ModelsSpeaking(wire::Protocol protocol) {
  std::vector<wire::ServiceModel> models;
  for (const std::string_view name : wire::LinkedModelNames()) {
    const auto model = wire::FindLinkedModel(name);
    if (model && model->Speaks(protocol)) models.push_back(*model);
  }
  return models;
}

/// `sqs SendMessage`: the operation of that name; other words choose one by chance, always the same.
inline wire::Operation ChooseOperation(const std::vector<wire::ServiceModel>& models, std::string_view words) {
  const std::size_t blank = std::min(words.find(' '), words.size());
  const std::string_view service = words.substr(0, blank);
  const std::string_view name = words.substr(std::min(blank + 1, words.size()));
  Choices choices(words);
  wire::ServiceModel model = models[choices.Below(models.size())];
  for (const auto& known : models) {
    if (known.name() == service) model = known;
  }
  if (const auto operation = model.FindOperation(name)) return *operation;
  return model.operation(choices.Below(model.operation_count()));
}

}  // namespace stratolite::fuzz
