#include "cli/status_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/admin_page.hpp"

namespace stratolite::cli {
namespace {

using Lines = std::vector<ViewLine>;
using Cells = std::vector<std::string>;

// Together the 80 columns that every terminal has.
constexpr std::size_t kNameWidth = 26;
constexpr std::size_t kFigureWidth = 8;
constexpr std::size_t kNumberWidth = 9;
// The head of the screen, a blank line, and for each of three tables its heading and a blank line.
constexpr std::size_t kScreenRest = 9;
constexpr std::size_t kTables = 3;
constexpr std::size_t kFewestRows = 2;

/// A number of the daemon's, 0 where it says nothing.
std::int64_t Count(const Json& from, const char* name) { return from.value(name, std::int64_t{0}); }

/// `12`, or `12+` where counting ended early.
std::string ShowNumber(std::string_view name, std::int64_t value, bool at_least) {
  const std::string text = name.ends_with("bytes") ? ShowBytes(value) : fmt::format("{}", value);
  return at_least && value > 0 ? text + "+" : text;
}

std::string Row(std::string_view name, std::size_t width, const Cells& cells, std::string_view rest = {}) {
  std::string line = fmt::format("{:<{}}", name, kNameWidth);
  for (const std::string& cell : cells) line += fmt::format(" {:>{}}", cell, width);
  if (!rest.empty()) line.append("  ").append(rest);
  return line;
}

Cells FigureCells(const Json& figures) {
  return {fmt::format("{}", Count(figures, "requests")),       fmt::format("{}", Count(figures, "refused")),
          fmt::format("{}", Count(figures, "failed")),         fmt::format("{:.1f}", figures.value("per_second", 0.0)),
          fmt::format("{:.2f}", figures.value("p50_ms", 0.0)), fmt::format("{:.2f}", figures.value("p99_ms", 0.0))};
}

ViewLine FiguresHeading(std::string_view name) {
  return {Row(name, kFigureWidth, {"requests", "refused", "failed", "req/s", "p50 ms", "p99 ms"}), true};
}

/// Services, each with its operations below.
void AddServices(Lines& lines, const Json& requests) {
  if (requests.at("services").empty()) return;
  lines.push_back({});
  lines.push_back(FiguresHeading("services used"));
  for (const Json& service : requests.at("services")) {
    lines.push_back({Row(Plain(service.at("service")), kFigureWidth, FigureCells(service))});
    for (const Json& operation : service.at("operations"))
      lines.push_back({Row("  " + Plain(operation.at("operation")), kFigureWidth, FigureCells(operation))});
  }
}

/// The operations of all services, the busiest now first.
void AddOperations(Lines& lines, const Json& requests, std::size_t most) {
  struct Entry {
    std::string name;
    Json figures;
  };
  std::vector<Entry> entries;
  for (const Json& service : requests.at("services")) {
    for (const Json& operation : service.at("operations"))
      entries.push_back({Plain(service.at("service")) + "." + Plain(operation.at("operation")), operation});
  }
  if (entries.empty()) return;
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    const double of_a = a.figures.value("per_second", 0.0);
    const double of_b = b.figures.value("per_second", 0.0);
    return of_a != of_b ? of_a > of_b : Count(a.figures, "requests") > Count(b.figures, "requests");
  });
  lines.push_back({});
  lines.push_back(FiguresHeading(fmt::format("operations ({})", entries.size())));
  entries.resize(std::min(entries.size(), most));
  for (const auto& [name, figures] : entries) lines.push_back({Row(name, kFigureWidth, FigureCells(figures))});
}

void AddResources(Lines& lines, const Json& list, std::size_t most) {
  if (Count(list, "count") == 0) return;
  const auto columns = list.at("numbers").get<std::vector<std::string>>();
  const auto cells = [&](const Json& numbers, bool at_least) {
    Cells out;
    for (const std::string& name : columns) out.push_back(ShowNumber(name, Count(numbers, name.c_str()), at_least));
    return out;
  };
  lines.push_back({});
  lines.push_back(
      {Row(fmt::format("{} ({})", Plain(list.at("kind")), Count(list, "count")), kNumberWidth, columns), true});
  std::size_t shown = 0;
  for (const Json& item : list.at("largest")) {
    if (shown++ == most) break;
    lines.push_back({Row(Plain(item.at("name")), kNumberWidth, cells(item, item.value("at_least", false)),
                         Plain(item.at("account")) + " " + Plain(item.at("region")))});
  }
  if (list.at("largest").size() > 1)
    lines.push_back({Row("all", kNumberWidth, cells(list.at("totals"), list.value("at_least", false)))});
}

