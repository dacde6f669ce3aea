#include "stratolite/auth/policy_cache.hpp"

#include <mutex>

#include "stratolite/auth/decision.hpp"

namespace stratolite::auth {
namespace {

PolicyCache::Document CompileDocument(std::string_view text) {
  auto compiled = CompilePolicy(text);
  if (!compiled.ok()) return {nullptr, std::make_shared<std::vector<std::string>>()};
  auto keys = std::make_shared<std::vector<std::string>>(ContextKeysOf(**compiled));
  return {*std::move(compiled), std::move(keys)};
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
