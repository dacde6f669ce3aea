// The settings file, and the same values from flags, whose names the command line has looked at.

#include <algorithm>

#include "cli/settings.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/memory_file.hpp"

STRATOLITE_FUZZ_TARGET(SettingsFile) {
  const MemoryFile file(input);
  try {
    const cli::Settings settings = cli::LoadSettings({.config_file = file.path(), .environment = {}, .flags = {}});
    Demand(!settings.default_account.empty(), "settings that are taken are whole");
  } catch (const cli::SettingsError& error) {
    Demand(*error.what() != '\0', "a refusal says why");
  }
  Parts parts(input);
  cli::FlagValues flags;
  while (!parts.Rest().empty()) {
    const std::string_view line = parts.Line();
    const std::size_t equals = std::min(line.find('='), line.size());
    const auto known = cli::AllSettings();
    if (std::none_of(known.begin(), known.end(),
                     [&](const auto& setting) { return setting.name == line.substr(0, equals); }))
      continue;
    flags.emplace_back(line.substr(0, equals), line.substr(std::min(equals + 1, line.size())));
  }
  const MemoryFile empty("");
  try {
    cli::LoadSettings({.config_file = empty.path(), .environment = {}, .flags = flags});
  } catch (const cli::SettingsError& error) {
    Demand(*error.what() != '\0', "a refusal says why");
  }
}
