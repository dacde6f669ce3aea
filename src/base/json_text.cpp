#include "stratolite/base/json_text.hpp"

#include "stratolite/base/json.hpp"

namespace stratolite {
namespace {

/// Of brackets outside strings; of a text that is no JSON some number.
int NestingOfText(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = ++depth > deepest ? depth : deepest;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Json ParseJsonText(std::string_view text) {
  // To the library a NUL outside a string is the end of the text, and what is behind it no error.
  if (text.find('\0') != std::string_view::npos || NestingOfText(text) > kMaxJsonNesting)
    return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, false);
}

}  // namespace stratolite
