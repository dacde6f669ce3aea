#pragma once

#include "stratolite/ports/operation_caller.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite {

class World;

/// Decodes by the linked models and calls through the world's dispatcher. `world` and `random` outlive it; calls of asynchronous handlers end when the world stops.
/// Answers that are streams come without their bytes. Thread-safe. Blocks.
class DispatchingCaller final : public ports::OperationCaller {
 public:
  DispatchingCaller(World& world, runtime::Random& random) : world_(world), random_(random) {}

  bool Knows(std::string_view service, std::string_view operation) const override;
  void Call(const Request& request, Done done) override;

 private:
  World& world_;
  runtime::Random& random_;
};

}  // namespace stratolite
