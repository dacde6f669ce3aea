#include "pipes/inspection.hpp"

#include <utility>

#include "pipes/pipe_store.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::pipes {

Result<Json> InspectPipes(const ServiceDeps& deps, PipeEngine& engine, const Service::AdminRequest& request) {
  Scope scope = request.default_scope;
  if (const auto account = request.query.find("AccountId"); account != request.query.end())
    scope.account = AccountId(account->second);
  if (const auto region = request.query.find("Region"); region != request.query.end())
    scope.region = Region(region->second);
  std::vector<Pipe> found;
  deps.db.Read([&](storage::Reader& reader) {
    ListPipes(reader, scope, "", [&](Pipe pipe) { return found.push_back(std::move(pipe)), true; });
  });
  Json list = Json::array();
  for (const Pipe& pipe : found) {
    Json entry = {{"arn", pipe.arn().ToString()}, {"state", pipe.current_state}};
    if (const std::optional<PipeCounts> counts = engine.CountsOf(pipe.id)) {
      entry["received"] = counts->received;
      entry["filtered"] = counts->filtered;
      entry["delivered"] = counts->delivered;
      entry["failed"] = counts->failed;
      if (counts->last_failure_at) {
        entry["last_failure"] = {{"at", FormatIso8601(*counts->last_failure_at)}, {"reason", counts->last_failure}};
      }
    }
    list.push_back(std::move(entry));
  }
  return Json{{"pipes", std::move(list)}};
}

}  // namespace stratolite::pipes
