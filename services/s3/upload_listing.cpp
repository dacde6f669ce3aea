#include "s3/upload_listing.hpp"

#include <algorithm>

#include "s3/errors.hpp"
#include "s3/listing_view.hpp"
#include "s3/uploads.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr int kMaxUploads = 1000;

struct UploadPage {
  std::vector<Upload> uploads;
  std::vector<std::string> common_prefixes;
  bool is_truncated = false;
  std::string next_key;
  std::string next_id;
};

UploadPage ReadUploadPage(storage::Reader& reader, UploadStore& uploads, const Bucket& bucket,
                          const UploadListing& listing) {
  UploadPage page;
  const auto max = static_cast<std::size_t>(listing.max_uploads);
  uploads.List(reader, bucket.id, listing.prefix, listing.key_marker, listing.id_marker, [&](const Upload& upload) {
    const auto end =
        listing.delimiter.empty() ? std::string::npos : upload.key.find(listing.delimiter, listing.prefix.size());
    std::string common;
    if (end != std::string::npos) {
      common = upload.key.substr(0, end + listing.delimiter.size());
      const bool listed_before = common <= listing.key_marker;
      if (listed_before || (!page.common_prefixes.empty() && page.common_prefixes.back() == common)) return true;
    }
    if (page.uploads.size() + page.common_prefixes.size() == max) {
      page.is_truncated = max > 0;
      return false;
    }
    page.next_key = common.empty() ? upload.key : common;
    page.next_id = common.empty() ? upload.upload_id : std::string();
    if (common.empty()) {
      page.uploads.push_back(upload);
    } else {
      page.common_prefixes.push_back(std::move(common));
    }
    return true;
  });
  return page;
}

}  // namespace

Result<UploadListing> ReadUploadListing(const Json& input) {
  const Fields in(input);
  UploadListing listing{.prefix = in.StringOr("Prefix", ""),
                        .delimiter = in.StringOr("Delimiter", ""),
                        .key_marker = in.StringOr("KeyMarker", ""),
                        .id_marker = in.StringOr("UploadIdMarker", "")};
  ASSIGN_OR_RETURN(listing.max_uploads, ReadPageNumber(input, "MaxUploads", "max-uploads", kMaxUploads, kMaxUploads));
  if (const auto encoding = in.OptionalString("EncodingType")) {
    if (*encoding != "url") {
      return InvalidArgument("Invalid Encoding Method specified in Request", "encoding-type", *encoding);
    }
    listing.encode = true;
  }
  return listing;
}

Json ListUploads(storage::Reader& reader, UploadStore& uploads, const Bucket& bucket, const UploadListing& listing) {
  UploadListing asked = listing;
  // "If key-marker is not specified, the upload-id-marker parameter is ignored."
  if (asked.key_marker.empty()) asked.id_marker.clear();
  const UploadPage page = ReadUploadPage(reader, uploads, bucket, asked);
  const auto spell = [&](const std::string& text) { return listing.encode ? EncodeKey(text) : text; };
  Json output{{"Bucket", bucket.name},
              {"KeyMarker", spell(listing.key_marker)},
              {"UploadIdMarker", listing.id_marker},
              {"NextKeyMarker", spell(page.next_key)},
              {"NextUploadIdMarker", page.next_id},
              {"MaxUploads", listing.max_uploads},
              {"IsTruncated", page.is_truncated}};
  if (!listing.prefix.empty()) output["Prefix"] = spell(listing.prefix);
  if (!listing.delimiter.empty()) output["Delimiter"] = spell(listing.delimiter);
  if (listing.encode) output["EncodingType"] = "url";
  for (const Upload& upload : page.uploads) {
    Json entry{{"UploadId", upload.upload_id},
               {"Key", spell(upload.key)},
               {"Initiated", ToJson(upload.initiated)},
               {"StorageClass", upload.storage_class}};
    AddInitiator(entry, bucket, upload);
    AddUploadChecksum(entry, upload);
    output["Uploads"].push_back(std::move(entry));
  }
  for (const std::string& common : page.common_prefixes)
    output["CommonPrefixes"].push_back({{"Prefix", spell(common)}});
  return output;
}

}  // namespace stratolite::s3
