#pragma once

#include "stratolite/base/json.hpp"

namespace stratolite::pipes {

/// A pipe's settings as CreatePipe's input has them, with AWS's defaults.
Json SettingsOf(const Json& input);

/// The settings after UpdatePipe: what the input names is changed, the rest stays; of SourceParameters, EnrichmentParameters and TargetParameters each member
/// as a whole. Empty texts and lists take away.
/// https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UpdatePipe.html
Json UpdatedSettings(const Json& settings, const Json& input);

}  // namespace stratolite::pipes
