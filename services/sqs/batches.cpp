#include "sqs/batches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sqs/errors.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::size_t kMaxEntries = 10;
constexpr std::size_t kMaxIdLength = 80;

bool IsEntryId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

Result<std::vector<const Json*>> BatchEntries(const Json& input, const BatchRules& rules) {
  const auto found = input.find("Entries");
  // The Query protocol cannot tell an empty list from none.
  if (found == input.end() || found->empty()) return EmptyBatchRequest(rules.entry_type);
  if (found->size() > kMaxEntries) return TooManyEntriesInBatchRequest(found->size(), rules.detail_when_too_many);
  std::vector<const Json*> entries;
  std::set<std::string_view> ids;
  for (const Json& entry : *found) {
    entries.push_back(&entry);
    const auto id = entry.find("Id");
    if (id == entry.end()) return MissingParameter(fmt::format("{}.{}.Id", rules.entry_type, entries.size()));
    const std::string_view text = id->get_ref<const std::string&>();
    if (!IsEntryId(text)) return InvalidBatchEntryId();
    if (!ids.insert(text).second) return BatchEntryIdsNotDistinct(text);
  }
  return entries;
}

void BatchOutcome::Fail(std::string_view id, const AwsError& error) {
  failed_.push_back({{"Id", id},
                     {"SenderFault", true},
                     {"Code", error.query_code.empty() ? error.code : error.query_code},
                     {"Message", error.message}});
}

Json BatchOutcome::Finish() && {
  Json output = Json::object();
  if (!successful_.empty()) output["Successful"] = std::move(successful_);
  if (!failed_.empty()) output["Failed"] = std::move(failed_);
  return output;
}

}  // namespace stratolite::sqs
