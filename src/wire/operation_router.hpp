#pragma once

#include <optional>

#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/http_message.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::wire::internal {

/// The operation whose method, URI template and constant query parameters fit best, or nullopt.
///
/// The most specific path wins, then the one with more constant query parameters. Where operations share both (S3's PutObject,
/// UploadPart, CopyObject), their required query parameters and headers decide, then a client's `x-id`, then the one that is not deprecated.
/// Walks the model's templates as they lie in the compiled model: no cache, no allocation. Thread-safe.
std::optional<Operation> RouteRest(const ServiceModel& model, const HttpRequest& request);

}  // namespace stratolite::wire::internal
