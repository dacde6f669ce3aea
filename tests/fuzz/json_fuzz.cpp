// JSON bodies: against another parser, and what is read is what was written.

#include "fuzz/fuzz_target.hpp"
#include "fuzz/trees.hpp"
#include "unit/wire/sample_model.hpp"
#include "wire/json_codec.hpp"

namespace stratolite::fuzz {
namespace {

const wire::SampleModel& JsonModel() {
  static const wire::SampleModel model(R"("protocol":"json","jsonVersion":"1.1","targetPrefix":"Sample")", "",
                                       wire::kSampleShapes);
  return model;
}

void DemandStableJson(const wire::Shape& shape, const Json& tree) {
  const std::string text = wire::internal::EncodeJson(shape, tree);
  const auto again = wire::internal::DecodeJson(shape, text, {});
  Demand(again.ok(), "what is written can be read");
  Demand(wire::internal::EncodeJson(shape, *again) == text, "what is read is what was written");
}

int NestingOf(const Json& tree) {
  int deepest = 0;
  if (tree.is_structured()) {
    for (const Json& item : tree) deepest = std::max(deepest, NestingOf(item) + 1);
  }
  return deepest;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(JsonBody) {
  static const wire::Shape all = JsonModel().shape("All");
  const auto tree = wire::internal::DecodeJson(all, input, {});
  if (tree.ok()) {
    DemandSoundTree(*tree);
    DemandStableJson(all, *tree);
  }
  // As a document, of which the other parser must think the same.
  const std::string wrapped = "{\"Any\":" + std::string(input) + "}";
  const auto document = wire::internal::DecodeJson(all, wrapped, {});
  if (document.ok()) DemandSoundTree(*document);
  const Json other = Json::parse(wrapped, nullptr, false);
  if (other.is_discarded()) return Demand(!document.ok(), "what is no JSON is refused");
  // To nlohmann's parser a NUL outside a text is the end of it.
  if (input.find('\0') != std::string_view::npos) return;
  const bool plain = other.is_object() && other.size() == 1 && other.contains("Any");
  if (!plain || NestingOf(other) > 100) return;
  Demand(document.ok(), "JSON is taken");
  Demand(SameTree(*document, other), "JSON means the same to both parsers");
}
