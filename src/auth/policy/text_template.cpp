#include "auth/policy/text_template.hpp"

#include <utility>

namespace stratolite::auth::language {
namespace {

std::string_view TrimmedBlanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// What is between `${` and `}`: a key, or a key and its default. nullopt: neither, so that the text means itself.
std::optional<std::pair<std::string, std::optional<std::string>>> ParseVariable(std::string_view inside) {
  const std::size_t comma = inside.find(',');
  const std::string_view key = TrimmedBlanks(inside.substr(0, comma));
  if (key.find(':') == std::string_view::npos || key.find(' ') != std::string_view::npos) return std::nullopt;
  if (comma == std::string_view::npos) return std::pair(std::string(key), std::optional<std::string>());
  const std::string_view otherwise = TrimmedBlanks(inside.substr(comma + 1));
  if (otherwise.size() < 2 || !otherwise.starts_with('\'') || !otherwise.ends_with('\'')) return std::nullopt;
  return std::pair(std::string(key), std::optional(std::string(otherwise.substr(1, otherwise.size() - 2))));
}

bool IsEscape(std::string_view inside) { return inside == "*" || inside == "?" || inside == "$"; }

}  // namespace

TextTemplate::TextTemplate(std::string_view text, Reading reading) {
  const auto plain = [&](std::string_view piece) {
    return reading.wildcards ? WildcardTokens(piece) : LiteralTokens(piece);
  };
  while (reading.variables) {
    const std::size_t begin = text.find("${");
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) break;
    const std::string_view inside = text.substr(begin + 2, end - begin - 2);
    if (IsEscape(inside)) {
      tail_ += plain(text.substr(0, begin)) + LiteralTokens(inside);
    } else if (auto variable = ParseVariable(inside)) {
      tail_ += plain(text.substr(0, begin));
      parts_.push_back({std::exchange(tail_, {}), std::move(variable->first), std::move(variable->second)});
    } else {
      tail_ += plain(text.substr(0, end + 1));
    }
    text.remove_prefix(end + 1);
  }
  tail_ += plain(text);
}

std::optional<Tokens> TextTemplate::Expand(const AccessContext& context) const {
  Tokens tokens;
  for (const Part& part : parts_) {
    tokens += part.before;
    const AccessContext::Values* values = context.Find(part.key);
    if (values != nullptr && values->size() == 1) {
      tokens += LiteralTokens(values->front());
    } else if (part.otherwise) {
      tokens += LiteralTokens(*part.otherwise);
    } else {
      return std::nullopt;
    }
  }
  tokens += tail_;
  return tokens;
}

std::vector<std::string> TextTemplate::Keys() const {
  std::vector<std::string> keys;
  for (const Part& part : parts_) keys.push_back(part.key);
  return keys;
}

}  // namespace stratolite::auth::language
