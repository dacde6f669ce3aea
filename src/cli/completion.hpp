#pragma once

#include <string>

namespace CLI {
class App;
}

namespace stratolite::cli {

/// A completion script for `bash`, `zsh` or `fish`, made from the commands and options that `app` has.
std::string CompletionScript(const CLI::App& app, const std::string& shell);

}  // namespace stratolite::cli
