#include <gtest/gtest.h>

#include "s3/body_cipher.hpp"
#include "stratolite/base/encoding.hpp"
#include "unit/services/s3/upload_fixture.hpp"

namespace stratolite::s3 {
namespace {

class CustomerKeysTest : public UploadTest {
 protected:
  static Json KeyOf(char letter, const std::string& prefix = "", std::size_t size = 32) {
    const std::string key(size, letter);
    return {{prefix + "SSECustomerAlgorithm", "AES256"},
            {prefix + "SSECustomerKey", Base64Encode(key)},
            {prefix + "SSECustomerKeyMD5", Base64Encode(AsBytes(Md5(key)))}};
  }
  static Json With(Json base, const Json& more) {
    base.update(more);
    return base;
  }
  Json PutWithKey(const std::string& key, const std::string& body, char letter = 'a') {
    return s3_.MustCall("PutObject", With(Request(key, "", KeyOf(letter)), {{"Body", body}}));
  }
  std::string ReadWithKey(const std::string& key, Json more = Json::object(), char letter = 'a') {
    return Body(key, With(std::move(more), KeyOf(letter)));
  }
  static std::string Text(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 7 % 26 + i / 4096 % 3);
    return text;
  }
};

TEST(BodyCipherTest, EveryOffsetContinuesTheSameKeyStream) {
  const CustomerKey key{.bytes = std::string(32, 'k'), .md5 = {}};
  // Counts over the edge of the counter's low bytes.
  const std::string nonce = std::string(8, 'n') + std::string(8, '\xFF');
  std::string whole(1000, 'x');
  BodyCipher(key, nonce, 0).Apply(whole.data(), whole.size());
  EXPECT_EQ(whole.find("xxxx"), std::string::npos);
  for (const std::size_t offset : {1, 15, 16, 17, 512, 999}) {
    std::string rest(whole.size() - offset, 'x');
    BodyCipher(key, nonce, offset).Apply(rest.data(), rest.size());
    EXPECT_EQ(rest, whole.substr(offset)) << offset;
  }
}

TEST(BodyCipherTest, ItIsAesInCounterMode) {
  // NIST SP 800-38A, F.5.5.
  const auto bytes = [](std::string_view hex) { return HexDecode(hex).value(); };
  const CustomerKey key{.bytes = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"), .md5 = {}};
  std::string block = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  BodyCipher(key, bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), 0).Apply(block.data(), block.size());
  EXPECT_EQ(HexEncode(block), "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5");
}

TEST_F(CustomerKeysTest, ABodyComesBackToWhoeverHasItsKey) {
  for (const std::size_t size : {0, 1, 17, 70'000, 300'000}) {
    const std::string text = Text(size);
    const Json answer = PutWithKey("key", text);
    EXPECT_EQ(answer["SSECustomerAlgorithm"], "AES256");
    EXPECT_EQ(answer["SSECustomerKeyMD5"], KeyOf('a')["SSECustomerKeyMD5"]);
    EXPECT_FALSE(answer.contains("ServerSideEncryption"));
    EXPECT_NE(answer["ETag"], '"' + Md5Hex(text) + '"');
    EXPECT_EQ(ReadWithKey("key"), text) << size;
  }
}

TEST_F(CustomerKeysTest, RangesAreDecryptedWhereverTheyBegin) {
  const std::string text = Text(200'000);
  PutWithKey("key", text);
  EXPECT_EQ(ReadWithKey("key", {{"Range", "bytes=5-20"}}), text.substr(5, 16));
  EXPECT_EQ(ReadWithKey("key", {{"Range", "bytes=65537-"}}), text.substr(65537));
  EXPECT_EQ(ReadWithKey("key", {{"Range", "bytes=-1"}}), text.substr(text.size() - 1));
}

TEST_F(CustomerKeysTest, TheSameBodyNeverLooksTheSame) {
  const Json first = PutWithKey("one", "text");
  const Json second = PutWithKey("two", "text");
  EXPECT_NE(first["ETag"], second["ETag"]);
  EXPECT_EQ(first["ChecksumCRC64NVME"], second["ChecksumCRC64NVME"]);
  PutWithKey("one", "text", 'b');
  EXPECT_EQ(ReadWithKey("one", Json::object(), 'b'), "text");
}

TEST_F(CustomerKeysTest, ReadsWithoutTheKeyOrWithAnotherAreRefused) {
  PutWithKey("key", "text");
  Put("plain");
  for (const char* operation : {"GetObject", "HeadObject"}) {
    const AwsError missing = Error(operation, Request("key", ""));
    EXPECT_EQ(missing.code, "InvalidRequest");
    EXPECT_EQ(missing.message,
              "The object was stored using a form of Server Side Encryption. The correct parameters must be provided "
              "to retrieve the object.");
    const AwsError other = Error(operation, Request("key", "", KeyOf('b')));
    EXPECT_EQ(other.code, "AccessDenied");
    EXPECT_EQ(other.message,
              "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret "
              "key.");
    EXPECT_EQ(Error(operation, Request("key", "", KeyOf('a', "", 16))).code, "AccessDenied");
    EXPECT_EQ(Error(operation, Request("plain", "", KeyOf('a'))).message,
              "The encryption parameters are not applicable to this object.");
  }
  const Json attributes{{"ObjectAttributes", {"ETag"}}};
  EXPECT_EQ(Error("GetObjectAttributes", Request("key", "", attributes)).code, "InvalidRequest");
  EXPECT_EQ(Error("GetObjectAttributes", Request("key", "", With(attributes, KeyOf('b')))).code, "AccessDenied");
  s3_.MustCall("GetObjectAttributes", Request("key", "", With(attributes, KeyOf('a'))));
  s3_.MustCall("DeleteObject", Request("key", ""));
}

TEST_F(CustomerKeysTest, KeysAreLookedAtBeforeAnythingIsStored) {
  const auto message = [&](const Json& key) {
    return Error("PutObject", With(Request("key", "", key), {{"Body", "x"}})).message;
  };
  EXPECT_EQ(message(KeyOf('a', "", 10)), "The secret key was invalid for the specified algorithm.");
  // The digest is compared before the length is looked at.
  EXPECT_EQ(message(With(KeyOf('a', "", 24), {{"SSECustomerKeyMD5", KeyOf('b')["SSECustomerKeyMD5"]}})),
            "The calculated MD5 hash of the key did not match the hash that was provided.");
  EXPECT_EQ(message(With(KeyOf('a'), {{"ServerSideEncryption", "aws:kms"}})),
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified");
  EXPECT_EQ(s3_.ErrorCode("HeadObject", Request("key", "")), "NoSuchKey");
}

TEST_F(CustomerKeysTest, PartsHaveTheUploadsKeyAndTheObjectTheirBytes) {
  const std::string first = Text(kFiveMib);
  const std::string second = Text(100'003);
  const std::string id = Begin("key", KeyOf('a'));
  const std::string first_etag = Send("key", id, 1, first, KeyOf('a'))["ETag"];
  const std::string second_etag = Send("key", id, 2, second, KeyOf('a'))["ETag"];
  EXPECT_NE(second_etag, '"' + Md5Hex(second) + '"');
  Json parts = Json::array();
  parts.push_back({{"PartNumber", 1}, {"ETag", first_etag}});
  parts.push_back({{"PartNumber", 2}, {"ETag", second_etag}});
  const Json done =
      s3_.MustCall("CompleteMultipartUpload", Request("key", id, {{"MultipartUpload", {{"Parts", std::move(parts)}}}}));
  EXPECT_FALSE(done.contains("SSECustomerAlgorithm"));
  EXPECT_FALSE(done.contains("ServerSideEncryption"));
  EXPECT_EQ(ReadWithKey("key"), first + second);
  EXPECT_EQ(ReadWithKey("key", {{"PartNumber", 2}}), second);
  EXPECT_EQ(ReadWithKey("key", {{"Range", "bytes=5242870-5242890"}}), (first + second).substr(5'242'870, 21));
  EXPECT_EQ(Error("GetObject", Request("key", "", KeyOf('b'))).code, "AccessDenied");
}

TEST_F(CustomerKeysTest, PartsWithoutTheUploadsKeyAreRefused) {
  const auto refused = [&](const std::string& id, const Json& more) {
    return Error("UploadPart", With(Request("key", id, more), {{"PartNumber", 1}, {"Body", "x"}})).message;
  };
  const std::string needs =
      "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
      "encryption parameters.";
  const std::string with_key = Begin("key", KeyOf('a'));
  EXPECT_EQ(refused(with_key, Json::object()), needs);
  EXPECT_EQ(refused(with_key, KeyOf('b')),
            "The provided encryption parameters did not match the ones used originally.");
  EXPECT_EQ(refused(Begin("key"), KeyOf('a')), needs);
}

TEST_F(CustomerKeysTest, CopiesGoFromKeyToKey) {
  const std::string text = Text(90'000);
  PutWithKey("source", text);
  const auto copy = [&](const std::string& key, const Json& more) {
    return With(Request(key, "", more), {{"CopySource", "bucket/source"}});
  };
  const Json other = s3_.MustCall("CopyObject", copy("other", With(KeyOf('a', "CopySource"), KeyOf('b'))));
  EXPECT_EQ(other["SSECustomerKeyMD5"], KeyOf('b')["SSECustomerKeyMD5"]);
  EXPECT_EQ(ReadWithKey("other", Json::object(), 'b'), text);
  const Json plain = s3_.MustCall("CopyObject", copy("plain", KeyOf('a', "CopySource")));
  EXPECT_EQ(plain["ServerSideEncryption"], "AES256");
  EXPECT_EQ(plain["CopyObjectResult"]["ETag"], '"' + Md5Hex(text) + '"');
  EXPECT_EQ(Body("plain"), text);
  s3_.MustCall("CopyObject", With(Request("locked", "", KeyOf('c')), {{"CopySource", "bucket/plain"}}));
  EXPECT_EQ(ReadWithKey("locked", Json::object(), 'c'), text);

  EXPECT_EQ(Error("CopyObject", copy("none", Json::object())).code, "InvalidRequest");
  EXPECT_EQ(Error("CopyObject", copy("none", KeyOf('b', "CopySource"))).message,
            "The provided encryption parameters did not match the ones used originally.");
  EXPECT_EQ(
      Error("CopyObject", copy("none", With(KeyOf('a', "CopySource"), {{"CopySourceSSECustomerAlgorithm", "KMS"}})))
          .code,
      "InvalidEncryptionAlgorithmError");
}

TEST_F(CustomerKeysTest, PartsAreCopiedFromKeyToKey) {
  const std::string text = Text(1000);
  PutWithKey("source", text);
  const std::string id = Begin("key", KeyOf('b'));
  Json copying =
      Request("key", id, {{"PartNumber", 1}, {"CopySource", "bucket/source"}, {"CopySourceRange", "bytes=3-99"}});
  EXPECT_EQ(Error("UploadPartCopy", With(copying, KeyOf('b'))).code, "InvalidRequest");
  const Json part = s3_.MustCall("UploadPartCopy", With(With(copying, KeyOf('b')), KeyOf('a', "CopySource")));
  Json parts = Json::array();
  parts.push_back({{"PartNumber", 1}, {"ETag", part["CopyPartResult"]["ETag"]}});
  s3_.MustCall("CompleteMultipartUpload", Request("key", id, {{"MultipartUpload", {{"Parts", std::move(parts)}}}}));
  EXPECT_EQ(ReadWithKey("key", Json::object(), 'b'), text.substr(3, 97));
}

TEST_F(CustomerKeysTest, ABucketMayRefuseThem) {
  PutWithKey("before", "text");
  const auto block = [&](const char* type) {
    Json rule{{"BlockedEncryptionTypes", {{"EncryptionType", Json::array({type})}}}};
    Json rules = Json::array();
    rules.push_back(std::move(rule));
    s3_.MustCall("PutBucketEncryption",
                 {{"Bucket", "bucket"}, {"ServerSideEncryptionConfiguration", {{"Rules", std::move(rules)}}}});
  };
  block("SSE-C");
  // Whatever the key is like.
  const AwsError error = Error("PutObject", With(Request("key", "", KeyOf('a', "", 3)), {{"Body", "x"}}));
  EXPECT_EQ(error.code, "AccessDenied");
  EXPECT_EQ(error.message,
            "User: arn:aws:iam::123456789012:root is not authorized to perform: s3:PutObject on resource: "
            "\"arn:aws:s3:::bucket/key\" because this bucket has blocked upload requests that specify Server Side "
            "Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type");
  EXPECT_EQ(Error("CreateMultipartUpload", Request("key", "", KeyOf('a'))).code, "AccessDenied");
  EXPECT_EQ(ReadWithKey("before"), "text");
  block("NONE");
  PutWithKey("key", "text");
}

}  // namespace
}  // namespace stratolite::s3
