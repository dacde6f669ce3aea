#include "pipes/tag_operations.hpp"

#include "pipes/errors.hpp"
#include "pipes/pipe_store.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::pipes {
namespace {

constexpr std::size_t kMaxTags = 50;
constexpr std::string_view kResourcePrefix = "pipe/";

Result<Pipe> FindTagged(storage::Reader& reader, const Call& call) {
  const std::string text = Fields(call.input).StringOr("resourceArn", "");
  const std::optional<Arn> arn = Arn::Parse(text);
  if (!arn || arn->service != "pipes" || !arn->resource.starts_with(kResourcePrefix) ||
      arn->account != call.scope.account.str() || arn->region != call.scope.region.str())
    return ResourceDoesNotExist(text);
  std::optional<Pipe> pipe = FindPipe(reader, call.scope, arn->resource.substr(kResourcePrefix.size()));
  if (!pipe) return ResourceDoesNotExist(text);
  return *std::move(pipe);
}

}  // namespace

Result<Json> TagOperations::ListTagsForResource(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Pipe pipe, FindTagged(reader, call));
    return Json{{"tags", pipe.tags}};
  });
}

Result<Json> TagOperations::TagResource(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Pipe pipe, FindTagged(txn, call));
    for (const auto& [key, value] : Fields(call.input).Object("tags").items())
      pipe.tags[key] = value.get<std::string>();
    if (pipe.tags.size() > kMaxTags) return Invalid("A pipe can have 50 tags at most.");
    UpdatePipe(txn, pipe);
    return Json::object();
  });
}

Result<Json> TagOperations::UntagResource(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Pipe pipe, FindTagged(txn, call));
    for (const std::string& key : Fields(call.input).Strings("tagKeys")) pipe.tags.erase(key);
    UpdatePipe(txn, pipe);
    return Json::object();
  });
}

}  // namespace stratolite::pipes
