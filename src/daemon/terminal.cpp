#include "daemon/terminal.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace stratolite::daemon {

bool WantsColours(bool terminal, const char* no_color, const char* force_color, const char* term) {
  if (no_color != nullptr && *no_color != '\0') return false;
  if (force_color != nullptr && *force_color != '\0') return std::string_view(force_color) != "0";
  return terminal && term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

bool WantsColours(int descriptor) {
  return WantsColours(::isatty(descriptor) == 1, std::getenv("NO_COLOR"), std::getenv("FORCE_COLOR"),
                      std::getenv("TERM"));
}

}  // namespace stratolite::daemon
