#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/storage/blob_store.hpp"

namespace stratolite::s3 {

/// The object that a key, or a version of it, names; `method` (GET, PUT, …) is for the error alone. Errors: NoSuchKey, NoSuchVersion, and for delete
/// markers NoSuchKey or, when named by version, MethodNotAllowed, each with the header fields of a marker.
Result<Object> FindObject(Parts& parts, storage::Reader& reader, const Bucket& bucket, std::string_view key,
                          const std::optional<std::string>& version_id, std::string_view method);

/// GetObject and HeadObject. Thread-safe. Blocks.
class ObjectReading {
 public:
  explicit ObjectReading(Parts& parts) : parts_(parts) {}

  Result<Json> GetObject(const Call& call);
  Result<Json> HeadObject(const Call& call);

 private:
  Parts& parts_;
};

}  // namespace stratolite::s3
