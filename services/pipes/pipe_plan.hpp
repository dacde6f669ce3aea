#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "pipes/input_template.hpp"
#include "pipes/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/patterns/event_pattern.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::pipes {

/// A pipe's settings, read and ready to run. Immutable once it is shared.
struct PipePlan {
  Pipe pipe;
  Arn arn;
  Arn source;
  std::optional<Arn> enrichment;
  Arn target;
  /// An event passes when one of them matches; none: every event passes.
  std::vector<patterns::EventPattern> filters;
  std::size_t batch_size = 1;
  /// How long a batch waits for its last messages.
  Duration window{};
  std::optional<InputTemplate> enrichment_template;
  std::optional<InputTemplate> target_template;

  PipeVariables VariablesAt(TimePoint now) const;
  const Json& target_parameters() const;
  const Json& enrichment_parameters() const;
  bool Passes(const PipeEvent& event) const;
};

/// Of a pipe that names none.
std::int64_t DefaultBatchSize(const Json& settings);

/// ValidationException; NotImplemented for sources that do not exist here yet.
Result<PipePlan> MakePlan(Pipe pipe);

/// Whether everything that the plan names exists here: ValidationException for a queue that is not there, NotImplemented for services that are not. Not from
/// within a transaction. Blocks.
Result<void> CheckParts(const ServiceDeps& deps, const PipePlan& plan);

}  // namespace stratolite::pipes
