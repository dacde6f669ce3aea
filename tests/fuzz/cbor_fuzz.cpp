// CBOR bodies, in both dialects.

#include "fuzz/fuzz_target.hpp"
#include "fuzz/trees.hpp"
#include "unit/wire/sample_model.hpp"
#include "wire/cbor_codec.hpp"

namespace stratolite::fuzz {
namespace {

const wire::SampleModel& CborModel() {
  static const wire::SampleModel model(R"("protocol":"smithy-rpc-v2-cbor","targetPrefix":"Sample")", "",
                                       wire::kSampleShapes);
  return model;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(CborBody) {
  static const wire::Shape all = CborModel().shape("All");
  for (const auto time : {wire::internal::CborTime::kSeconds, wire::internal::CborTime::kMilliseconds}) {
    const auto tree = wire::internal::DecodeCbor(all, input, {}, time);
    if (!tree.ok()) continue;
    DemandSoundTree(*tree);
    const std::string bytes = wire::internal::EncodeCbor(all, *tree, time);
    const auto again = wire::internal::DecodeCbor(all, bytes, {}, time);
    Demand(again.ok(), "what is written can be read");
    Demand(wire::internal::EncodeCbor(all, *again, time) == bytes, "what is read is what was written");
    if (time == wire::internal::CborTime::kSeconds) Demand(SameTree(*tree, *again), "nothing is lost");
  }
}
