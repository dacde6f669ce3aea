#include "cli/completion.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace stratolite::cli {
namespace {

std::string OptionWords(const CLI::App& app) {
  std::string words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words += (words.empty() ? "--" : " --") + name;
  }
  return words;
}

std::string CommandWords(const CLI::App& app) {
  std::string words;
  for (const CLI::App* command : app.get_subcommands(nullptr))
    words += (words.empty() ? "" : " ") + command->get_name();
  return words;
}

std::string BashScript(const CLI::App& app) {
  std::string cases;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    cases +=
        fmt::format("    {}) words='{} {}' ;;\n", command->get_name(), CommandWords(*command), OptionWords(*command));
  }
  return fmt::format(
      "_stratolite() {{\n"
      "  local words command\n"
      "  command=${{COMP_WORDS[1]}}\n"
      "  [ \"$COMP_CWORD\" -eq 1 ] && command=\n"
      "  case $command in\n{}"
      "    *) words='{} {}' ;;\n"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n"
      "  [ \"${{#COMPREPLY[@]}}\" -eq 0 ] && COMPREPLY=($(compgen -f -- \"${{COMP_WORDS[COMP_CWORD]}}\"))\n"
      "}}\n"
      "complete -F _stratolite stratolite\n",
      cases, CommandWords(app), OptionWords(app));
}

std::string FishText(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

std::string FishScript(const CLI::App& app) {
  std::string script = "complete -c stratolite -f\n";
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    script += fmt::format("complete -c stratolite -n __fish_use_subcommand -a {} -d '{}'\n", command->get_name(),
                          FishText(command->get_description()));
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        script += fmt::format("complete -c stratolite -n '__fish_seen_subcommand_from {}' -l {} -d '{}'\n",
                              command->get_name(), name, FishText(option->get_description()));
      }
    }
  }
  return script;
}

}  // namespace

std::string CompletionScript(const CLI::App& app, const std::string& shell) {
  if (shell == "fish") return FishScript(app);
  // Sourced, or found as `_stratolite` in zsh's function path: then it runs for the first time when words are wanted at once.
  if (shell == "zsh") {
    return "#compdef stratolite\nautoload -Uz bashcompinit && bashcompinit\n" + BashScript(app) +
           "[[ ${funcstack[1]} != _stratolite ]] || _bash_complete -F _stratolite\n";
  }
  return BashScript(app);
}

}  // namespace stratolite::cli
