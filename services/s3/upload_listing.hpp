#pragma once

#include <string>

#include "s3/model.hpp"
#include "s3/upload_store.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// What ListMultipartUploads asks for.
struct UploadListing {
  std::string prefix;
  std::string delimiter;
  std::string key_marker;
  std::string id_marker;
  int max_uploads = 0;
  bool encode = false;
};

/// Errors: InvalidArgument.
Result<UploadListing> ReadUploadListing(const Json& input);

/// One page of the bucket's uploads in progress, as ListMultipartUploads answers it.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
Json ListUploads(storage::Reader& reader, UploadStore& uploads, const Bucket& bucket, const UploadListing& listing);

}  // namespace stratolite::s3
