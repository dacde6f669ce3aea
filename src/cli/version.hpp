#pragma once

#include <string_view>

namespace stratolite::cli {

/// Set by the build from CMake's project version.
#ifdef STRATOLITE_VERSION
inline constexpr std::string_view kVersion = STRATOLITE_VERSION;
#else
inline constexpr std::string_view kVersion = "development";
#endif

}  // namespace stratolite::cli
