#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::pipes {

using PipeId = std::int64_t;
using Tags = std::map<std::string, std::string, std::less<>>;

/// One pipe as it was at one commit. Plain data; immutable once it is shared.
struct Pipe {
  PipeId id = 0;
  Scope scope;
  std::string name;
  /// `RUNNING` or `STOPPED`.
  std::string desired_state;
  /// The state a pipe rests in. Those in between last no longer than the answer that names them.
  std::string current_state;
  TimePoint created_at;
  TimePoint modified_at;
  /// Counts changes: who runs an older one runs something else.
  std::int64_t revision = 0;
  /// What CreatePipe and UpdatePipe took, with DescribePipe's member names: Description, Source, SourceParameters, Enrichment, EnrichmentParameters, Target,
  /// TargetParameters, RoleArn, LogConfiguration, KmsKeyIdentifier.
  Json settings;
  Tags tags;

  Arn arn() const { return MakeArn("pipes", scope, "pipe/" + name); }
};
using PipePtr = std::shared_ptr<const Pipe>;

}  // namespace stratolite::pipes
