// Requests in JSON 1.0 and 1.1, among them Kinesis's CBOR dialect of the latter.

#include "fuzz/wire_input_fuzz.hpp"

STRATOLITE_FUZZ_TARGET(WireJson) {
  static const auto models = ModelsSpeaking(wire::Protocol::kJson11);
  DecodeRequest(models, Choices(input).Below(2) == 0 ? wire::Protocol::kJson10 : wire::Protocol::kJson11, input);
}
