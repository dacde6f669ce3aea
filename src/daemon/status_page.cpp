#include "daemon/status_page.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "stratolite/base/json.hpp"
#include "stratolite/service/resources.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/storage/database.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

// Directories with more files than that are described by those.
constexpr std::size_t kMaxFiles = 20'000;
constexpr std::size_t kMostResources = 20;

std::uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

struct Descriptors {
  std::uint64_t open = 0;
  std::uint64_t sockets = 0;
};

Descriptors CountDescriptors() {
  Descriptors found;
  std::error_code error;
  for (fs::directory_iterator at("/proc/self/fd", error), end; !error && at != end; at.increment(error)) {
    ++found.open;
    struct stat about {};
    if (::fstat(std::atoi(at->path().filename().c_str()), &about) == 0 && S_ISSOCK(about.st_mode)) ++found.sockets;
  }
  // The one that reads the directory.
  if (found.open > 0) --found.open;
  return found;
}

Json DescribeProcess(std::size_t listeners) {
  const Descriptors descriptors = CountDescriptors();
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  return Json{{"resident_bytes", ResidentBytes()},
              {"open_files", descriptors.open},
              {"open_files_limit", static_cast<std::uint64_t>(files.rlim_cur)},
              {"connections", descriptors.sockets - std::min<std::uint64_t>(descriptors.sockets, listeners)}};
}

/// What a directory takes on its disk.
Json DescribeDirectory(const std::string& directory) {
  constexpr std::uint64_t kBlock = 512;
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  std::error_code error;
  fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator() && count < kMaxFiles; at.increment(error)) {
    struct stat about {};
    if (::lstat(at->path().c_str(), &about) != 0 || !S_ISREG(about.st_mode)) continue;
    bytes += static_cast<std::uint64_t>(about.st_blocks) * kBlock;
    ++count;
  }
  return Json{{"bytes", bytes}, {"files", count}, {"at_least", count == kMaxFiles}};
}

double Rounded(double value) { return std::round(value * 10) / 10; }
double Milliseconds(std::int64_t microseconds) { return static_cast<double>(microseconds) / 1000; }

Json DescribeFigures(const RequestStatistics::Figures& figures) {
  return Json{{"requests", figures.requests},
              {"refused", figures.refused},
              {"failed", figures.failed},
              {"per_second", Rounded(figures.per_second)},
              {"p50_ms", Milliseconds(figures.p50_us)},
              {"p99_ms", Milliseconds(figures.p99_us)}};
}

Json DescribeRequests(const RequestStatistics& statistics) {
  const auto summary = statistics.Read(RequestStatistics::Clock::now());
  Json services = Json::array();
  for (const auto& [name, figures, operations] : summary.services) {
    Json service = DescribeFigures(figures);
    service["service"] = name;
    service["operations"] = Json::array();
    for (const auto& [_, operation_name, operation_figures] : operations) {
      Json operation = DescribeFigures(operation_figures);
      operation["operation"] = operation_name;
      service["operations"].push_back(std::move(operation));
    }
    services.push_back(std::move(service));
  }
  Json requests = DescribeFigures(summary.all);
  requests["peak_per_second"] = summary.peak_per_second;
  requests["services"] = std::move(services);
  return requests;
}

Json DescribeNumbers(const std::vector<ResourceList::Number>& numbers) {
  Json out = Json::object();
  for (const auto& [name, value] : numbers) out[std::string(name)] = value;
  return out;
}

Json NamesOf(const std::vector<ResourceList::Number>& numbers) {
  Json names = Json::array();
  for (const auto& number : numbers) names.push_back(number.name);
  return names;
}

Json DescribeResources(World& world) {
  Json resources = Json::array();
  // A world that was never used holds nothing, and stays unused.
  if (!world.deps().db.Exists()) return resources;
  for (const std::string_view name : wire::LinkedModelNames()) {
    const ServiceDescriptor* const descriptor = world.FindDescriptor(name);
    if (descriptor == nullptr || descriptor->describe == nullptr || world.FindService(name) == nullptr) continue;
    const ResourceList list = descriptor->describe(world.deps(), kMostResources);
    if (list.count == 0) continue;
    Json largest = Json::array();
    for (const auto& item : list.largest) {
      Json entry = DescribeNumbers(item.numbers);
      entry["name"] = item.name;
      entry["account"] = item.scope.account.str();
      entry["region"] = item.scope.region.str();
      entry["at_least"] = item.at_least;
      largest.push_back(std::move(entry));
    }
    resources.push_back(Json{{"service", name},
                             {"kind", list.kind},
                             {"count", list.count},
                             {"numbers", NamesOf(list.totals)},
                             {"totals", DescribeNumbers(list.totals)},
                             {"at_least", list.at_least},
                             {"largest", std::move(largest)}});
  }
  return resources;
}

}  // namespace

Json DescribeStatus(const StatusSources& sources, Universes& universes, const Universe& universe,
                    const std::string& data_dir) {
  const auto up = std::chrono::steady_clock::now() - sources.started;
  Json status{{"endpoint", sources.endpoint},
              {"addresses", sources.addresses},
              {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(up).count()},
              {"process", DescribeProcess(sources.addresses.size())},
              {"data", data_dir.empty() ? Json() : DescribeDirectory(data_dir)},
              {"world", universe.name},
              {"worlds", universes.List().size() + 1},
              {"resources", DescribeResources(*universe.world)}};
  if (sources.statistics != nullptr) status["requests"] = DescribeRequests(*sources.statistics);
  return status;
}

}  // namespace stratolite::daemon
