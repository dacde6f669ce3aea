#pragma once

#include <string>

#include "stratolite/wire/model.hpp"

namespace stratolite::wire {

/// A compiled model as JSON text, one line per operation and shape, in the words of model.json and with everything that the views know:
/// for looking at a block, and for tests that compare it with its source. Traits of a reference include those of its shape, as the
/// views have them. Thread-safe.
std::string DumpModel(const ServiceModel& model);

}  // namespace stratolite::wire
