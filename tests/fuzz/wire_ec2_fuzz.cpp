// Requests in EC2's dialect of the Query protocol.

#include "fuzz/wire_input_fuzz.hpp"

STRATOLITE_FUZZ_TARGET(WireEc2) {
  static const auto models = ModelsSpeaking(wire::Protocol::kEc2);
  DecodeRequest(models, wire::Protocol::kEc2, input);
}
