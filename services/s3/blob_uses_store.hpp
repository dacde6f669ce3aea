#pragma once

#include "stratolite/service/blob_uses.hpp"

namespace stratolite::s3 {

void ListBlobUses(storage::Reader& reader, const std::function<void(const BlobUse&)>& on_use);
/// An object of which a piece is lost goes whole, the next version of its key becomes the newest; of an upload the part goes.
void ForgetBlobs(storage::Txn& txn, const std::unordered_set<storage::BlobId>& lost,
                 const std::function<void(const Json&)>& on_forgotten);

/// What `stratolite doctor` asks. Immutable.
inline constexpr BlobUses kBlobUses{.list = &ListBlobUses, .forget = &ForgetBlobs};

}  // namespace stratolite::s3
