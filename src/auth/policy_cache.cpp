#include "stratolite/auth/policy_cache.hpp"

#include <mutex>

#include "stratolite/auth/decision.hpp"

namespace stratolite::auth {
namespace {

/// A variable in a resource is no condition, and may be left out by who lists the keys of conditions.
constexpr std::string_view kVariableStart = "${";

PolicyCache::Document CompileDocument(std::string_view text) {
  PolicyCache::Document document;
  auto compiled = CompilePolicy(text);
  if (!compiled.ok()) return document;
  document.policy = *std::move(compiled);
  document.uses_context =
      text.find(kVariableStart) != std::string_view::npos || !ContextKeysOf(*document.policy).empty();
  return document;
}

}  // namespace

PolicyCache::Document PolicyCache::Get(std::string_view text) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = documents_.find(text); found != documents_.end()) return found->second;
  }
  Document document = CompileDocument(text);
  const std::unique_lock lock(mutex_);
  if (bytes_ + text.size() > max_bytes_) {
    documents_.clear();
    bytes_ = 0;
  }
  if (documents_.try_emplace(std::string(text), document).second) bytes_ += text.size();
  return document;
}

}  // namespace stratolite::auth
