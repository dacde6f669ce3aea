#include "iam/mfa_operations.hpp"

#include <gtest/gtest.h>

#include "iam/iam.hpp"
#include "iam/one_time_codes.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/ports/registry.hpp"
#include "support/service_harness.hpp"

namespace stratolite::iam {
namespace {

using namespace std::chrono_literals;

class MfaTest : public ::testing::Test {
 protected:
  MfaTest() {
    iam_.caller = auth::RootPrincipal(iam_.scope.account);
    user_ = iam_.MustCall("CreateUser", {{"UserName", "alice"}})["User"];
    device_ = iam_.MustCall("CreateVirtualMFADevice", {{"VirtualMFADeviceName", "phone"}})["VirtualMFADevice"];
  }

  std::string Serial() { return device_["SerialNumber"]; }
  /// What the device shows `steps` half minutes from now.
  std::string Code(std::int64_t steps) { return CodeOfStep(Seed(), CodeStepAt(iam_.Now()) + steps); }
  std::string Seed() {
    // Back from base32, five bytes at a time.
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const auto binary = device_["Base32StringSeed"].get_binary();
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const auto letter : binary) {
      bits = (bits << 5) | static_cast<std::uint32_t>(kLetters.find(static_cast<char>(letter)));
      held += 5;
      if (held < 8) continue;
      held -= 8;
      bytes.push_back(static_cast<char>((bits >> held) & 0xFF));
    }
    return bytes;
  }
  Result<Json> Enable(const std::string& first, const std::string& second) {
    return iam_.Call("EnableMFADevice", {{"UserName", "alice"},
                                         {"SerialNumber", Serial()},
                                         {"AuthenticationCode1", first},
                                         {"AuthenticationCode2", second}});
  }
  auth::Principal Alice() {
    auth::Principal alice;
    alice.type = auth::PrincipalType::kUser;
    alice.account = iam_.scope.account;
    alice.arn = user_["Arn"];
    alice.user_id = user_["UserId"];
    return alice;
  }
  Result<void> Verify(const std::string& code) {
    return iam_.world().deps().ports.Find<ports::MfaVerifier>()->Verify(Alice(), Serial(), code);
  }

  testing::ServiceHarness iam_{kDescriptor};
  Json user_;
  Json device_;
};

TEST_F(MfaTest, TwoCodesThatFollowEachOtherEnableADevice) {
  EXPECT_EQ(Enable(Code(0), Code(0)).error().code, "InvalidAuthenticationCode");
  EXPECT_EQ(Enable(Code(0), Code(2)).error().code, "InvalidAuthenticationCode");
  EXPECT_TRUE(Enable(Code(-1), Code(0)).ok());
  EXPECT_EQ(iam_.MustCall("ListMFADevices", {{"UserName", "alice"}})["MFADevices"].size(), 1u);
}

TEST_F(MfaTest, ACodePassesOnceAndOnlyInItsTime) {
  ASSERT_TRUE(Enable(Code(-1), Code(0)).ok());
  EXPECT_FALSE(Verify(Code(0)).ok()) << "it enabled the device";
  iam_.Advance(1min);
  const std::string code = Code(0);
  EXPECT_TRUE(Verify(code).ok());
  EXPECT_FALSE(Verify(code).ok()) << "it passed already";
  EXPECT_FALSE(Verify(Code(-1)).ok()) << "older than one that passed";
  EXPECT_FALSE(Verify(Code(2)).ok()) << "too early";
  const auto wrong = Verify("abcdef");
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, "AccessDenied");
  EXPECT_EQ(wrong.error().message, "MultiFactorAuthentication failed with invalid MFA one time pass code. ");
}

TEST_F(MfaTest, ADeviceVerifiesNobodyButItsUser) {
  EXPECT_FALSE(Verify(Code(0)).ok()) << "nobody's yet";
  ASSERT_TRUE(Enable(Code(-1), Code(0)).ok());
  iam_.Advance(1min);
  auth::Principal other = Alice();
  other.user_id = "AIDASOMEBODYELSE";
  auto* const verifier = iam_.world().deps().ports.Find<ports::MfaVerifier>();
  EXPECT_FALSE(verifier->Verify(other, Serial(), Code(0)).ok());
  EXPECT_TRUE(verifier->Verify(Alice(), Serial(), Code(0)).ok());
}

TEST_F(MfaTest, ADeviceThatGoesAheadIsFollowedOnceItWasSynchronized) {
  ASSERT_TRUE(Enable(Code(-1), Code(0)).ok());
  EXPECT_FALSE(Verify(Code(20)).ok());
  iam_.MustCall("ResyncMFADevice", {{"UserName", "alice"},
                                    {"SerialNumber", Serial()},
                                    {"AuthenticationCode1", Code(20)},
                                    {"AuthenticationCode2", Code(21)}});
  iam_.Advance(1min);
  EXPECT_TRUE(Verify(Code(21)).ok() || Verify(Code(20)).ok());
}

TEST_F(MfaTest, DeactivatedDevicesVerifyNothingAndMayGo) {
  ASSERT_TRUE(Enable(Code(-1), Code(0)).ok());
  EXPECT_EQ(iam_.ErrorCode("DeleteVirtualMFADevice", {{"SerialNumber", Serial()}}), "DeleteConflict");
  iam_.MustCall("DeactivateMFADevice", {{"UserName", "alice"}, {"SerialNumber", Serial()}});
  iam_.Advance(1min);
  EXPECT_FALSE(Verify(Code(0)).ok());
  iam_.MustCall("DeleteVirtualMFADevice", {{"SerialNumber", Serial()}});
}

}  // namespace
}  // namespace stratolite::iam
