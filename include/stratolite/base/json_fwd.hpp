#pragma once

#include <nlohmann/json_fwd.hpp>

namespace stratolite {

/// The one tree of values that handlers read and write, whatever the protocol. By shape type:
/// structure, map: object · list: array · string, enum: string · boolean: bool · integer, long: integer ·
/// float, double: number (NaN and infinities as such) · blob: `Json::binary` · timestamp: number, seconds since the epoch
/// (fractions allowed) · document: any JSON. An absent member is absent; `null` stands only in sparse lists and maps.
using Json = nlohmann::json;

}  // namespace stratolite
