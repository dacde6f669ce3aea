#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "s3/listing_store.hpp"
#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

/// Temporary copies of archived objects, as reads and listings see them. By the clock: what is to be removed is gone at its time.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
namespace stratolite::s3 {

enum class RestoreState {
  /// Never asked for, or over.
  kNone,
  kOngoing,
  /// There is a copy.
  kReady,
};
RestoreState RestoreStateOf(const ObjectDetails& details, TimePoint now);

/// Whether the body can be read: it is not archived, or a copy of it is there.
bool IsReadable(const Object& object, TimePoint now);
/// The same as an error: InvalidObjectState.
Result<void> CheckReadable(const Object& object, TimePoint now);

/// `Restore` of GetObject and HeadObject.
void AddRestore(Json& output, const ObjectDetails& details, TimePoint now);

/// RestoreStatus of listed versions that have one, by row; empty unless the call asks for it (OptionalObjectAttributes).
using RestoreStatuses = std::map<ObjectId, Json>;
RestoreStatuses ReadRestoreStatuses(Parts& parts, const Call& call, const std::vector<ListedVersion>& versions);
void AddRestoreStatus(Json& entry, const ListedVersion& version, const RestoreStatuses& statuses);

/// How long a retrieval takes here: the upper end of what AWS calls typical, 5 minutes, 5 hours, 12 hours, and for DEEP_ARCHIVE 12 and 48 hours. nullopt: the
/// storage class has no such tier (DEEP_ARCHIVE no Expedited), or there is none of that name.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
std::optional<Duration> RetrievalTime(std::string_view storage_class, std::string_view tier);

/// When a copy that is there from `from` on and was asked for for `days` goes: "rounding the resulting time to the next day midnight UTC".
TimePoint RestoreExpiry(TimePoint from, std::int64_t days);

}  // namespace stratolite::s3
