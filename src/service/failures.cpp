#include "stratolite/service/failures.hpp"

#include "stratolite/service/errors.hpp"
#include "stratolite/storage/disk_full.hpp"

namespace stratolite {

AwsError FailureOf(std::string_view service, const std::exception& error) {
  AwsError failure = InternalFailure();
  if (dynamic_cast<const storage::DiskFull*>(&error) == nullptr) return failure;
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  if (service == "s3") failure.code = "InternalError";
  failure.message =
      "The disk that holds Stratolite's data is full: nothing was changed. Delete something, here or elsewhere on that "
      "disk, and try again.";
  failure.http_status = 507;
  return failure;
}

}  // namespace stratolite
