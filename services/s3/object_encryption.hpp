#pragma once

#include <string_view>

#include "s3/model.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// What a request that makes an object says of its encryption, else what its bucket says. Errors: InvalidArgument, InvalidEncryptionAlgorithmError,
/// NotImplemented: nothing of the kind is ignored.
Result<Encryption> ReadEncryption(const Call& call, const Bucket& bucket);

/// SSE-C members of a request, `<prefix>SSECustomerKey` and so on; `prefix` is empty or `CopySource`. Errors: as above.
Result<void> RefuseCustomerKeys(const Call& call, std::string_view prefix);

/// The members that tell about it in the answers to writes and reads: `ServerSideEncryption` and its kin.
void AddEncryption(Json& output, const Encryption& encryption);

}  // namespace stratolite::s3
