#include "daemon/exposure.hpp"

#include <gtest/gtest.h>

namespace stratolite::daemon {
namespace {

using auth::AuthMode;

TEST(ExposureTest, ADaemonOfThisMachineHasNothingToWarnOf) {
  const std::vector<std::string> loopback{"127.0.0.1", "::1", "127.0.0.9", "::ffff:127.0.0.1"};
  EXPECT_FALSE(ExposureWarning(loopback, AuthMode::kPermissive, false));
  EXPECT_FALSE(ExposureWarning(loopback, AuthMode::kStrict, true));
}

TEST(ExposureTest, WhoIsOpenToOthersIsToldWhatToDo) {
  for (const char* address : {"0.0.0.0", "::", "192.168.1.7", "2001:db8::1"}) {
    const auto warning = ExposureWarning({"127.0.0.1", address}, AuthMode::kPermissive, false);
    ASSERT_TRUE(warning) << address;
    EXPECT_NE(warning->find(address), std::string::npos);
    EXPECT_EQ(warning->find("127.0.0.1"), std::string::npos);
    EXPECT_NE(warning->find("--auth strict"), std::string::npos);
    EXPECT_FALSE(ExposureWarning({address}, AuthMode::kStrict, false));
    EXPECT_NE(ExposureWarning({address}, AuthMode::kStrict, true)->find("--admin-remote"), std::string::npos);
  }
}

wire::HttpRequest From(std::string source_ip, std::string method, std::string target) {
  wire::HttpRequest request;
  request.source_ip = std::move(source_ip);
  request.method = std::move(method);
  request.target = std::move(target);
  return request;
}

TEST(ExposureTest, TheAdminApiIsForThisMachine) {
  for (const char* page :
       {"/_stratolite/reset", "/_stratolite/worlds/w", "/_stratolite/snapshot", "/_stratolite/requests",
        "/_stratolite/health/x", "/_localstack/state/reset", "/_stratolite"}) {
    for (const char* method : {"GET", "POST", "DELETE"}) {
      EXPECT_TRUE(RemoteAdminRefusal(From("192.168.1.7", method, page))) << page;
      EXPECT_TRUE(RemoteAdminRefusal(From("", method, page))) << page;
      EXPECT_FALSE(RemoteAdminRefusal(From("127.0.0.1", method, page))) << page;
      EXPECT_FALSE(RemoteAdminRefusal(From("::1", method, page))) << page;
    }
  }
}

TEST(ExposureTest, HealthChecksAndTlsClientsMayComeFromElsewhere) {
  for (const char* page : {"/_stratolite/health", "/_stratolite/ca", "/_localstack/health", "/_localstack/init/ready",
                           "/_stratolite/health?world=w"}) {
    EXPECT_FALSE(RemoteAdminRefusal(From("192.168.1.7", "GET", page))) << page;
    EXPECT_TRUE(RemoteAdminRefusal(From("192.168.1.7", "POST", page))) << page;
  }
}

}  // namespace
}  // namespace stratolite::daemon
