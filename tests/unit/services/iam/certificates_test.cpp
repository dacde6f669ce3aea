#include "iam/certificates.hpp"

#include <gtest/gtest.h>

#include "unit/services/iam/test_keys.hpp"

namespace stratolite::iam {
namespace {

TEST(CertificatesTest, ACertificateTellsWhenItEnds) {
  const auto facts = ReadCertificate(keys::kLeaf);
  ASSERT_TRUE(facts);
  EXPECT_EQ(FormatIso8601(facts->not_after), "2125-06-16T04:41:07Z");
  EXPECT_FALSE(facts->bytes.empty());
  EXPECT_FALSE(ReadCertificate("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----"));
  EXPECT_FALSE(ReadCertificate(std::string(keys::kLeaf).append(keys::kOther)));
  EXPECT_FALSE(ReadCertificate(""));
}

TEST(CertificatesTest, ServersCertificatesFitTheirKeyAndTheirChain) {
  EXPECT_TRUE(CheckServerCertificate(keys::kLeaf, keys::kLeafKey, "").ok());
  EXPECT_TRUE(CheckServerCertificate(keys::kLeaf, keys::kLeafKey, keys::kAuthority).ok());
  EXPECT_EQ(CheckServerCertificate(keys::kLeaf, keys::kOtherKey, "").error().code, "KeyPairMismatch");
  EXPECT_EQ(CheckServerCertificate(keys::kLeaf, "key", "").error().code, "MalformedCertificate");
  EXPECT_EQ(CheckServerCertificate("leaf", keys::kLeafKey, "").error().code, "MalformedCertificate");
  const auto second =
      CheckServerCertificate(keys::kLeaf, keys::kLeafKey, std::string(keys::kAuthority).append(keys::kOther));
  ASSERT_FALSE(second.ok());
  EXPECT_TRUE(second.error().message.ends_with("invalid certificate is: 1")) << second.error().message;
}

TEST(CertificatesTest, AnSshKeyIsTheSameInBothEncodings) {
  const auto ssh = ReadSshPublicKey(keys::kSsh);
  const auto pem = ReadSshPublicKey(keys::kSshPem);
  ASSERT_TRUE(ssh.ok());
  ASSERT_TRUE(pem.ok());
  EXPECT_EQ(ssh->fingerprint, keys::kSshFingerprint);
  EXPECT_EQ(pem->fingerprint, keys::kSshFingerprint);
  EXPECT_EQ(pem->ssh, ssh->ssh);
  EXPECT_EQ(ssh->pem, keys::kSshPem);
}

TEST(CertificatesTest, OtherKeysAreRefused) {
  EXPECT_EQ(ReadSshPublicKey(keys::kSshEd25519).error().code, "UnrecognizedPublicKeyEncoding");
  EXPECT_EQ(ReadSshPublicKey("ssh-rsa").error().code, "UnrecognizedPublicKeyEncoding");
  EXPECT_EQ(ReadSshPublicKey("ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB").error().code, "InvalidPublicKey");
  EXPECT_EQ(ReadSshPublicKey("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQE=").error().code, "InvalidPublicKey");
  EXPECT_EQ(ReadSshPublicKey(keys::kLeaf).error().code, "InvalidPublicKey");
}

}  // namespace
}  // namespace stratolite::iam
