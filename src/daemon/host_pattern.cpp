#include "daemon/host_pattern.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite::daemon {
namespace {

constexpr std::array<std::string_view, 5> kAwsSuffixes{".amazonaws.com", ".amazonaws.com.cn", ".api.aws",
                                                       ".api.amazonwebservices.com.cn", ".on.aws"};

std::vector<std::string_view> SplitLabels(std::string_view name) {
  std::vector<std::string_view> labels;
  while (!name.empty()) {
    const auto dot = name.find('.');
    labels.push_back(name.substr(0, dot));
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return labels;
}

std::string_view WithoutSuffix(std::string_view text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return text;
}

std::string_view ServiceOfEndpointPrefix(std::string_view label) {
  // https://docs.aws.amazon.com/general/latest/gr/sqs-service.html: legacy endpoints.
  if (label == "queue") return "sqs";
  for (const auto& entry : wire::LinkedModelIndex()) {
    if (entry.endpoint_prefix == label) return entry.name;
  }
  return {};
}

/// `sqs`, `sqs-fips`, `s3-us-west-2`, `stream-logs`.
std::string_view ServiceOfLabel(std::string_view label, std::string& region, bool aws) {
  label = WithoutSuffix(label, "-fips");
  if (label == "s3-accelerate" || label == "s3-external-1" || label == "s3-accesspoint") label = "s3";
  // Directory buckets: `s3express-control`, `s3express-euw1-az1`.
  if (label.starts_with("s3express-")) label = "s3";
  if (const auto exact = ServiceOfEndpointPrefix(label); !exact.empty()) return exact;
  if (label.starts_with("s3-") && IsRegionName(label.substr(3))) {
    region = label.substr(3);
    return ServiceOfEndpointPrefix("s3");
  }
  if (!aws) return {};
  // Host prefixes of operations (`endpoint.hostPrefix`): `stream-logs`, `data-…`.
  const auto dash = label.find('-');
  return dash == std::string_view::npos ? std::string_view{} : ServiceOfEndpointPrefix(label.substr(dash + 1));
}

std::string Joined(const std::vector<std::string_view>& labels, std::size_t end) {
  std::string out;
  for (std::size_t i = 0; i < end; ++i) {
    if (i > 0) out += '.';
    out += labels[i];
  }
  return out;
}

HostMatch MatchAws(std::string_view name) {
  HostMatch match;
  std::vector<std::string_view> labels = SplitLabels(name);
  // `bucket.s3.dualstack.us-west-2`; a bucket may have that name.
  if (labels.size() > 2 && labels[labels.size() - 2] == "dualstack") labels.erase(labels.end() - 2);
  // `us-east-1.queue`: the one form with the region in front.
  if (labels.size() >= 2 && labels.back() == "queue" && IsRegionName(labels[labels.size() - 2])) {
    return {"sqs", std::string(labels[labels.size() - 2]), {}};
  }
  if (!labels.empty() && IsRegionName(labels.back())) {
    match.region = labels.back();
    labels.pop_back();
  }
  // `streams.dynamodb` before `dynamodb`.
  for (std::size_t width = std::min<std::size_t>(2, labels.size()); width > 0; --width) {
    const std::size_t begin = labels.size() - width;
    std::string candidate(labels[begin]);
    if (width == 2) candidate.append(".").append(labels[begin + 1]);
    const auto service =
        width == 2 ? ServiceOfEndpointPrefix(candidate) : ServiceOfLabel(labels[begin], match.region, true);
    if (service.empty()) continue;
    match.service = service;
    match.prefix = Joined(labels, begin);
    return match;
  }
  return match;
}

/// `sqs.us-east-1.localhost`, `us-east-1.queue.localhost`, `my.bucket.s3.localhost`: the last label that is a service, followed by a region or by
/// `localhost`.
HostMatch MatchLocal(std::string_view name) {
  HostMatch match;
  const std::vector<std::string_view> labels = SplitLabels(name);
  for (std::size_t i = labels.size() - 1; i-- > 0;) {
    const bool dualstack = labels[i + 1] == "dualstack" && i + 2 < labels.size();
    const std::string_view next = labels[i + (dualstack ? 2 : 1)];
    const bool region_next = IsRegionName(next);
    const bool region_before = i == 1 && labels[i] == "queue" && IsRegionName(labels[0]);
    if (!region_next && !region_before && next != "localhost") continue;
    const auto service = ServiceOfLabel(labels[i], match.region, false);
    if (service.empty()) continue;
    match.service = service;
    if (region_next) match.region = next;
    if (region_before) match.region = labels[0];
    if (!region_before) match.prefix = Joined(labels, i);
    return match;
  }
  return match;
}

bool MayBeBucket(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

/// What stands before `.domain`; empty: the name lies elsewhere.
std::string_view Below(std::string_view name, std::string_view domain) {
  if (name.size() <= domain.size() + 1 || !name.ends_with(domain)) return {};
  name.remove_suffix(domain.size());
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : std::string_view{};
}

/// A bucket below `localhost` or a domain of the user's.
HostMatch MatchBucket(std::string_view name, std::span<const std::string> s3_domains) {
  for (const std::string& domain : s3_domains) {
    const auto bucket = Below(name, domain);
    if (name == domain || MayBeBucket(bucket)) return {.service = "s3", .region = {}, .prefix = std::string(bucket)};
  }
  const auto bucket = Below(name, "localhost");
  // `abc.lambda-url.us-east-1.localhost` is no bucket but an endpoint that this build does not know.
  if (!MayBeBucket(bucket) || IsRegionName(bucket.substr(bucket.rfind('.') + 1))) return {};
  return {.service = "s3", .region = {}, .prefix = std::string(bucket)};
}

/// `bucket.s3-website-eu-west-1.amazonaws.com`, `bucket.s3-website.eu-central-1.amazonaws.com`, `bucket.s3-website.localhost`.
std::optional<HostMatch> MatchWebsite(std::string_view name) {
  constexpr std::string_view kLabel = ".s3-website";
  const auto at = name.rfind(kLabel);
  if (at == std::string_view::npos || !MayBeBucket(name.substr(0, at))) return std::nullopt;
  const std::string_view rest = name.substr(at + kLabel.size());
  if (!(rest.starts_with('.') || rest.starts_with('-')) || rest.find(".s3.") != std::string_view::npos)
    return std::nullopt;
  const std::string_view next = rest.substr(1, rest.find('.', 1) - 1);
  const bool region = IsRegionName(next);
  if (!region && rest.front() == '-') return std::nullopt;
  return HostMatch{.service = "s3",
                   .region = region ? std::string(next) : std::string(),
                   .prefix = std::string(name.substr(0, at)),
                   .website = true};
}

}  // namespace

std::string HostName(std::string_view host) {
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') - 1);
  } else if (std::count(host.begin(), host.end(), ':') == 1) {
    host = host.substr(0, host.find(':'));
  }
  std::string name = AsciiLower(host);
  if (name.ends_with('.')) name.pop_back();
  return name;
}

bool IsAwsHost(std::string_view host) {
  const std::string name = HostName(host);
  return std::any_of(kAwsSuffixes.begin(), kAwsSuffixes.end(),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

HostMatch MatchHost(std::string_view host, std::span<const std::string> s3_domains) {
  const std::string name = HostName(host);
  // No top-level domain ends in a digit: that is an IP address.
  if (name.empty() || (name.back() >= '0' && name.back() <= '9') || name.find(':') != std::string::npos) return {};
  if (auto website = MatchWebsite(name)) return *std::move(website);
  HostMatch match;
  if (name.find('.') != std::string::npos) {
    const auto aws = std::find_if(kAwsSuffixes.begin(), kAwsSuffixes.end(),
                                  [&](std::string_view suffix) { return name.ends_with(suffix); });
    match = aws == kAwsSuffixes.end() ? MatchLocal(name)
                                      : MatchAws(std::string_view(name).substr(0, name.size() - aws->size()));
  }
  if (match.service.empty() && match.region.empty()) match = MatchBucket(name, s3_domains);
  if (match.service == "s3" && !match.prefix.empty() && !MayBeBucket(match.prefix)) match.prefix.clear();
  return match;
}

}  // namespace stratolite::daemon
