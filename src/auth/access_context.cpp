#include "stratolite/auth/access_context.hpp"

#include <algorithm>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

void AccessContext::Set(std::string_view name, std::string value) {
  Values values;
  values.push_back(std::move(value));
  Set(name, std::move(values));
}

void AccessContext::Set(std::string_view name, Values values) {
  const auto found =
      std::ranges::find_if(keys_, [&](const Key& key) { return wire::EqualsIgnoreCase(key.name, name); });
  if (found != keys_.end()) {
    found->values = std::move(values);
  } else {
    keys_.push_back({std::string(name), std::move(values)});
  }
}

const AccessContext::Values* AccessContext::Find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(keys_, [&](const Key& key) { return wire::EqualsIgnoreCase(key.name, name); });
  return found == keys_.end() ? nullptr : &found->values;
}

}  // namespace stratolite::auth