std::string DataText(const Json& status) {
  const Json data = status.value("data", Json());
  if (!data.is_object()) return "in memory, gone when it stops";
  return fmt::format("{}, {}{} in {} files", Plain(status.at("data_dir")), ShowBytes(Count(data, "bytes")),
                     data.value("at_least", false) ? " or more" : "", Count(data, "files"));
}

std::string RequestsText(const Json& requests) {
  return fmt::format("{}, of which {} refused and {} failed", Count(requests, "requests"), Count(requests, "refused"),
                     Count(requests, "failed"));
}

std::string RateText(const Json& requests) {
  return fmt::format("{:.1f}/s over the last five seconds, at most {}/s", requests.value("per_second", 0.0),
                     Count(requests, "peak_per_second"));
}

}  // namespace

std::string ShowBytes(std::int64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string ShowDuration(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86400, seconds / 3600 % 24);
}

Lines StatusView(const Json& status) {
  const Json& process = status.at("process");
  const Json& requests = status.at("requests");
  Lines lines;
  lines.push_back(
      {fmt::format("Stratolite {} at {}", Plain(status.at("version")), Plain(status.at("endpoint"))), true});
  const auto fact = [&lines](std::string_view name, const std::string& value) {
    lines.push_back({fmt::format("{:<12} {}", name, value)});
  };
  fact("pid", Plain(status.at("pid")));
  fact("addresses", fmt::format("{}", fmt::join(status.at("addresses").get<std::vector<std::string>>(), ", ")));
  fact("up", ShowDuration(Count(status, "uptime_seconds")));
  fact("auth", Plain(status.at("auth")));
  if (status.contains("iam")) fact("iam", Plain(status.at("iam")));
  fact("data", DataText(status));
  fact("worlds", fmt::format("{}, this is about {}", Count(status, "worlds"), Plain(status.at("world"))));
  fact("memory", ShowBytes(Count(process, "resident_bytes")));
  fact("connections", fmt::format("{}", Count(process, "connections")));
  fact("open files", fmt::format("{} of {}", Count(process, "open_files"), Count(process, "open_files_limit")));
  fact("requests", RequestsText(requests));
  fact("rate", RateText(requests));
  AddServices(lines, requests);
  for (const Json& list : status.at("resources")) AddResources(lines, list, list.at("largest").size());
  return lines;
}

Lines TopView(const Json& status, std::size_t rows, const std::string& time) {
  const Json& process = status.at("process");
  const Json& requests = status.at("requests");
  const Json data = status.value("data", Json());
  const std::size_t for_tables = rows > kScreenRest ? rows - kScreenRest : 0;
  const std::size_t most = std::max(kFewestRows, for_tables / kTables);
  Lines lines;
  lines.push_back({fmt::format("Stratolite {} at {}, up {}  {}  q: quit", Plain(status.at("version")),
                               Plain(status.at("endpoint")), ShowDuration(Count(status, "uptime_seconds")), time),
                   true});
  lines.push_back(
      {fmt::format("{} connections, {} open files, memory {}, data {}, worlds {}", Count(process, "connections"),
                   Count(process, "open_files"), ShowBytes(Count(process, "resident_bytes")),
                   data.is_object() ? ShowBytes(Count(data, "bytes")) : "in memory", Count(status, "worlds"))});
  lines.push_back({fmt::format("requests {}; {}", RequestsText(requests), RateText(requests))});
  AddOperations(lines, requests, most);
  for (const Json& list : status.at("resources")) AddResources(lines, list, most > 1 ? most - 1 : most);
  if (lines.size() > rows) lines.resize(rows);
  return lines;
}

}  // namespace stratolite::cli
