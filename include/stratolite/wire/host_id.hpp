#pragma once

#include <string>
#include <string_view>

namespace stratolite::wire {

/// S3's second id of a request (`x-amz-id-2`, `HostId`): in its answer, and in what its events tell of it. A function of the first.
std::string HostIdOf(std::string_view request_id);

}  // namespace stratolite::wire
