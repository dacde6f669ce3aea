#pragma once

#include <string>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "unit/services/s3/s3_fixture.hpp"

namespace stratolite::s3 {

/// A bucket and multipart uploads to it.
class UploadTest : public S3Test {
 protected:
  static constexpr std::size_t kFiveMib = 5 * 1024 * 1024;

  /// Members `more` beside bucket, key and upload.
  static Json Request(const std::string& key, const std::string& upload_id, Json more = Json::object()) {
    more["Bucket"] = "bucket";
    more["Key"] = key;
    if (!upload_id.empty()) more["UploadId"] = upload_id;
    return more;
  }
  std::string Begin(const std::string& key, Json more = Json::object()) {
    return s3_.MustCall("CreateMultipartUpload", Request(key, "", std::move(more)))["UploadId"];
  }
  Json Send(const std::string& key, const std::string& upload_id, int number, const std::string& body,
            Json more = Json::object()) {
    more["PartNumber"] = number;
    more["Body"] = body;
    return s3_.MustCall("UploadPart", Request(key, upload_id, std::move(more)));
  }
  /// The request that completes an upload with parts of these numbers and contents.
  static Json Completing(const std::string& key, const std::string& upload_id,
                         const std::vector<std::pair<int, std::string>>& parts, Json more = Json::object()) {
    Json list = Json::array();
    for (const auto& [number, body] : parts) list.push_back({{"PartNumber", number}, {"ETag", Md5Hex(body)}});
    more["MultipartUpload"]["Parts"] = std::move(list);
    return Request(key, upload_id, std::move(more));
  }
  /// An object of one part.
  Json Make(const std::string& key, const std::string& body, Json begin = Json::object()) {
    const std::string id = Begin(key, std::move(begin));
    Send(key, id, 1, body);
    return s3_.MustCall("CompleteMultipartUpload", Completing(key, id, {{1, body}}));
  }
  std::string Body(const std::string& key, Json more = Json::object()) {
    const Json answer = s3_.MustCall("GetObject", Request(key, "", std::move(more)));
    const auto& bytes = answer["Body"].get_binary();
    return {bytes.begin(), bytes.end()};
  }
};

}  // namespace stratolite::s3
