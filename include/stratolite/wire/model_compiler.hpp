#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stratolite::wire {

/// Turns the text of a service model (distilled `services/<name>/model.json`, or a botocore `service-2.json` as it is) into the block
/// that `ServiceModel` views. `name` is the botocore directory name. Throws std::runtime_error naming what is wrong with the model.
/// Used by the build (`compile_models`) and, for models given as files, by `wire_shim`. Thread-safe.
/// Takes text: `Json` sorts the members of an object, and the order of a structure's members is a fact of the wire.
std::vector<std::byte> CompileModel(std::string_view model_json, const std::string& name);

}  // namespace stratolite::wire
