#include "http/egress_rules.hpp"

#include <gtest/gtest.h>

namespace stratolite::http {
namespace {

namespace ip = boost::asio::ip;

class RefusedEgressTest : public ::testing::TestWithParam<const char*> {};

TEST_P(RefusedEgressTest, IsRefusedUnlessTheUserAllowsIt) {
  const auto address = ip::make_address(GetParam());
  const auto refusal = EgressRules().Refusal(address);
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->find(address.to_string()), std::string::npos);
  EXPECT_FALSE(EgressRules(true).Refusal(address));
}

INSTANTIATE_TEST_SUITE_P(Metadata, RefusedEgressTest,
                         ::testing::Values("169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.0.0",
                                           "169.254.255.255", "100.100.100.200", "192.0.0.192", "168.63.129.16",
                                           "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fe80::1",
                                           "fe80::a9fe:a9fe%1", "febf::1", "::ffff:169.254.169.254",
                                           "::169.254.169.254", "::ffff:a9fe:aa02", "64:ff9b::169.254.169.254",
                                           "64:ff9b:1::a9fe:a9fe", "::ffff:0:169.254.169.254", "2002:a9fe:a9fe::1",
                                           "::ffff:100.100.100.200"));

class AllowedEgressTest : public ::testing::TestWithParam<const char*> {};

TEST_P(AllowedEgressTest, IsAllowed) { EXPECT_FALSE(EgressRules().Refusal(ip::make_address(GetParam()))); }

INSTANTIATE_TEST_SUITE_P(Others, AllowedEgressTest,
                         ::testing::Values("127.0.0.1", "::1", "10.0.0.1", "172.17.0.1", "192.168.1.10",
                                           "169.253.255.255", "169.255.0.0", "100.100.100.199", "8.8.8.8",
                                           "::ffff:127.0.0.1", "fd00:ec3::254", "fec0::1", "2002:7f00:1::1",
                                           "64:ff9b::10.0.0.1", "2600:1f18::1"));

}  // namespace
}  // namespace stratolite::http
