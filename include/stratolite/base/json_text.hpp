#pragma once

#include <string_view>

#include "stratolite/base/json_fwd.hpp"

namespace stratolite {

/// How deep a document may be nested that a user sent as a text: policies, tokens, settings of a resource.
inline constexpr int kMaxJsonNesting = 128;

/// A JSON text of a user's: as Json::parse, but discarded (`is_discarded()`) where it throws, and where it is nested deeper than kMaxJsonNesting, for
/// the JSON library copies and writes by recursion and a hundred thousand brackets would end the process. Thread-safe.
Json ParseJsonText(std::string_view text);

}  // namespace stratolite
