#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "s3/s3.hpp"
#include "support/service_harness.hpp"

namespace stratolite::s3 {

/// S3 in a world of its own, with a bucket in it.
class S3Test : public ::testing::Test {
 protected:
  void SetUp() override { s3_.MustCall("CreateBucket", {{"Bucket", "bucket"}}); }

  /// The error of a call that must fail.
  AwsError Error(std::string_view operation, Json input) {
    const Result<Json> outcome = s3_.Call(operation, std::move(input));
    if (outcome.ok()) {
      ADD_FAILURE() << operation << " succeeded: " << outcome->dump();
      return {};
    }
    return outcome.error();
  }
  void Put(const std::string& key, const std::string& body = "body") {
    s3_.MustCall("PutObject", {{"Bucket", "bucket"}, {"Key", key}, {"Body", body}});
  }
  void SetVersioning(const std::string& status) {
    s3_.MustCall("PutBucketVersioning", {{"Bucket", "bucket"}, {"VersioningConfiguration", {{"Status", status}}}});
  }

  testing::ServiceHarness s3_{kDescriptor};
};

}  // namespace stratolite::s3
