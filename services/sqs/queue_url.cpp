#include "sqs/queue_url.hpp"

#include <algorithm>
#include <vector>

namespace stratolite::sqs {
namespace {

constexpr std::string_view kFifoSuffix = ".fifo";
constexpr std::size_t kMaxQueueNameLength = 80;

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// The region that a host of AWS names; empty for any other host.
std::string_view RegionOfHost(std::string_view host) {
  const std::vector<std::string_view> labels = Split(host.substr(0, host.find(':')), '.');
  if (labels.size() >= 3 && labels[0] == "sqs" && IsRegionName(labels[1])) return labels[1];
  if (labels.size() >= 3 && labels[1] == "queue" && IsRegionName(labels[0])) return labels[0];
  // https://docs.aws.amazon.com/general/latest/gr/sqs-service.html: the legacy endpoint without a region is us-east-1.
  if (labels.size() >= 3 && labels[0] == "queue" && labels[1] == "amazonaws") return "us-east-1";
  return {};
}

}  // namespace

std::string ArnOf(const QueueAddress& address) { return MakeArn("sqs", address.scope, address.name).ToString(); }

std::string QueueUrl(std::string_view endpoint, const QueueAddress& address) {
  std::string url;
  url.reserve(endpoint.size() + address.scope.account.str().size() + address.name.size() + 2);
  url.append(endpoint).append("/").append(address.scope.account.str()).append("/").append(address.name);
  return url;
}

std::optional<QueueAddress> ParseQueueUrl(std::string_view url, const Scope& caller) {
  QueueAddress address{caller, {}};
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    const std::size_t slash = url.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    if (const std::string_view region = RegionOfHost(url.substr(0, slash)); !region.empty()) {
      address.scope.region = Region(std::string(region));
    }
    url.remove_prefix(slash);
  } else if (IsQueueName(url)) {
    address.name = url;
    return address;
  }
  if (!url.starts_with('/')) return std::nullopt;
  url.remove_prefix(1);
  if (url.ends_with('/')) url.remove_suffix(1);
  std::vector<std::string_view> parts = Split(url, '/');
  if (parts.size() == 4 && parts[0] == "queue" && IsRegionName(parts[1])) {
    address.scope.region = Region(std::string(parts[1]));
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  if (parts.size() != 2 || !IsAccountId(parts[0])) return std::nullopt;
  address.scope.account = AccountId(std::string(parts[0]));
  address.name = parts[1];
  return address;
}

std::optional<QueueAddress> ParseQueueArn(std::string_view text) {
  const std::optional<Arn> arn = Arn::Parse(text);
  if (!arn || arn->service != "sqs" || !IsAccountId(arn->account) || !IsRegionName(arn->region) ||
      arn->resource.empty()) {
    return std::nullopt;
  }
  return QueueAddress{{AccountId(arn->account), Region(arn->region)}, arn->resource};
}

bool IsFifoName(std::string_view name) { return name.ends_with(kFifoSuffix); }

bool IsQueueName(std::string_view name) {
  if (name.size() > kMaxQueueNameLength) return false;
  if (IsFifoName(name)) name.remove_suffix(kFifoSuffix.size());
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace stratolite::sqs
