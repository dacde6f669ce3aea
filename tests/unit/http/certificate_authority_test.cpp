#include "http/certificate_authority.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "support/temporary_directory.hpp"

namespace stratolite::http {
namespace {

namespace fs = std::filesystem;

class CertificateAuthorityTest : public ::testing::Test {
 protected:
  fs::path directory() const { return temporary_.path() / "data" / "ca"; }

  test::TemporaryDirectory temporary_;
};

fs::perms Mode(const fs::path& path) { return fs::status(path).permissions(); }

TEST_F(CertificateAuthorityTest, NothingIsMadeBeforeItIsNeeded) {
  const CertificateAuthority authority(directory());
  EXPECT_FALSE(fs::exists(directory().parent_path()));
  EXPECT_EQ(authority.file(), directory() / "ca.pem");
}

TEST_F(CertificateAuthorityTest, IsKeptWithTheKeyForTheOwnerOnly) {
  CertificateAuthority authority(directory());
  const std::string pem = authority.Pem();
  EXPECT_TRUE(pem.starts_with("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_EQ(Mode(directory()), fs::perms::owner_all);
  EXPECT_EQ(Mode(directory() / "ca.key"), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(Mode(directory() / "ca.pem"),
            fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read);
  std::vector<fs::path> found(fs::directory_iterator(directory().parent_path()), fs::directory_iterator());
  EXPECT_EQ(found.size(), 1u);
  EXPECT_EQ(CertificateAuthority(directory()).Pem(), pem);
}

TEST_F(CertificateAuthorityTest, WithoutADirectoryItLivesInMemory) {
  CertificateAuthority authority({});
  CertificateAuthority other({});
  EXPECT_TRUE(authority.file().empty());
  EXPECT_EQ(authority.Pem(), authority.Pem());
  EXPECT_NE(authority.Pem(), other.Pem());
}

TEST_F(CertificateAuthorityTest, OfSeveralThatBeginAtOnceAllUseTheSame) {
  std::vector<std::string> seen(8);
  std::vector<std::thread> threads;
  for (std::string& pem : seen) threads.emplace_back([&, this] { pem = CertificateAuthority(directory()).Pem(); });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& pem : seen) EXPECT_EQ(pem, seen[0]);
}

TEST_F(CertificateAuthorityTest, SaysWhatToDoAboutADamagedFolder) {
  CertificateAuthority(directory()).Pem();
  std::ofstream(directory() / "ca.key") << "nothing";
  try {
    CertificateAuthority(directory()).Pem();
    FAIL() << "a key that is none was taken";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("remove it"), std::string::npos);
  }
}

TEST_F(CertificateAuthorityTest, CertificatesAreSignedByItAndShortLived) {
  CertificateAuthority authority({});
  const auto leaf = authority.CertifyHost("Bucket.S3.localhost.");
  EXPECT_EQ(X509_check_host(leaf.certificate.get(), "bucket.s3.localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(leaf.certificate.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(leaf.certificate.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_host(leaf.certificate.get(), "example.com", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ca(leaf.certificate.get()), 0);
  int days = 0;
  int rest = 0;
  ASN1_TIME_diff(&days, &rest, X509_get0_notBefore(leaf.certificate.get()), X509_get0_notAfter(leaf.certificate.get()));
  EXPECT_LE(days, 825);
  EXPECT_LT(X509_cmp_current_time(X509_get0_notBefore(leaf.certificate.get())), 0);
}

TEST_F(CertificateAuthorityTest, TheSameHostGetsTheSameCertificate) {
  CertificateAuthority authority({});
  EXPECT_EQ(authority.CertifyHost("a.example").certificate, authority.CertifyHost("A.example").certificate);
  EXPECT_NE(authority.CertifyHost("a.example").certificate, authority.CertifyHost("b.example").certificate);
  EXPECT_EQ(authority.CertifyHost("localhost").certificate, authority.CertifyHost("127.0.0.1").certificate);
}

TEST_F(CertificateAuthorityTest, WhatIsNoHostNameIsNotCertified) {
  CertificateAuthority authority({});
  const auto standard = authority.CertifyHost("").certificate;
  for (const std::string host : {"*.com", "a,DNS:bank.example", "a..b", ".a", "a b", "a/b"})
    EXPECT_EQ(authority.CertifyHost(host).certificate, standard) << host;
  EXPECT_EQ(authority.CertifyHost(std::string(300, 'a')).certificate, standard);
}

TEST_F(CertificateAuthorityTest, OtherAddressesAreCertifiedAsAddresses) {
  CertificateAuthority authority({});
  EXPECT_EQ(X509_check_ip_asc(authority.CertifyHost("192.0.2.7").certificate.get(), "192.0.2.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(authority.CertifyHost("2001:db8::7").certificate.get(), "2001:db8::7", 0), 1);
}

}  // namespace
}  // namespace stratolite::http
