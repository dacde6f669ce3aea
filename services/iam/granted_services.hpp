#pragma once

#include <string_view>

namespace stratolite::iam {

/// Whether a statement of the document allows an action of the service that actions call `name_space` (`s3`); conditions, resources and denials are not looked at.
/// A document that is none allows nothing. Thread-safe.
bool GrantsService(std::string_view document, std::string_view name_space);

}  // namespace stratolite::iam
