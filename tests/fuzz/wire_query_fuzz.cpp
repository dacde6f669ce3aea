// Requests in the Query protocol: form parameters (IAM, STS, SQS of old, CloudWatch of old).

#include "fuzz/wire_input_fuzz.hpp"

STRATOLITE_FUZZ_TARGET(WireQuery) {
  static const auto models = ModelsSpeaking(wire::Protocol::kQuery);
  DecodeRequest(models, wire::Protocol::kQuery, input);
}
