#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "pipes/model.hpp"
#include "stratolite/storage/database.hpp"

/// The rows of pipes. Every function works within the caller's transaction and has its thread rule: Confined to the callback. Blocks.
namespace stratolite::pipes {

std::optional<Pipe> FindPipe(storage::Reader& reader, const Scope& scope, std::string_view name);
std::optional<Pipe> FindPipe(storage::Reader& reader, PipeId id);
/// Fills in the id.
void InsertPipe(storage::Txn& txn, Pipe& pipe);
void UpdatePipe(storage::Txn& txn, const Pipe& pipe);
void DeletePipe(storage::Txn& txn, PipeId id);
/// In order of names, those after `after`, until `visit` returns false.
void ListPipes(storage::Reader& reader, const Scope& scope, std::string_view after,
               const std::function<bool(Pipe)>& visit);
/// Of every account and region.
std::vector<PipeId> ListRunningPipes(storage::Reader& reader);

}  // namespace stratolite::pipes
