#pragma once

#include "s3/object_writing.hpp"
#include "s3/parts.hpp"

namespace stratolite::s3 {

/// The parts of multipart uploads in progress: UploadPart, UploadPartCopy, ListParts. Thread-safe. Blocks.
class PartOperations {
 public:
  explicit PartOperations(Parts& parts) : parts_(parts) {}
  void Register(OperationTable& operations);

 private:
  Result<Json> UploadPart(const Call& call);
  Result<Json> UploadPartCopy(const Call& call);
  Result<Json> ListParts(const Call& call);

  /// Puts a body that is all there into the upload, if that is still in progress.
  Result<s3::UploadPart> KeepPart(const Call& call, const Bucket& bucket, ReceivedBody& body);

  Parts& parts_;
};

}  // namespace stratolite::s3
