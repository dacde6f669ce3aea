#include "s3/completion.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::uint64_t kFiveMib = 5 * 1024 * 1024;

std::string Base64Checksum(ChecksumAlgorithm algorithm, std::string_view bytes) {
  return Base64Encode(Checksum(algorithm, bytes));
}

class CompletionTest : public ::testing::Test {
 protected:
  /// Uploads the next part.
  void Add(int number, const std::string& bytes) {
    UploadPart part;
    part.number = number;
    part.size = bytes.size();
    part.etag = Md5Hex(bytes);
    part.checksum = Base64Checksum(upload_.checksum_algorithm.value_or(ChecksumAlgorithm::kCrc64Nvme), bytes);
    part.blob = 100 + number;
    uploaded_.push_back(part);
  }
  void Begin(ChecksumAlgorithm algorithm, ChecksumType type) {
    upload_.checksum_algorithm = algorithm;
    upload_.checksum_type = type;
  }
  /// A request's entry for an uploaded part; `checksum_member`: empty for none.
  Json Entry(std::size_t index, std::string_view checksum_member = "") const {
    Json entry{{"PartNumber", uploaded_[index].number}, {"ETag", '"' + uploaded_[index].etag + '"'}};
    if (!checksum_member.empty()) entry[std::string(checksum_member)] = uploaded_[index].checksum;
    return entry;
  }
  Result<Completion> Run(Json parts, Json more = Json::object()) const {
    more["MultipartUpload"] = {{"Parts", std::move(parts)}};
    ASSIGN_OR_RETURN(const CompletionRequest request, ReadCompletionRequest(more));
    return Complete(upload_, uploaded_, request);
  }

  CompletionTest() { upload_.upload_id = "the-upload"; }

  Upload upload_;
  std::vector<UploadPart> uploaded_;
  const std::string big_ = std::string(kFiveMib, 'a');
};

TEST_F(CompletionTest, EtagIsTheMd5OfTheMd5s) {
  Add(1, big_);
  Add(2, "tail");
  const auto completion = Run({Entry(0), Entry(1)});
  ASSERT_TRUE(completion.ok());
  const std::string digests = *HexDecode(Md5Hex(big_)) + *HexDecode(Md5Hex("tail"));
  EXPECT_EQ(completion->etag, Md5Hex(digests) + "-2");
  EXPECT_EQ(completion->size, kFiveMib + 4);
  ASSERT_EQ(completion->parts.size(), 2U);
  EXPECT_EQ(completion->parts[1].blob, 102);
}

TEST_F(CompletionTest, WithoutAnAlgorithmTheWholeGetsCrc64Nvme) {
  Add(1, big_);
  Add(3, "tail");
  const auto completion = Run({Entry(0), Entry(1)});
  ASSERT_TRUE(completion.ok());
  EXPECT_EQ(completion->checksum.algorithm, ChecksumAlgorithm::kCrc64Nvme);
  EXPECT_EQ(completion->checksum.type, ChecksumType::kFullObject);
  EXPECT_EQ(completion->checksum.value, Base64Checksum(ChecksumAlgorithm::kCrc64Nvme, big_ + "tail"));
  EXPECT_EQ(completion->parts[0].checksum, "");
}

TEST_F(CompletionTest, ChecksumOfTheWholeCombinesThoseOfTheParts) {
  for (const auto algorithm : {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme}) {
    uploaded_.clear();
    Begin(algorithm, ChecksumType::kFullObject);
    Add(1, big_);
    Add(2, big_ + "b");
    Add(3, "");
    const auto completion = Run({Entry(0), Entry(1), Entry(2)});
    ASSERT_TRUE(completion.ok());
    EXPECT_EQ(completion->checksum.value, Base64Checksum(algorithm, big_ + big_ + "b"));
  }
}

TEST_F(CompletionTest, CompositeChecksumIsThatOfTheChecksums) {
  Begin(ChecksumAlgorithm::kSha256, ChecksumType::kComposite);
  Add(1, big_);
  Add(2, "tail");
  const auto completion = Run({Entry(0, "ChecksumSHA256"), Entry(1, "ChecksumSHA256")});
  ASSERT_TRUE(completion.ok());
  const std::string raw = Checksum(ChecksumAlgorithm::kSha256, big_) + Checksum(ChecksumAlgorithm::kSha256, "tail");
  EXPECT_EQ(completion->checksum.value, Base64Checksum(ChecksumAlgorithm::kSha256, raw) + "-2");
  EXPECT_EQ(completion->checksum.type, ChecksumType::kComposite);
  EXPECT_EQ(completion->parts[1].checksum, uploaded_[1].checksum);
}

TEST_F(CompletionTest, PartsMustBeListedInOrderAndOnce) {
  Add(1, big_);
  Add(2, "tail");
  const auto unordered = Run({Entry(1), Entry(0)});
  EXPECT_EQ(unordered.error().code, "InvalidPartOrder");
  EXPECT_EQ(unordered.error().fields->at("UploadId"), "the-upload");
  EXPECT_EQ(Run({Entry(0), Entry(0)}).error().code, "InvalidPartOrder");
}

TEST_F(CompletionTest, UnknownPartsAndOtherEtagsAreInvalid) {
  Add(2, "tail");
  const auto unknown = Run({{{"PartNumber", 1}, {"ETag", "abc"}}});
  EXPECT_EQ(unknown.error().code, "InvalidPart");
  EXPECT_EQ(unknown.error().fields->at("PartNumber"), "1");
  EXPECT_EQ(unknown.error().fields->at("ETag"), "abc");
  EXPECT_EQ(Run({{{"PartNumber", 2}, {"ETag", Md5Hex("other")}}}).error().code, "InvalidPart");
}

