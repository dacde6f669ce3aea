#pragma once

#include "fuzz/fuzz_target.hpp"
#include "fuzz/raw_request.hpp"
#include "fuzz/trees.hpp"
#include "fuzz/wire_operation.hpp"
#include "stratolite/wire/codec.hpp"

namespace stratolite::fuzz {

/// One request to an operation, from the bytes to the checked tree, as the dispatcher does it. The first line names service and operation, the rest is
/// the request as it stands on the wire.
inline void DecodeRequest(const std::vector<wire::ServiceModel>& models, wire::Protocol protocol,
                          std::string_view input) {
  Parts parts(input);
  const wire::Operation operation = ChooseOperation(models, parts.Line());
  const wire::HttpRequest request = ReadRawRequest(parts.Rest());
  const auto tree = wire::DecodeInput(operation, protocol, request);
  if (tree.ok()) {
    DemandSoundTree(*tree);
    const auto valid = wire::ValidateInput(operation, protocol, *tree);
    if (valid.ok()) return;
    Demand(valid.error().message.size() < 600 * 1024, "what is said about a wrong input is bounded");
    const auto response = wire::EncodeError(operation.service(), protocol, valid.error(), {.request_id = "1"});
    Demand(response.status >= 400, "a refusal is an error");
    return;
  }
  Demand(!tree.error().code.empty() && tree.error().message.size() < 1024 + input.size(), "a refusal says why");
  wire::EncodeError(operation.service(), protocol, tree.error(), {.request_id = "1"});
}

}  // namespace stratolite::fuzz
