#include "cli/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace stratolite::cli {
namespace {

class SettingsTest : public ::testing::Test {
 protected:
  Settings Load() {
    std::vector<const char*> environment;
    for (const std::string& entry : environment_) environment.push_back(entry.c_str());
    return LoadSettings({file_, environment, flags_});
  }
  std::string Refusal() {
    try {
      Load();
    } catch (const SettingsError& error) {
      return error.what();
    }
    return {};
  }
  void File(const std::string& text) {
    file_ = ::testing::TempDir() + "/" + ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml";
    std::ofstream(file_) << text;
  }

  std::string file_;
  std::vector<std::string> environment_ = {"XDG_CONFIG_HOME=/nonexistent"};
  FlagValues flags_;
};

TEST_F(SettingsTest, DefaultsAreTheDocumentedOnes) {
  const Settings settings = Load();
  EXPECT_EQ(settings.port, 4566);
  EXPECT_EQ(settings.auth, "permissive");
  EXPECT_EQ(settings.default_account, "000000000000");
  EXPECT_FALSE(settings.ephemeral);
}

TEST_F(SettingsTest, FlagsWinOverEnvironmentAndEnvironmentOverFile) {
  File("port = 1\nlog-level = \"warn\"\nauth = \"strict\"\n");
  environment_.push_back("STRATOLITE_PORT=2");
  environment_.push_back("STRATOLITE_LOG_LEVEL=error");
  flags_ = {{"port", "3"}};
  const Settings settings = Load();
  EXPECT_EQ(settings.port, 3);
  EXPECT_EQ(settings.log_level, "error");
  EXPECT_EQ(settings.auth, "strict");
}

TEST_F(SettingsTest, RepeatableSettingsOfALaterPlaceReplaceThoseOfAnEarlier) {
  File("root-credentials = [\"a:b\", \"c:d\"]\n");
  EXPECT_EQ(Load().root_credentials, (std::vector<std::string>{"a:b", "c:d"}));
  environment_.push_back("STRATOLITE_ROOT_CREDENTIALS=e:f,g:h");
  EXPECT_EQ(Load().root_credentials, (std::vector<std::string>{"e:f", "g:h"}));
  flags_ = {{"root-credentials", "i:j"}, {"root-credentials", "k:l"}};
  EXPECT_EQ(Load().root_credentials, (std::vector<std::string>{"i:j", "k:l"}));
}

TEST_F(SettingsTest, UnknownVariableIsRefusedWithTheNearestName) {
  environment_.push_back("STRATOLITE_PROT=1");
  EXPECT_EQ(Refusal(), "environment variable STRATOLITE_PROT: no such setting. Did you mean STRATOLITE_PORT?");
}

TEST_F(SettingsTest, VariablesOfTheTestClientsAreNoSettings) {
  environment_.push_back("STRATOLITE_BINARY=/opt/stratolite");
  environment_.push_back("STRATOLITE_EXIT_WITH=77");
  EXPECT_EQ(Load().exit_with, 77);
}

TEST_F(SettingsTest, UnknownKeyIsRefusedWithTheNearestName) {
  File("durabilty = \"power\"\n");
  EXPECT_EQ(Refusal(), "'durabilty' in " + file_ + ": no such setting. Did you mean durability?");
}

TEST_F(SettingsTest, MalformedFileIsRefusedWithItsLine) {
  File("port = 1\nauth = \n");
  EXPECT_EQ(Refusal().find(file_ + ":2: "), 0u) << Refusal();
}

TEST_F(SettingsTest, ATableWithoutANameIsRefusedWithItsLine) {
  File("port = 1\n[;able]\n");
  EXPECT_EQ(Refusal().find(file_ + ":2: "), 0u) << Refusal();
}

TEST_F(SettingsTest, ALetterThatIsNoKeyIsRefusedWithItsLine) {
  for (const char* text : {"port = 1\n\u02e5", "port = 1\n\u00e9 = 2\n", "port = \u0416\n"}) {
    File(text);
    EXPECT_EQ(Refusal().find(file_ + ":"), 0u) << Refusal();
  }
}

TEST_F(SettingsTest, AFileThatIsNotUtf8IsRefused) {
  File("host = 'a'\ncaf\xE9 = 1\n");
  EXPECT_EQ(Refusal(), file_ + ": it is not UTF-8");
}

TEST_F(SettingsTest, EphemeralAndDataDirAsFlagsExcludeEachOther) {
  flags_ = {{"ephemeral", "true"}, {"data-dir", "/x"}};
  EXPECT_NE(Refusal(), "");
}

TEST_F(SettingsTest, EphemeralFlagWinsOverADataDirectoryOfTheEnvironment) {
  environment_.push_back("STRATOLITE_DATA_DIR=/x");
  flags_ = {{"ephemeral", "true"}};
  EXPECT_TRUE(Load().ephemeral);
}

TEST_F(SettingsTest, SizesHaveUnits) {
  const std::pair<const char*, std::uint64_t> sizes[] = {
      {"512MiB", 512ull << 20}, {"2g", 2ull << 30},         {"0", 0},
      {"500MB", 500'000'000},   {"70000k", 70000ull << 10}, {"1073741824", 1ull << 30}};
  for (const auto& [text, bytes] : sizes) {
    flags_ = {{"max-memory", text}};
    EXPECT_EQ(Load().max_memory, bytes) << text;
  }
}

struct BadValue {
  const char* setting;
  const char* value;
  const char* message;
};

class BadValueTest : public ::testing::TestWithParam<BadValue> {};

TEST_P(BadValueTest, IsRefusedAndTheMessageSaysWhere) {
  try {
    LoadSettings({{}, {}, {{GetParam().setting, GetParam().value}}});
    FAIL() << "accepted";
  } catch (const SettingsError& error) {
    EXPECT_EQ(error.what(),
              std::string("--") + GetParam().setting + ": '" + GetParam().value + "' " + GetParam().message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadValueTest,
    ::testing::Values(BadValue{"port", "65536", "must be a whole number from 0 to 65535"},
                      BadValue{"port", "-1", "must be a whole number from 0 to 65535"},
                      BadValue{"port", "", "must be a whole number from 0 to 65535"},
                      BadValue{"max-memory", "64 MiB?", "must be a size such as 512MiB or 2GiB"},
                      BadValue{"max-memory", "99999999999GiB", "must be a size such as 512MiB or 2GiB"},
                      BadValue{"max-memory", "1M", "must be 0 or at least 32MiB"},
                      BadValue{"auth", "off", "must be one of permissive, strict"},
                      BadValue{"iam", "on", "must be one of off, audit, enforce"},
                      BadValue{"durability", "none", "must be one of process, power"},
                      BadValue{"default-account", "123", "must be twelve digits"},
                      BadValue{"default-region", "here", "must look like us-east-1"},
                      BadValue{"data-dir", "", "must name a path"},
                      BadValue{"log-level", "loud", "must be one of trace, debug, info, warn, error, off"}));

TEST(SettingNames, EnvironmentNamesAreUpperCaseWithUnderscores) {
  EXPECT_EQ(EnvironmentName("data-dir"), "STRATOLITE_DATA_DIR");
}

}  // namespace
}  // namespace stratolite::cli
