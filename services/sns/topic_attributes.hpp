#pragma once

#include "sns/model.hpp"

namespace stratolite::sns {

/// Fills in what follows from the attributes as stored.
void ParseAttributes(Topic& topic);

}  // namespace stratolite::sns
