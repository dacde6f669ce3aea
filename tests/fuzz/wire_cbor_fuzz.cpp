// Requests in Smithy's RPC protocol with a CBOR body (CloudWatch).

#include "fuzz/wire_input_fuzz.hpp"

STRATOLITE_FUZZ_TARGET(WireCbor) {
  static const auto models = ModelsSpeaking(wire::Protocol::kRpcV2Cbor);
  DecodeRequest(models, wire::Protocol::kRpcV2Cbor, input);
}
