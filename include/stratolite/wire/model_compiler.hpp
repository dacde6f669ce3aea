#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "stratolite/base/json_fwd.hpp"

namespace stratolite::wire {

/// Turns a service model (distilled `services/<name>/model.json`, or a botocore `service-2.json` as it is) into the block that
/// `ServiceModel` views. `name` is the botocore directory name. Throws std::runtime_error naming what is wrong with the model.
/// Used by the build (`compile_models`) and, for models given as files, by `wire_shim`.
std::vector<std::byte> CompileModel(const Json& model, const std::string& name);

}  // namespace stratolite::wire
