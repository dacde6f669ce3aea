#include "daemon/service_router.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/model_registry.hpp"
#include "wire/protocol_detection.hpp"

namespace stratolite::daemon {
namespace {

using wire::ModelIndexEntry;

// Names that clients sign with and that no model calls its own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSigningAliases{{
    {"s3express", "s3"},
    {"s3-outposts", "s3"},
    {"s3-object-lambda", "s3"},
    {"execute-api", "apigateway"},
}};

template <typename F>
const ModelIndexEntry* FindEntry(F matches) {
  for (const ModelIndexEntry& entry : wire::LinkedModelIndex()) {
    if (matches(entry)) return &entry;
  }
  return nullptr;
}

std::string_view SigningNameOf(const ModelIndexEntry& entry) {
  return entry.signing_name.empty() ? entry.endpoint_prefix : entry.signing_name;
}

const ModelIndexEntry* ByTarget(const wire::HttpRequest& request) {
  const auto target = wire::internal::FindTarget(request);
  if (!target || target->prefix.empty()) return nullptr;
  return FindEntry([&](const ModelIndexEntry& entry) { return entry.target_prefix == target->prefix; });
}

const ModelIndexEntry* ByRpcPath(const wire::HttpRequest& request) {
  if (!request.headers.Has("smithy-protocol")) return nullptr;
  const auto path = wire::internal::FindRpcPath(request);
  if (!path) return nullptr;
  return FindEntry([&](const ModelIndexEntry& entry) {
    return path->service == entry.target_prefix || path->service == entry.service_id ||
           wire::EqualsIgnoreCase(path->service, entry.name);
  });
}

/// S3 Control signs as S3 does and a bucket may be called `v20180820`: the header tells.
const ModelIndexEntry* ByControlledAccount(const wire::HttpRequest& request) {
  if (!request.path().starts_with("/v20180820/") || !request.headers.Has("x-amz-account-id")) return nullptr;
  return FindEntry([](const ModelIndexEntry& entry) { return entry.name == "s3control"; });
}

/// Several APIs may share a signing name (sagemaker and its runtime): the host tells, else the one that has such an operation, else the first.
const ModelIndexEntry* ByScope(const wire::HttpRequest& request, std::string_view signing_name,
                               std::string_view host_service) {
  for (const auto& [alias, name] : kSigningAliases) {
    if (alias == signing_name) signing_name = name;
  }
  const ModelIndexEntry* first = nullptr;
  const ModelIndexEntry* able = nullptr;
  for (const ModelIndexEntry& entry : wire::LinkedModelIndex()) {
    if (SigningNameOf(entry) != signing_name && entry.name != signing_name) continue;
    if (entry.name == host_service) return &entry;
    if (first == nullptr) {
      first = &entry;
      continue;
    }
    for (const ModelIndexEntry* candidate : {first, &entry}) {
      const auto model = wire::FindLinkedModel(candidate->name);
      if (able == nullptr && wire::ResolveOperation(*model, wire::DetectProtocol(*model, request), request).ok())
        able = candidate;
    }
  }
  return able != nullptr ? able : first;
}

const ModelIndexEntry* ByAction(const wire::HttpRequest& request) {
  const auto action = wire::internal::FormParameter(request, "Action");
  if (!action) return nullptr;
  const auto has_action = [&](const ModelIndexEntry& entry) {
    const auto model = wire::FindLinkedModel(entry.name);
    return (model->Speaks(wire::Protocol::kQuery) || model->Speaks(wire::Protocol::kEc2)) &&
           model->FindOperation(*action).has_value();
  };
  if (ParseQueuePath(request.path())) {
    const auto* sqs = FindEntry([&](const ModelIndexEntry& entry) { return entry.name == "sqs" && has_action(entry); });
    if (sqs != nullptr) return sqs;
  }
  const auto version = wire::internal::FormParameter(request, "Version");
  if (version) {
    const auto* both =
        FindEntry([&](const ModelIndexEntry& entry) { return entry.api_version == *version && has_action(entry); });
    if (both != nullptr) return both;
    const auto* versioned = FindEntry([&](const ModelIndexEntry& entry) { return entry.api_version == *version; });
    if (versioned != nullptr) return versioned;
  }
  return FindEntry(has_action);
}

