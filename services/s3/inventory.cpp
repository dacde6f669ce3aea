#include "s3/inventory.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "s3/errors.hpp"
#include "s3/gzip.hpp"
#include "s3/inventory_rows.hpp"
#include "s3/listing_page.hpp"
#include "stratolite/base/checksums.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kInventoryKind = "inventory";
constexpr std::string_view kInventoryTask = "s3.deliver_inventory";
constexpr std::string_view kInventoryService = "s3.amazonaws.com";
constexpr std::size_t kMaxRowsPerFile = 100'000;
constexpr std::size_t kInventoryReadAhead = 1000;

const Json& DestinationOf(const Json& configuration) {
  return Fields(Fields(configuration).Object("Destination")).Object("S3BucketDestination");
}

std::string DestinationBucket(const Json& configuration) {
  const auto arn = Arn::Parse(Fields(DestinationOf(configuration)).StringOr("Bucket", ""));
  return arn && arn->service == "s3" ? arn->resource : std::string();
}

/// The next midnight, or that of the next Sunday.
TimePoint NextDelivery(const Json& configuration, TimePoint now) {
  auto day = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  const bool weekly = Fields(Fields(configuration).Object("Schedule")).StringOr("Frequency", "") == "Weekly";
  while (weekly && std::chrono::weekday(day) != std::chrono::Sunday) day += std::chrono::days(1);
  return day;
}

/// As uuids look; the same for the same list, so that a delivery begun twice does not leave files behind.
std::string FileName(std::string_view place, TimePoint time, std::size_t number) {
  const Sha256Digest digest = Sha256(fmt::format("{} {} {}", place, time.time_since_epoch().count(), number));
  const std::string hex = HexEncode({reinterpret_cast<const char*>(digest.data()), 16});
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20, 12));
}

}  // namespace

Inventory::Inventory(Parts& parts)
    : parts_(parts),
      configurations_(
          parts, {.kind = kInventoryKind, .noun = "InventoryConfiguration"},
          [this](const Call&, const Bucket& bucket, const Json& configuration) { return Check(bucket, configuration); },
          [this](storage::Txn& txn, const Bucket& bucket, const std::string& id, const Json* configuration) {
            Schedule(txn, bucket, id, configuration);
          }) {
  parts_.deps.scheduler.Register(std::string(kInventoryTask), [this](const runtime::DueTask& task) { Run(task); });
}

Result<Json> Inventory::Check(const Bucket& bucket, const Json& configuration) {
  const Fields destination(DestinationOf(configuration));
  const std::string name = DestinationBucket(configuration);
  if (name.empty()) return MakeError("InvalidS3DestinationBucket", "Invalid bucket ARN.", 400);
  const BucketPtr target = parts_.buckets.Find(name);
  if (target && target->region != bucket.region) {
    return MakeError("InvalidS3DestinationBucket",
                     "The destination bucket must be in the same AWS Region as the source bucket.", 400);
  }
  const std::string format = destination.StringOr("Format", "");
  if (format != "CSV") {
    return MakeError("NotImplemented", "Inventories in " + format + " are not implemented by Stratolite.", 501);
  }
  const Fields encryption(destination.Object("Encryption"));
  if (destination.Has("Encryption") && encryption.Has("SSES3") == encryption.Has("SSEKMS")) return MalformedXml();
  RETURN_IF_ERROR(CheckInventoryFields(configuration));
  return configuration;
}

void Inventory::Schedule(storage::Txn& txn, const Bucket& bucket, const std::string& id, const Json* configuration) {
  const std::string key = fmt::format("{} {}", bucket.id, id);
  if (configuration == nullptr || !Fields(*configuration).BoolOr("IsEnabled", false)) {
    return parts_.deps.scheduler.Cancel(txn, kInventoryTask, key);
  }
  const Json payload{{"bucket", bucket.name}, {"bucket_id", bucket.id}, {"id", id}};
  parts_.deps.scheduler.Schedule(
      txn, kInventoryTask,
      {.key = key, .due = NextDelivery(*configuration, parts_.deps.clock.Now()), .payload = payload.dump()});
}

