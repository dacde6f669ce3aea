#include "stratolite/base/names.hpp"

#include <algorithm>
#include <array>

namespace stratolite {
namespace {

constexpr std::size_t kMaxRegionLength = 40;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

struct Partition {
  std::string_view region_prefix;
  std::string_view name;
  std::string_view dns_suffix;
};

// botocore's partitions.json, by the prefix of the region's name; the last one takes what is left.
constexpr std::array<Partition, 8> kPartitions = {{
    {"cn-", "aws-cn", "amazonaws.com.cn"},
    {"us-gov-", "aws-us-gov", "amazonaws.com"},
    {"us-iso-", "aws-iso", "c2s.ic.gov"},
    {"us-isob-", "aws-iso-b", "sc2s.sgov.gov"},
    {"eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"},
    {"us-isof-", "aws-iso-f", "csp.hci.ic.gov"},
    {"eusc-", "aws-eusc", "amazonaws.eu"},
    {"", "aws", "amazonaws.com"},
}};

const Partition& FindPartition(const Region& region) {
  return *std::find_if(kPartitions.begin(), kPartitions.end(),
                       [&](const Partition& p) { return region.str().starts_with(p.region_prefix); });
}

}  // namespace

bool IsAccountId(std::string_view text) { return text.size() == 12 && std::all_of(text.begin(), text.end(), IsDigit); }

bool IsRegionName(std::string_view text) {
  if (text.size() > kMaxRegionLength) return false;
  const std::size_t last_dash = text.rfind('-');
  if (last_dash == std::string_view::npos) return false;
  const std::string_view number = text.substr(last_dash + 1);
  if (number.empty() || number.size() > 2 || !std::all_of(number.begin(), number.end(), IsDigit)) return false;
  std::string_view words = text.substr(0, last_dash);
  int word_count = 0;
  while (true) {
    const std::size_t dash = words.find('-');
    const std::string_view word = words.substr(0, dash);
    if (word.empty() || !std::all_of(word.begin(), word.end(), IsLower)) return false;
    ++word_count;
    if (dash == std::string_view::npos) break;
    words.remove_prefix(dash + 1);
  }
  return word_count >= 2;
}

std::string_view PartitionOf(const Region& region) { return FindPartition(region).name; }
std::string_view DnsSuffixOf(const Region& region) { return FindPartition(region).dns_suffix; }

std::optional<Arn> Arn::Parse(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  text.remove_prefix(4);
  std::array<std::string, 4> parts;
  for (std::string& part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  return Arn{std::move(parts[0]), std::move(parts[1]), std::move(parts[2]), std::move(parts[3]), std::string(text)};
}

std::string Arn::ToString() const {
  std::string out;
  out.reserve(8 + partition.size() + service.size() + region.size() + account.size() + resource.size());
  out.append("arn:").append(partition).append(":").append(service).append(":");
  return out.append(region).append(":").append(account).append(":").append(resource);
}

Arn MakeArn(std::string_view service, const Scope& scope, std::string resource) {
  return Arn{std::string(PartitionOf(scope.region)), std::string(service), scope.region.str(), scope.account.str(),
             std::move(resource)};
}

}  // namespace stratolite
