#include "s3/select_operations.hpp"

#include <memory>
#include <optional>

#include "s3/bucket_access.hpp"
#include "s3/customer_key.hpp"
#include "s3/errors.hpp"
#include "s3/kms_keys.hpp"
#include "s3/object_body.hpp"
#include "s3/object_reading.hpp"
#include "s3/object_requests.hpp"
#include "s3/restoration.hpp"
#include "s3/select/errors.hpp"
#include "s3/select/query.hpp"
#include "s3/select/query_run.hpp"
#include "s3/select/serialization.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/event_stream.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

/// Not thread-safe. Blocks.
class ObjectBytes final : public select::ByteSource {
 public:
  explicit ObjectBytes(std::unique_ptr<BodyReader> body) : body_(std::move(body)) {}

  Result<std::size_t> Read(char* buffer, std::size_t capacity) override { return body_->Read(buffer, capacity); }

 private:
  const std::unique_ptr<BodyReader> body_;
};

}  // namespace

void SelectOperations::Register(OperationTable& operations) {
  operations.Add("SelectObjectContent", this, &SelectOperations::SelectObjectContent).partial_note = "no Parquet";
}

Result<Json> SelectOperations::SelectObjectContent(const Call& call) {
  ASSIGN_OR_RETURN(const BucketPtr bucket, FindBucket(parts_, call));
  ASSIGN_OR_RETURN(const std::string key, ReadKey(call));
  // "Amazon S3 Select does not support anonymous access": https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
  if (call.caller.type == auth::PrincipalType::kAnonymous) return AccessDenied();
  const Fields in(call.input);
  const auto expression = in.OptionalString("Expression");
  if (!expression) return select::MissingSelectParameter("Expression");
  if (!select::SameName(in.StringOr("ExpressionType", ""), "SQL")) return select::SelectError("InvalidExpressionType");
  ASSIGN_OR_RETURN(select::Serialization serialization, select::ReadSerialization(call.input));
  ASSIGN_OR_RETURN(select::Query query, select::ParseQuery(*expression));
  ASSIGN_OR_RETURN(const auto customer_key, ReadKeyForReading(call, ""));

  const TimePoint now = parts_.deps.clock.Now();
  auto body = OpenBody(parts_, customer_key);
  auto read = parts_.deps.db.Read([&](storage::Reader& reader) -> Result<Object> {
    ASSIGN_OR_RETURN(Object object, FindObject(parts_, reader, *bucket, key, std::nullopt, "POST"));
    RETURN_IF_ERROR(CheckCustomerKey(object.details.encryption, customer_key));
    RETURN_IF_ERROR(CheckReadable(object, now));
    if (object.storage_class == "REDUCED_REDUNDANCY") return select::SelectError("UnsupportedStorageClass");
    AddBody(parts_, reader, *body, object, {0, object.size});
    return object;
  });
  ASSIGN_OR_RETURN(const Object object, std::move(read));
  body->Ready();
  RETURN_IF_ERROR(CheckKmsAccess(parts_, call, object.details.encryption));
  ASSIGN_OR_RETURN(const auto range, select::ReadScanRange(call.input, serialization, object.size));

  auto run = std::make_unique<select::QueryRun>(std::move(query), std::move(serialization),
                                                std::make_unique<ObjectBytes>(std::move(body)), range, now);
  RETURN_IF_ERROR(run->Start());
  call.reply->body = MakeEventStreamBody(*call.model, call.protocol, std::move(run));
  return Json::object();
}

}  // namespace stratolite::s3