void Inventory::Run(const runtime::DueTask& task) {
  const Json payload = Json::parse(task.payload);
  const BucketPtr source = parts_.buckets.Find(payload.at("bucket").get<std::string>());
  const std::string id = payload.at("id");
  const Json* const all = source ? source->Setting(kInventoryKind) : nullptr;
  if (all == nullptr || source->id != payload.at("bucket_id").get<BucketId>() || !all->contains(id)) return;
  const Json& configuration = all->at(id);
  const auto again = [&](storage::Txn& txn) { Schedule(txn, *source, id, &configuration); };

  const BucketPtr target = parts_.buckets.Find(DestinationBucket(configuration));
  const std::string account =
      target ? Fields(DestinationOf(configuration)).StringOr("AccountId", target->account.str()) : std::string();
  bool delivered = false;
  if (target && account == target->account.str()) {
    Delivery delivery = Make(*source, configuration, parts_.deps.clock.Now());
    delivered = true;
    for (std::size_t i = 0; delivered && i < delivery.objects.size(); ++i) {
      OwnObject& object = delivery.objects[i];
      const bool last = i + 1 == delivery.objects.size();
      delivered = ServiceMayPut(parts_, *source, *target, kInventoryService, object.key, /*by_acl=*/false) &&
                  (last ? PutOwnObject(parts_, *target, std::move(object), again).ok()
                        : PutOwnObject(parts_, *target, std::move(object)).ok());
    }
  }
  if (delivered) return;
  spdlog::warn("the inventory {} of {} could not be delivered", id, source->name);
  parts_.deps.db.Transact(again);
}

std::vector<std::string> Inventory::ReadLists(const Bucket& source, const Json& configuration) {
  const std::string prefix = Fields(Fields(configuration).Object("Filter")).StringOr("Prefix", "");
  const bool all = Fields(configuration).StringOr("IncludedObjectVersions", "") == "All";
  const std::vector<std::string> columns = InventoryColumns(configuration);
  std::vector<std::string> files;
  std::string text;
  std::size_t rows = 0;
  parts_.deps.db.Read([&](storage::Reader& reader) {
    ListingCursor cursor(reader, source.id,
                         all ? ListingCursor::Kind::kAllVersions : ListingCursor::Kind::kCurrentObjects,
                         kInventoryReadAhead, SIZE_MAX);
    cursor.Seek({.key = prefix, .older_than = std::nullopt});
    while (const ListedVersion* const version = cursor.Peek()) {
      if (!version->key.starts_with(prefix)) break;
      const auto object = parts_.objects.Find(reader, cursor.Take().id);
      if (object) text += InventoryRow(columns, source, *object);
      if (++rows % kMaxRowsPerFile == 0) files.push_back(Gzip(std::exchange(text, {})));
    }
  });
  if (!text.empty() || files.empty()) files.push_back(Gzip(text));
  return files;
}

Inventory::Delivery Inventory::Make(const Bucket& source, const Json& configuration, TimePoint time) {
  const Fields destination(DestinationOf(configuration));
  std::string place = destination.StringOr("Prefix", "");
  if (!place.empty() && !place.ends_with('/')) place += '/';
  place += source.name + "/" + Fields(configuration).StringOr("Id", "") + "/";
  const std::string stamp = FormatIso8601(time).substr(0, 16);
  const std::string target = DestinationBucket(configuration);

  Json encryption = Json::object();
  const Fields wanted(destination.Object("Encryption"));
  if (wanted.Has("SSES3")) encryption["ServerSideEncryption"] = "AES256";
  if (wanted.Has("SSEKMS")) {
    encryption = {{"ServerSideEncryption", "aws:kms"},
                  {"SSEKMSKeyId", Fields(wanted.Object("SSEKMS")).StringOr("KeyId", "")}};
  }
  Delivery delivery;
  const auto add = [&](std::string key, std::string type, std::string body) {
    delivery.objects.push_back(
        {.key = std::move(key), .content_type = std::move(type), .body = std::move(body), .input = encryption});
  };
  Json files = Json::array();
  std::string links;
  for (std::string& list : ReadLists(source, configuration)) {
    const std::string key = place + "data/" + FileName(place, time, files.size()) + ".csv.gz";
    files.push_back({{"key", key}, {"size", list.size()}, {"MD5checksum", Md5Hex(list)}});
    links += (links.empty() ? "s3://" : "\ns3://") + target + "/" + key;
    add(key, "application/octet-stream", std::move(list));
  }
  std::string schema;
  for (const std::string& column : InventoryColumns(configuration)) schema += (schema.empty() ? "" : ", ") + column;
  const std::string manifest = Json{
      {"sourceBucket", source.name},
      {"destinationBucket", destination.StringOr("Bucket", "")},
      {"version", "2016-11-30"},
      {"creationTimestamp", std::to_string(EpochMillis(time))},
      {"fileFormat", "CSV"},
      {"fileSchema", schema},
      {"files", files}}.dump(2);
  std::string hour = stamp;
  hour[10] = '-';
  hour[13] = '-';
  std::string folder = stamp + "Z";
  folder[13] = '-';
  add(place + "hive/dt=" + hour + "/symlink.txt", "text/plain", links);
  add(place + folder + "/manifest.checksum", "text/plain", Md5Hex(manifest));
  add(place + folder + "/manifest.json", "application/json", manifest);
  return delivery;
}

}  // namespace stratolite::s3
