#include "daemon/bootstrap_credentials.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "runtime/random_source.hpp"
#include "stratolite/base/json.hpp"
#include "support/temporary_directory.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

const AccountId kOwner{"123456789012"};

class BootstrapCredentialsTest : public ::testing::Test {
 protected:
  BootstrapCredentials Take() { return TakeBootstrapCredentials(directory_.path(), kOwner, random_); }

  test::TemporaryDirectory directory_;
  runtime::SystemRandom random_;
};

TEST_F(BootstrapCredentialsTest, AreMadeOnceAndFoundAgain) {
  const BootstrapCredentials made = Take();
  EXPECT_TRUE(made.made);
  EXPECT_EQ(made.credential.principal.type, auth::PrincipalType::kRoot);
  EXPECT_EQ(auth::AccountOfKeyId(made.credential.access_key_id), kOwner);
  EXPECT_EQ(made.credential.secret_access_key.size(), 40U);
  const BootstrapCredentials found = Take();
  EXPECT_FALSE(found.made);
  EXPECT_EQ(found.credential.access_key_id, made.credential.access_key_id);
  EXPECT_EQ(found.credential.secret_access_key, made.credential.secret_access_key);
}

TEST_F(BootstrapCredentialsTest, NobodyElseMayReadThem) {
  const BootstrapCredentials made = Take();
  EXPECT_EQ(fs::status(made.file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(BootstrapCredentialsTest, ADamagedFileIsSaidAndNotOverwritten) {
  const fs::path file = Take().file;
  std::ofstream(file) << "{}";
  EXPECT_THROW(Take(), std::runtime_error);
  EXPECT_EQ(fs::file_size(file), 2U);
}

TEST_F(BootstrapCredentialsTest, WithoutADirectoryNothingIsKept) {
  const BootstrapCredentials first = TakeBootstrapCredentials({}, kOwner, random_);
  const BootstrapCredentials second = TakeBootstrapCredentials({}, kOwner, random_);
  EXPECT_TRUE(second.made);
  EXPECT_NE(first.credential.secret_access_key, second.credential.secret_access_key);
  EXPECT_TRUE(first.file.empty());
}

TEST_F(BootstrapCredentialsTest, AreDescribedForPeopleAndForPrograms) {
  const BootstrapCredentials made = Take();
  EXPECT_NE(DescribeBootstrap(made, false).find("AWS_SECRET_ACCESS_KEY=" + made.credential.secret_access_key),
            std::string::npos);
  const Json line = Json::parse(DescribeBootstrap(made, true));
  EXPECT_EQ(line.at("access_key_id"), made.credential.access_key_id);
  EXPECT_EQ(line.at("file"), made.file.string());
}

}  // namespace
}  // namespace stratolite::daemon
