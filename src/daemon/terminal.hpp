#pragma once

namespace stratolite::daemon {

/// Whether to write colours: to a terminal that has them, unless NO_COLOR is set (https://no-color.org); elsewhere only with FORCE_COLOR.
/// `no_color`, `force_color`, `term`: the variables of these names, null when not set. Thread-safe.
bool WantsColours(bool terminal, const char* no_color, const char* force_color, const char* term);
/// The same for a descriptor of this process and its environment.
bool WantsColours(int descriptor);

}  // namespace stratolite::daemon
