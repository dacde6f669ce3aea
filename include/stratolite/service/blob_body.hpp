#pragma once

#include <memory>

#include "stratolite/storage/blob_store.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite {

/// A response body out of a reader that is Ready: chunks of 256 KiB, its size known, and a file range where the rest is one. Not thread-safe. Blocks.
std::shared_ptr<wire::BodyProducer> MakeBlobBody(std::unique_ptr<storage::BlobReader> reader);

}  // namespace stratolite
