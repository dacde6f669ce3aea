// Answers: any tree that fits the model becomes a document that a client can read, in every protocol the service speaks.

#include "fuzz/fuzz_target.hpp"
#include "fuzz/trees.hpp"
#include "fuzz/wire_operation.hpp"
#include "stratolite/wire/codec.hpp"
#include "wire/json_codec.hpp"
#include "wire/xml_reader.hpp"

namespace stratolite::fuzz {
namespace {

constexpr std::array kProtocols = {wire::Protocol::kQuery,    wire::Protocol::kEc2,      wire::Protocol::kJson10,
                                   wire::Protocol::kJson11,   wire::Protocol::kRestJson, wire::Protocol::kRestXml,
                                   wire::Protocol::kRpcV2Cbor};

std::vector<wire::ServiceModel> AllModels() {
  std::vector<wire::ServiceModel> models;
  for (const std::string_view name : wire::LinkedModelNames()) models.push_back(*wire::FindLinkedModel(name));
  return models;
}

void DemandReadable(const wire::HttpResponse& response) {
  const std::string_view type = response.headers.Get("content-type");
  if (type.starts_with("application/x-amz-json") || type == "application/json")
    Demand(Json::accept(response.body), "a JSON answer is JSON");
  if (type.find("xml") != std::string_view::npos) {
    wire::internal::XmlDocument document;
    Demand(document.Parse(response.body).ok(), "an XML answer is well-formed");
  }
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(WireOutput) {
  static const auto models = AllModels();
  Parts parts(input);
  const wire::Operation operation = ChooseOperation(models, parts.Line());
  const auto shape = operation.output();
  if (!shape) return;
  const auto tree = wire::internal::DecodeJson(*shape, parts.Rest(), {});
  if (!tree.ok()) return;
  for (const wire::Protocol protocol : kProtocols) {
    if (!operation.service().Speaks(protocol)) continue;
    const auto response = wire::EncodeOutput(operation, protocol, *tree, {.request_id = "1"});
    const bool payload = !shape->payload().empty();
    if (!payload) DemandReadable(response);
  }
}
