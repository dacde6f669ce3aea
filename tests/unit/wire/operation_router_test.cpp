#include "wire/operation_router.hpp"

#include <gtest/gtest.h>

#include "unit/wire/sample_model.hpp"

namespace stratolite::wire {
namespace {

std::string Rest(const std::string& name, const std::string& method, const std::string& uri,
                 const std::string& input = "Plain") {
  return "\"" + name + R"(":{"name":")" + name + R"(","http":{"method":")" + method + R"(","requestUri":")" + uri +
         R"("},"input":{"shape":")" + input + "\"}}";
}

class OperationRouterTest : public testing::Test {
 protected:
  std::string Route(std::string method, std::string target, Headers headers = {}) const {
    HttpRequest request{.method = std::move(method),
                        .target = std::move(target),
                        .headers = std::move(headers),
                        .body = {},
                        .source_ip = {}};
    const auto operation = ResolveOperation(sample_.model(), Protocol::kRestXml, request);
    if (operation.ok()) return std::string(operation->name());
    EXPECT_EQ(operation.error().http_status, 404);
    return operation.error().code;
  }

  const SampleModel sample_{
      R"("protocol":"rest-xml")",
      Rest("ListBuckets", "GET", "/") + "," + Rest("ListAll", "GET", "/") + "," +
          Rest("ListObjects", "GET", "/{Bucket}") + "," + Rest("ListObjectsV2", "GET", "/{Bucket}?list-type=2") + "," +
          Rest("GetAcl", "GET", "/{Bucket}?acl") + "," + Rest("GetObject", "GET", "/{Bucket}/{Key+}") + "," +
          Rest("ListParts", "GET", "/{Bucket}/{Key+}", "Part") + "," + Rest("PutObject", "PUT", "/{Bucket}/{Key+}") +
          "," + Rest("CopyObject", "PUT", "/{Bucket}/{Key+}", "Copy") + "," +
          Rest("UploadPart", "PUT", "/{Bucket}/{Key+}", "Part") + "," +
          Rest("UploadPartCopy", "PUT", "/{Bucket}/{Key+}", "PartCopy") + "," + Rest("Fixed", "GET", "/fixed/{Key}"),
      R"json("Text":{"type":"string"},"Plain":{"type":"structure","members":{}},
      "Part":{"type":"structure","required":["Id"],"members":{"Id":{"shape":"Text","location":"querystring","locationName":"uploadId"}}},
      "Copy":{"type":"structure","required":["From"],"members":{"From":{"shape":"Text","location":"header","locationName":"x-copy-source"}}},
      "PartCopy":{"type":"structure","required":["Id","From"],"members":{
        "Id":{"shape":"Text","location":"querystring","locationName":"uploadId"},
        "From":{"shape":"Text","location":"header","locationName":"x-copy-source"}}})json"};
};

TEST_F(OperationRouterTest, ConstantQueryParametersBeatThePlainPath) {
  EXPECT_EQ(Route("GET", "/b"), "ListObjects");
  EXPECT_EQ(Route("GET", "/b/"), "ListObjects");
  EXPECT_EQ(Route("GET", "/b?list-type=2&prefix=x"), "ListObjectsV2");
  EXPECT_EQ(Route("GET", "/b?acl"), "GetAcl");
  EXPECT_EQ(Route("GET", "/b?acl="), "GetAcl");
}

TEST_F(OperationRouterTest, LiteralsBeatLabelsAndLabelsBeatGreedyOnes) {
  EXPECT_EQ(Route("GET", "/fixed/x"), "Fixed");
  EXPECT_EQ(Route("GET", "/fixed/x/y"), "GetObject");
}

TEST_F(OperationRouterTest, RequiredParametersAndHeadersDecideBetweenEqualTemplates) {
  EXPECT_EQ(Route("PUT", "/b/k"), "PutObject");
  EXPECT_EQ(Route("PUT", "/b/k", {{"X-Copy-Source", "/a/b"}}), "CopyObject");
  EXPECT_EQ(Route("PUT", "/b/k?partNumber=1&uploadId=u"), "UploadPart");
  EXPECT_EQ(Route("PUT", "/b/k?uploadId=u", {{"x-copy-source", "/a/b"}}), "UploadPartCopy");
  EXPECT_EQ(Route("GET", "/b/k"), "GetObject");
  EXPECT_EQ(Route("GET", "/b/k?uploadId=u"), "ListParts");
}

TEST_F(OperationRouterTest, AClientsXIdDecidesWhatNothingElseDoes) {
  EXPECT_EQ(Route("GET", "/?x-id=ListBuckets"), "ListBuckets");
  EXPECT_EQ(Route("GET", "/?x-id=ListAll"), "ListAll");
}

TEST_F(OperationRouterTest, UnknownPathsAndMethodsAreNotFound) {
  EXPECT_EQ(Route("PATCH", "/b/k"), "UnknownOperationException");
  EXPECT_EQ(Route("PUT", "/"), "UnknownOperationException");
}

}  // namespace
}  // namespace stratolite::wire
