// REST bindings with an XML body (S3).

#include "fuzz/wire_input_fuzz.hpp"

STRATOLITE_FUZZ_TARGET(WireRestXml) {
  static const auto models = ModelsSpeaking(wire::Protocol::kRestXml);
  DecodeRequest(models, wire::Protocol::kRestXml, input);
}
