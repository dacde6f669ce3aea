#include "stratolite/wire/model_registry.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace stratolite::wire {
namespace {

TEST(ModelRegistryTest, EveryCheckedInModelIsLinked) {
  for (const char* name :
       {"cloudwatch", "dynamodb", "ec2", "iam", "kinesis", "lambda", "logs", "s3", "sns", "sqs", "sts"}) {
    const auto model = FindLinkedModel(name);
    ASSERT_TRUE(model) << name;
    EXPECT_EQ(model->name(), name);
    EXPECT_GT(model->operation_count(), 0U) << name;
    EXPECT_FALSE(model->botocore_version().empty());
  }
}

TEST(ModelRegistryTest, AnUnknownModelIsAbsent) {
  EXPECT_FALSE(FindLinkedModel("braket-of-the-past"));
  EXPECT_FALSE(FindLinkedModel(""));
  EXPECT_FALSE(FindLinkedModel("zzz"));
}

TEST(ModelRegistryTest, TheIndexSaysWhatTheModelsSay) {
  const auto names = LinkedModelNames();
  const auto index = LinkedModelIndex();
  ASSERT_EQ(names.size(), index.size());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ServiceModel model = *FindLinkedModel(names[i]);
    EXPECT_EQ(index[i].name, names[i]);
    EXPECT_EQ(index[i].endpoint_prefix, model.endpoint_prefix());
    EXPECT_EQ(index[i].signing_name, model.signing_name());
    EXPECT_EQ(index[i].target_prefix, model.target_prefix());
    EXPECT_EQ(index[i].api_version, model.api_version());
    EXPECT_EQ(index[i].service_id, model.service_id());
  }
}

/// Facts of AWS that the first services rest on; a new botocore that changes one should be noticed.
TEST(ModelRegistryTest, TheModelsHoldKnownFactsOfAws) {
  const ServiceModel sqs = *FindLinkedModel("sqs");
  EXPECT_EQ(sqs.operation_count(), 23U);
  EXPECT_EQ(sqs.target_prefix(), "AmazonSQS");
  EXPECT_TRUE(sqs.Speaks(Protocol::kQuery));
  EXPECT_TRUE(sqs.FindError("QueueDoesNotExist"));
  EXPECT_EQ(FindLinkedModel("sns")->FindError("NotFound")->error_status(), 404);
  const ServiceModel s3 = *FindLinkedModel("s3");
  EXPECT_EQ(s3.primary_protocol(), Protocol::kRestXml);
  EXPECT_TRUE(s3.FindOperation("PutObject")->has_streaming_input());
  EXPECT_TRUE(s3.FindOperation("GetObject")->has_streaming_output());
  EXPECT_TRUE(s3.FindOperation("SelectObjectContent")->has_eventstream_output());
  EXPECT_EQ(s3.FindPaginator("ListObjectsV2")->result_key, "Contents,CommonPrefixes");
  EXPECT_EQ(FindLinkedModel("ec2")->primary_protocol(), Protocol::kEc2);
  EXPECT_TRUE(FindLinkedModel("cloudwatch")->Speaks(Protocol::kRpcV2Cbor));
  EXPECT_EQ(FindLinkedModel("sts")->FindOperation("AssumeRole")->output_result_wrapper(), "AssumeRoleResult");
}

}  // namespace
}  // namespace stratolite::wire
