// REST bindings with a JSON body (Lambda).

#include "fuzz/wire_input_fuzz.hpp"

STRATOLITE_FUZZ_TARGET(WireRestJson) {
  static const auto models = ModelsSpeaking(wire::Protocol::kRestJson);
  DecodeRequest(models, wire::Protocol::kRestJson, input);
}
