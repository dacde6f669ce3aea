#pragma once

#include "s3/completion.hpp"
#include "s3/parts.hpp"

namespace stratolite::s3 {

/// Multipart uploads from CreateMultipartUpload to CompleteMultipartUpload or AbortMultipartUpload, and ListMultipartUploads. Completing copies no byte: the
/// parts' blobs become the object's. Thread-safe. Blocks.
class MultipartOperations {
 public:
  explicit MultipartOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> CreateMultipartUpload(const Call& call);
  Result<Json> CompleteMultipartUpload(const Call& call);
  Result<Json> AbortMultipartUpload(const Call& call);
  Result<Json> ListMultipartUploads(const Call& call);

  std::string NewUploadId(TimePoint now);
  Result<Json> Finish(storage::Txn& txn, const Call& call, const Bucket& bucket, const Upload& upload,
                      Completion completion);

  Parts& parts_;
};

}  // namespace stratolite::s3
