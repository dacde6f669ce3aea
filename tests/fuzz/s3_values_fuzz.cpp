// What S3 reads out of header fields: ranges, tags, copy sources, ETags, encoded words, digests; and notification documents.

#include "fuzz/fuzz_target.hpp"
#include "fuzz/raw_request.hpp"
#include "fuzz/trees.hpp"
#include "s3/conditions.hpp"
#include "s3/copy_source.hpp"
#include "s3/document_digest.hpp"
#include "s3/metadata_words.hpp"
#include "s3/notification_configuration.hpp"
#include "s3/object_tags.hpp"
#include "s3/ranges.hpp"
#include "s3/version_ids.hpp"
#include "stratolite/wire/model_registry.hpp"
#include "wire/json_codec.hpp"

namespace stratolite::fuzz {
namespace {

/// Numbers in a row. Not thread-safe.
class CountingRandom final : public runtime::Random {
 public:
  std::uint64_t Next() override { return ++last_; }

 private:
  std::uint64_t last_ = 0;
};

void TryRange(std::string_view input) {
  Choices choices(input);
  const std::uint64_t size = choices.Below(3) == 0 ? ~std::uint64_t{0} : choices.Below(1000);
  const auto range = s3::ParseRange(input, size);
  if (!range.ok() || !*range) return;
  const s3::ByteRange& bytes = **range;
  Demand(bytes.length > 0 && bytes.offset < size && bytes.length <= size - bytes.offset, "a range lies in the body");
  s3::ContentRange(bytes, size);
}

void TryTags(std::string_view input) {
  const auto tags = s3::ParseTaggingHeader(input);
  if (!tags.ok()) return;
  const auto again = s3::ValidateTagSet(s3::ToTagSet(*tags), s3::TagSubject::kObject);
  Demand(again.ok() && *again == *tags, "tags of a header are tags of a document");
}

void TryCopySource(std::string_view input) {
  if (!IsValidUtf8(input)) return;
  Call call;
  call.input = Json{{"CopySource", std::string(input)}};
  const auto source = s3::ReadCopySource(call);
  if (!source.ok()) return;
  Demand(!source->bucket.empty() && !source->key.empty() && source->bucket.find('/') == std::string::npos,
         "a copy source has a bucket and a key");
  Demand(IsValidUtf8(source->bucket) && IsValidUtf8(source->key), "a copy source is text");
}

void TryWords(std::string_view input) {
  if (!IsValidUtf8(input)) return;
  Demand(IsValidUtf8(s3::DecodeWords(input)), "metadata stays text");
  if (input.find("=?") != std::string_view::npos) return;
  Demand(s3::DecodeWords(s3::EncodeWords(input)) == input, "metadata comes back");
}

void TryNotifications(std::string_view input) {
  static const auto model = wire::FindLinkedModel("s3");
  static const auto shape = model->FindShape("NotificationConfiguration");
  const auto document = wire::internal::DecodeJson(*shape, input, {});
  if (!document.ok()) return;
  CountingRandom random;
  const auto parsed = s3::ParseNotificationConfiguration(*document, random);
  if (!parsed.ok()) return;
  const auto restored = s3::RestoreNotificationConfiguration(parsed->document);
  Demand(restored.document == parsed->document && restored.subscriptions.size() == parsed->subscriptions.size() &&
             restored.event_bridge == parsed->event_bridge,
         "a configuration is what was stored");
  for (const auto& subscription : restored.subscriptions) subscription.Matches("ObjectCreated:Put", "key");
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(S3Values) {
  TryRange(input);
  TryTags(input);
  TryCopySource(input);
  TryWords(input);
  TryNotifications(input);
  s3::MatchesEtag(input, "d41d8cd98f00b204e9800998ecf8427e");
  static_cast<void>(s3::CheckVersionId(std::string(input)));
  const wire::HttpRequest request = ReadRawRequest(input);
  static_cast<void>(s3::CheckDocumentDigest(request.headers, request.body, true));
}