TEST_F(CompletionTest, EveryPartButTheLastHasFiveMib) {
  Add(1, big_.substr(1));
  Add(2, "tail");
  const auto small = Run({Entry(0), Entry(1)});
  EXPECT_EQ(small.error().code, "EntityTooSmall");
  EXPECT_EQ(small.error().fields->at("ProposedSize"), "5242879");
  EXPECT_EQ(small.error().fields->at("PartNumber"), "1");
  EXPECT_TRUE(Run({Entry(1)}).ok());
}

TEST_F(CompletionTest, RequestsWithoutUsablePartsAreRefused) {
  EXPECT_EQ(ReadCompletionRequest(Json::object()).error().message, "You must specify at least one part");
  EXPECT_EQ(Run(Json::array()).error().code, "InvalidRequest");
  EXPECT_EQ(Run({{{"PartNumber", 1}}}).error().code, "MalformedXML");
  EXPECT_EQ(Run({{{"ETag", "e"}}}).error().code, "MalformedXML");
  EXPECT_EQ(Run({{{"PartNumber", 0}, {"ETag", "e"}}}).error().code, "InvalidArgument");
  EXPECT_EQ(Run({{{"PartNumber", 10001}, {"ETag", "e"}}}).error().code, "InvalidArgument");
}

TEST_F(CompletionTest, ACompositeUploadWantsTheChecksumOfEachPart) {
  Begin(ChecksumAlgorithm::kCrc32, ChecksumType::kComposite);
  Add(1, big_);
  Add(2, "tail");
  EXPECT_EQ(Run({Entry(0, "ChecksumCRC32"), Entry(1)}).error().message,
            "The upload was created using a crc32 checksum. The complete request must include the checksum for each "
            "part. It was missing for part 2 in the request.");
  Json wrong = Entry(1);
  wrong["ChecksumCRC32"] = "AAAAAA==";
  EXPECT_EQ(Run({Entry(0, "ChecksumCRC32"), wrong}).error().code, "InvalidPart");
  EXPECT_EQ(Run({Entry(0, "ChecksumCRC32C"), Entry(1, "ChecksumCRC32")}).error().code, "InvalidPart");
}

TEST_F(CompletionTest, AnUploadWithoutAnAlgorithmHasNoChecksumsToList) {
  Add(1, "only");
  EXPECT_EQ(Run({Entry(0, "ChecksumCRC64NVME")}).error().code, "InvalidPart");
  EXPECT_EQ(
      Run({Entry(0)}, {{"ChecksumType", "FULL_OBJECT"}}).error().message,
      "The upload was created using the null checksum mode. The complete request must use the same checksum mode.");
  EXPECT_TRUE(Run({Entry(0)}, {{"ChecksumCRC32", "AAAAAA=="}}).ok());
  EXPECT_EQ(Run({Entry(0)}, {{"ChecksumSHA512", "x"}}).error().message,
            "Checksum Type mismatch occurred, expected checksum Type: null, actual checksum Type: sha512");
}

TEST_F(CompletionTest, TheClaimedChecksumMustBeThatOfTheObject) {
  Begin(ChecksumAlgorithm::kCrc32c, ChecksumType::kFullObject);
  Add(1, "only");
  const std::string right = uploaded_[0].checksum;
  EXPECT_TRUE(Run({Entry(0)}, {{"ChecksumCRC32C", right}, {"ChecksumType", "FULL_OBJECT"}}).ok());
  const auto wrong = Run({Entry(0)}, {{"ChecksumCRC32C", "AAAAAA=="}});
  EXPECT_EQ(wrong.error().code, "BadDigest");
  EXPECT_EQ(wrong.error().message, "The crc32c you specified did not match the calculated checksum.");
  EXPECT_EQ(Run({Entry(0)}, {{"ChecksumCRC32C", "nonsense"}}).error().message,
            "Value for x-amz-checksum-crc32c header is invalid.");
  EXPECT_EQ(Run({Entry(0)}, {{"ChecksumType", "COMPOSITE"}}).error().message,
            "The upload was created using the FULL_OBJECT checksum mode. The complete request must use the same "
            "checksum mode.");
}

TEST_F(CompletionTest, ACompositeChecksumMayBeClaimedWithOrWithoutTheNumberOfParts) {
  Begin(ChecksumAlgorithm::kSha1, ChecksumType::kComposite);
  Add(1, "only");
  const std::string raw = Checksum(ChecksumAlgorithm::kSha1, "only");
  const std::string value = Base64Checksum(ChecksumAlgorithm::kSha1, raw);
  const Json parts = {Entry(0, "ChecksumSHA1")};
  EXPECT_TRUE(Run(parts, {{"ChecksumSHA1", value}}).ok());
  EXPECT_TRUE(Run(parts, {{"ChecksumSHA1", value + "-1"}}).ok());
  EXPECT_EQ(Run(parts, {{"ChecksumSHA1", value + "-2"}}).error().code, "BadDigest");
  EXPECT_EQ(Run(parts, {{"ChecksumSHA1", value + "-a"}}).error().code, "InvalidRequest");
}

TEST_F(CompletionTest, TheClaimedSizeMustBeThatOfTheObject) {
  Add(1, "only");
  EXPECT_TRUE(Run({Entry(0)}, {{"MpuObjectSize", 4}}).ok());
  EXPECT_EQ(Run({Entry(0)}, {{"MpuObjectSize", 5}}).error().message,
            "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4");
  EXPECT_EQ(Run({Entry(0)}, {{"MpuObjectSize", -1}}).error().code, "InvalidRequest");
}

}  // namespace
}  // namespace stratolite::s3
