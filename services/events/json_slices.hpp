#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/patterns/json_path.hpp"

namespace stratolite::events {

/// Events travel as texts: members keep their order and numbers their spelling, and handing a part on copies bytes instead of trees. Everything here but IsJsonObject
/// takes valid JSON only.

/// Whether a text of a user's is a JSON object that ParseJsonText takes also with an envelope around it.
bool IsJsonObject(std::string_view text);

/// Without the white space outside strings.
std::string CompactJson(std::string_view text);

/// `text` as a JSON string, quoted.
void AppendJsonString(std::string& out, std::string_view text);

/// The JSON of what lies there in a compact text; with a wildcard the array of all that do. nullopt: nothing.
std::optional<std::string> FindInJson(std::string_view json, const patterns::JsonPath& path);

}  // namespace stratolite::events
