#include "pipes/pipe_store.hpp"

namespace stratolite::pipes {
namespace {

using storage::Row;

// The columns in the order that ToPipe reads, in a macro because statements are literals.
#define PIPES_COLUMNS \
  "id, account, region, name, desired_state, current_state, created_at, modified_at, revision, settings, tags"

Pipe ToPipe(const Row& row) {
  Pipe pipe;
  pipe.id = row.Int(0);
  pipe.scope = {AccountId(row.Text(1)), Region(row.Text(2))};
  pipe.name = row.Text(3);
  pipe.desired_state = row.Text(4);
  pipe.current_state = row.Text(5);
  pipe.created_at = row.Time(6);
  pipe.modified_at = row.Time(7);
  pipe.revision = row.Int(8);
  pipe.settings = Json::parse(row.TextView(9));
  pipe.tags = Json::parse(row.TextView(10)).get<Tags>();
  return pipe;
}

}  // namespace

std::optional<Pipe> FindPipe(storage::Reader& reader, const Scope& scope, std::string_view name) {
  return reader.QueryOne("SELECT " PIPES_COLUMNS " FROM pipes_pipe WHERE account = ? AND region = ? AND name = ?",
                         {scope.account, scope.region, name}, ToPipe);
}

std::optional<Pipe> FindPipe(storage::Reader& reader, PipeId id) {
  return reader.QueryOne("SELECT " PIPES_COLUMNS " FROM pipes_pipe WHERE id = ?", {id}, ToPipe);
}

void InsertPipe(storage::Txn& txn, Pipe& pipe) {
  txn.Run(
      "INSERT INTO pipes_pipe (account, region, name, desired_state, current_state, created_at, modified_at, revision,"
      " settings, tags) VALUES (?,?,?,?,?,?,?,?,?,?)",
      {pipe.scope.account, pipe.scope.region, pipe.name, pipe.desired_state, pipe.current_state, pipe.created_at,
       pipe.modified_at, pipe.revision, pipe.settings.dump(), Json(pipe.tags).dump()});
  pipe.id = txn.last_insert_rowid();
}

void UpdatePipe(storage::Txn& txn, const Pipe& pipe) {
  txn.Run(
      "UPDATE pipes_pipe SET desired_state = ?, current_state = ?, modified_at = ?, revision = ?, settings = ?,"
      " tags = ? WHERE id = ?",
      {pipe.desired_state, pipe.current_state, pipe.modified_at, pipe.revision, pipe.settings.dump(),
       Json(pipe.tags).dump(), pipe.id});
}

void DeletePipe(storage::Txn& txn, PipeId id) { txn.Run("DELETE FROM pipes_pipe WHERE id = ?", {id}); }

void ListPipes(storage::Reader& reader, const Scope& scope, std::string_view after,
               const std::function<bool(Pipe)>& visit) {
  reader.Query("SELECT " PIPES_COLUMNS " FROM pipes_pipe WHERE account = ? AND region = ? AND name > ? ORDER BY name",
               {scope.account, scope.region, after}, [&](const Row& row) { return visit(ToPipe(row)); });
}

std::vector<PipeId> ListRunningPipes(storage::Reader& reader) {
  std::vector<PipeId> ids;
  reader.Query("SELECT id FROM pipes_pipe WHERE current_state = 'RUNNING' ORDER BY id", {},
               [&](const Row& row) { ids.push_back(row.Int(0)); });
  return ids;
}

}  // namespace stratolite::pipes
