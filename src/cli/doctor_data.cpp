#include "cli/doctor_data.hpp"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "daemon/data_check.hpp"
#include "daemon/data_repair.hpp"
#include "daemon/linked_services.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::cli {
namespace {

using daemon::Finding;
using daemon::FindingLevel;

std::string_view LevelName(FindingLevel level) {
  switch (level) {
    case FindingLevel::kOk:
      return "ok";
    case FindingLevel::kNote:
      return "note";
    case FindingLevel::kProblem:
      return "problem";
  }
  return "";
}

std::string Line(const Finding& finding) {
  std::string line = fmt::format("{:<9}", LevelName(finding.level));
  if (!finding.world.empty()) line += fmt::format("world {}: ", finding.world);
  line += finding.text;
  const std::string path = finding.path.string();
  if (!path.empty() && line.find(path) == std::string::npos) line += fmt::format(" [{}]", path);
  return line;
}

Json ToJson(const Finding& finding) {
  Json json{{"level", LevelName(finding.level)}, {"kind", finding.kind}, {"text", finding.text}};
  if (!finding.world.empty()) json["world"] = finding.world;
  if (!finding.path.empty()) json["path"] = finding.path.string();
  return json;
}

Json ToJson(const daemon::DataSummary& summary) {
  return {{"worlds", summary.worlds},    {"blobs", summary.blobs},       {"files", summary.files},
          {"bytes", summary.bytes},      {"verified", summary.verified}, {"notes", summary.notes},
          {"problems", summary.problems}};
}

}  // namespace

int DoctorData(const Settings& settings, const DataWords& words) {
  Json findings = Json::array();
  const daemon::OnFinding on_finding = [&](const Finding& finding) {
    if (words.json) {
      findings.push_back(ToJson(finding));
    } else {
      fmt::print("{}\n", Line(finding));
    }
  };
  daemon::DataSummary summary;
  try {
    if (words.repair) {
      // Real time: it names a directory.
      const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
      daemon::RepairData(settings.data_dir, daemon::LinkedServices(), now, on_finding);
    }
    summary = daemon::CheckData(settings.data_dir, daemon::LinkedServices(), on_finding);
  } catch (const storage::StorageError& error) {
    ++summary.problems;
    on_finding({FindingLevel::kProblem, "directory", "", error.what(), settings.data_dir});
  }
  if (words.json) {
    const Json all{
        {"directory", settings.data_dir.string()}, {"summary", ToJson(summary)}, {"findings", std::move(findings)}};
    fmt::print("{}\n", all.dump(2, ' ', false, Json::error_handler_t::replace));
  } else {
    fmt::print("{} worlds, {} blobs ({} bytes, {} compared with a checksum), {} files: {} problems, {} notes\n",
               summary.worlds, summary.blobs, summary.bytes, summary.verified, summary.files, summary.problems,
               summary.notes);
  }
  return summary.problems > 0 ? 1 : 0;
}

}  // namespace stratolite::cli
