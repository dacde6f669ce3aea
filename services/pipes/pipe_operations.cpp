#include "pipes/pipe_operations.hpp"

#include <utility>

#include "pipes/errors.hpp"
#include "pipes/pipe_settings.hpp"
#include "pipes/pipe_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::pipes {
namespace {

constexpr std::int64_t kDefaultLimit = 100;

/// What every change answers.
Json Describe(const Pipe& pipe, std::string_view desired, std::string_view current) {
  return {{"Arn", pipe.arn().ToString()},
          {"Name", pipe.name},
          {"DesiredState", desired},
          {"CurrentState", current},
          {"CreationTime", ToJson(pipe.created_at)},
          {"LastModifiedTime", ToJson(pipe.modified_at)}};
}

Result<Pipe> Find(storage::Reader& reader, const Call& call) {
  const std::string name = Fields(call.input).StringOr("Name", "");
  std::optional<Pipe> pipe = FindPipe(reader, call.scope, name);
  if (!pipe) return PipeDoesNotExist(name);
  return *std::move(pipe);
}

/// Whether ListPipes' filters let it pass.
bool IsAskedFor(const Fields& in, const Pipe& pipe) {
  const Fields settings(pipe.settings);
  return pipe.name.starts_with(in.StringOr("NamePrefix", "")) &&
         in.StringOr("DesiredState", pipe.desired_state) == pipe.desired_state &&
         in.StringOr("CurrentState", pipe.current_state) == pipe.current_state &&
         settings.StringOr("Source", "").starts_with(in.StringOr("SourcePrefix", "")) &&
         settings.StringOr("Target", "").starts_with(in.StringOr("TargetPrefix", ""));
}

}  // namespace

Result<Json> PipeOperations::CreatePipe(const Call& call) {
  const Fields in(call.input);
  Pipe pipe;
  pipe.scope = call.scope;
  pipe.name = in.StringOr("Name", "");
  pipe.desired_state = in.StringOr("DesiredState", "RUNNING");
  pipe.current_state = pipe.desired_state;
  pipe.created_at = pipe.modified_at = deps_.clock.Now();
  pipe.revision = 1;
  pipe.settings = SettingsOf(call.input);
  pipe.tags = in.Object("Tags").get<Tags>();
  ASSIGN_OR_RETURN(const PipePlan plan, MakePlan(pipe));
  RETURN_IF_ERROR(CheckParts(deps_, plan));
  RETURN_IF_ERROR(deps_.db.Transact([&](storage::Txn& txn) -> Result<void> {
    if (FindPipe(txn, pipe.scope, pipe.name)) return PipeExists(pipe.name);
    InsertPipe(txn, pipe);
    engine_.Remember(txn, pipe, pipe.current_state == "RUNNING");
    return {};
  }));
  engine_.Follow(pipe.id);
  return Describe(pipe, pipe.desired_state, "CREATING");
}

Result<Json> PipeOperations::DescribePipe(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Pipe pipe, Find(reader, call));
    Json answer = Describe(pipe, pipe.desired_state, pipe.current_state);
    answer.update(pipe.settings);
    if (!pipe.tags.empty()) answer["Tags"] = pipe.tags;
    return answer;
  });
}

Result<Json> PipeOperations::UpdatePipe(const Call& call) {
  ASSIGN_OR_RETURN(Pipe pipe, deps_.db.Read([&](storage::Reader& reader) { return Find(reader, call); }));
  const std::int64_t read_revision = pipe.revision;
  pipe.settings = UpdatedSettings(pipe.settings, call.input);
  pipe.desired_state = Fields(call.input).StringOr("DesiredState", pipe.desired_state);
  pipe.current_state = pipe.desired_state;
  pipe.modified_at = deps_.clock.Now();
  ++pipe.revision;
  ASSIGN_OR_RETURN(const PipePlan plan, MakePlan(pipe));
  RETURN_IF_ERROR(CheckParts(deps_, plan));
  RETURN_IF_ERROR(deps_.db.Transact([&](storage::Txn& txn) -> Result<void> {
    ASSIGN_OR_RETURN(const Pipe current, Find(txn, call));
    if (current.id != pipe.id || current.revision != read_revision) return PipeIsChanging(pipe.name);
    pipe.tags = current.tags;
    pipes::UpdatePipe(txn, pipe);
    engine_.Remember(txn, pipe, pipe.current_state == "RUNNING");
    return {};
  }));
  engine_.Follow(pipe.id);
  return Describe(pipe, pipe.desired_state, "UPDATING");
}

Result<Json> PipeOperations::DeletePipe(const Call& call) {
  ASSIGN_OR_RETURN(const Pipe pipe, deps_.db.Transact([&](storage::Txn& txn) -> Result<Pipe> {
    ASSIGN_OR_RETURN(Pipe found, Find(txn, call));
    pipes::DeletePipe(txn, found.id);
    engine_.Remember(txn, found, false);
    return found;
  }));
  engine_.Follow(pipe.id);
  return Describe(pipe, "DELETED", "DELETING");
}

Result<Json> PipeOperations::SetState(const Call& call, std::string_view desired, std::string_view passing) {
  ASSIGN_OR_RETURN(const Pipe pipe, deps_.db.Transact([&](storage::Txn& txn) -> Result<Pipe> {
    ASSIGN_OR_RETURN(Pipe found, Find(txn, call));
    if (found.current_state == desired) return found;
    found.desired_state = desired;
    found.current_state = desired;
    found.modified_at = deps_.clock.Now();
    ++found.revision;
    pipes::UpdatePipe(txn, found);
    engine_.Remember(txn, found, desired == "RUNNING");
    return found;
  }));
  engine_.Follow(pipe.id);
  return Describe(pipe, desired, passing);
}

Result<Json> PipeOperations::StartPipe(const Call& call) { return SetState(call, "RUNNING", "STARTING"); }

Result<Json> PipeOperations::StopPipe(const Call& call) { return SetState(call, "STOPPED", "STOPPING"); }

Result<Json> PipeOperations::ListPipes(const Call& call) {
  const Fields in(call.input);
  const auto limit = static_cast<std::size_t>(in.IntOr("Limit", kDefaultLimit));
  std::string after;
  if (const auto token = in.OptionalString("NextToken")) {
    const std::optional<std::string> name = Base64Decode(*token);
    if (!name || name->empty()) return Invalid("The NextToken is not valid.");
    after = *name;
  }
  Json pipes = Json::array();
  bool more = false;
  deps_.db.Read([&](storage::Reader& reader) {
    pipes::ListPipes(reader, call.scope, after, [&](const Pipe& pipe) {
      if (!IsAskedFor(in, pipe)) return true;
      more = pipes.size() == limit;
      if (more) return false;
      Json entry = Describe(pipe, pipe.desired_state, pipe.current_state);
      for (const char* const name : {"Source", "Target", "Enrichment"}) {
        if (const Json* const value = Fields(pipe.settings).Find(name)) entry[name] = *value;
      }
      pipes.push_back(std::move(entry));
      return true;
    });
  });
  Json answer = {{"Pipes", std::move(pipes)}};
  if (more) answer["NextToken"] = Base64Encode(answer["Pipes"].back()["Name"].get<std::string>());
  return answer;
}

}  // namespace stratolite::pipes