/// REST paths that begin with an API version (`/2015-03-31/functions`) cannot be taken for S3's by chance.
const ModelIndexEntry* ByRestPath(const wire::HttpRequest& request) {
  const std::string_view path = request.path();
  const auto is_date = [](std::string_view text) {
    return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
           std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) == 8;
  };
  if (path.size() < 12 || !is_date(path.substr(1, 10))) return nullptr;
  return FindEntry([&](const ModelIndexEntry& entry) {
    const auto model = wire::FindLinkedModel(entry.name);
    return model->primary_protocol() == wire::Protocol::kRestJson &&
           wire::ResolveOperation(*model, wire::Protocol::kRestJson, request).ok();
  });
}

bool MayHoldForm(const wire::HttpRequest& request) {
  return request.method == "POST" && (wire::internal::HasMediaType(request, "application/x-www-form-urlencoded") ||
                                      !request.headers.Has("content-type"));
}

/// Where the Query APIs are spoken: S3 takes no such forms at a bucket's root.
bool MayHoldQuery(const wire::HttpRequest& request) {
  return request.path() == "/" &&
         (request.method == "POST" ? wire::internal::HasMediaType(request, "application/x-www-form-urlencoded")
                                   : wire::internal::FormParameter(request, "Action").has_value());
}

}  // namespace

Route FindRoute(const wire::HttpRequest& request, const std::optional<auth::ClaimedIdentity>& claim, bool body_complete,
                std::span<const std::string> s3_domains) {
  Route route;
  route.host = MatchHost(request.host(), s3_domains);
  const auto found = [&route](std::string_view service) {
    route.kind = Route::Kind::kService;
    route.service = service;
    return route;
  };
  if (route.host.website) return found(route.host.service);
  if (const auto* entry = ByTarget(request)) return found(entry->name);
  if (const auto* entry = ByRpcPath(request)) return found(entry->name);
  if (const auto* entry = ByControlledAccount(request)) return found(entry->name);
  if (claim && !claim->scope.service.empty()) {
    if (const auto* entry = ByScope(request, claim->scope.service, route.host.service)) return found(entry->name);
    route.kind = Route::Kind::kUnknownService;
    route.service = claim->scope.service;
    return route;
  }
  if (!route.host.bucket().empty() && MayHoldQuery(request)) {
    // `aws.localhost` looks like a bucket's name, and who gets credentials by a web identity does not sign.
    if (const auto* entry = ByAction(request)) return found(entry->name);
    if (!body_complete && request.method == "POST") {
      route.kind = Route::Kind::kNeedsBody;
      return route;
    }
  }
  if (!route.host.service.empty()) return found(route.host.service);
  if (const auto target = wire::internal::FindTarget(request)) {
    route.kind = Route::Kind::kUnknownService;
    route.service = target->prefix.empty() ? target->operation : target->prefix;
    return route;
  }
  if (const auto* entry = ByAction(request)) return found(entry->name);
  if (!body_complete && MayHoldForm(request)) {
    route.kind = Route::Kind::kNeedsBody;
    return route;
  }
  if (const auto action = wire::internal::FormParameter(request, "Action")) {
    route.kind = Route::Kind::kUnknownService;
    route.service = *action;
    return route;
  }
  if (const auto* entry = ByRestPath(request)) return found(entry->name);
  if (request.path() == "/" && request.query().empty() && (request.method == "GET" || request.method == "HEAD") &&
      !claim && !request.headers.Has("authorization")) {
    return route;
  }
  return found("s3");
}

std::string_view SigningNameFor(std::string_view service, std::string_view claimed) {
  for (const auto& [alias, name] : kSigningAliases) {
    if (alias == claimed && name == service) return alias;
  }
  const auto* const entry = FindEntry([&](const ModelIndexEntry& candidate) { return candidate.name == service; });
  return entry == nullptr ? std::string_view{} : SigningNameOf(*entry);
}

std::optional<QueuePath> ParseQueuePath(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  std::array<std::string_view, 4> parts;
  std::size_t count = 0;
  while (count < parts.size()) {
    const auto slash = path.find('/');
    parts[count++] = path.substr(0, slash);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
    if (count == parts.size()) return std::nullopt;
  }
  if (count == 2 && IsAccountId(parts[0]) && !parts[1].empty()) return QueuePath{parts[0], {}, parts[1]};
  if (count == 4 && parts[0] == "queue" && IsRegionName(parts[1]) && IsAccountId(parts[2]) && !parts[3].empty()) {
    return QueuePath{parts[2], parts[1], parts[3]};
  }
  return std::nullopt;
}

}  // namespace stratolite::daemon
