#pragma once

#include "pipes/pipe_engine.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::pipes {

/// The operations on pipes. A change is complete when its answer leaves: the answer names the state in between (CREATING, STOPPING, …), and whoever asks next
/// sees the one it ends in. Everything given must outlive it. Thread-safe. Blocks.
class PipeOperations {
 public:
  PipeOperations(const ServiceDeps& deps, PipeEngine& engine) : deps_(deps), engine_(engine) {}

  Result<Json> CreatePipe(const Call& call);
  Result<Json> DescribePipe(const Call& call);
  Result<Json> UpdatePipe(const Call& call);
  Result<Json> DeletePipe(const Call& call);
  Result<Json> ListPipes(const Call& call);
  Result<Json> StartPipe(const Call& call);
  Result<Json> StopPipe(const Call& call);

 private:
  Result<Json> SetState(const Call& call, std::string_view desired, std::string_view passing);

  const ServiceDeps deps_;
  PipeEngine& engine_;
};

}  // namespace stratolite::pipes
