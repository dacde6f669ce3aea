#include "iam/input_rules.hpp"

#include "unit/services/iam/users_fixture.hpp"

namespace stratolite::iam {
namespace {

struct NameOrPath {
  std::string what;
  std::string operation;
  Json input;
  /// What the message begins with; empty: it is no matter of names and paths.
  std::string refused;
};

class NamesAndPathsTest : public UsersAndGroups, public ::testing::WithParamInterface<NameOrPath> {};

INSTANTIATE_TEST_SUITE_P(
    Inputs, NamesAndPathsTest,
    ::testing::Values(
        NameOrPath{"EveryCharacterOfNames", "GetUser", {{"UserName", "aZ09+=,.@_-"}}, ""},
        NameOrPath{"SpaceInName", "GetUser", {{"UserName", "a b"}}, "The specified value for userName is invalid."},
        NameOrPath{"LetterBeyondAscii", "GetUser", {{"UserName", "ä"}}, "The specified value for userName is invalid."},
        NameOrPath{"ArnAsRoleName",
                   "GetRole",
                   {{"RoleName", "arn:aws:iam::123456789012:role/r"}},
                   "The specified value for roleName is invalid."},
        NameOrPath{"NewName",
                   "UpdateGroup",
                   {{"GroupName", "g"}, {"NewGroupName", "a/b"}},
                   "The specified value for newGroupName is invalid."},
        NameOrPath{"RootPath", "UpdateUser", {{"UserName", "u"}, {"NewPath", "/"}}, ""},
        NameOrPath{"AnyAsciiInPath", "UpdateUser", {{"UserName", "u"}, {"NewPath", "/!~*/a//b/"}}, ""},
        NameOrPath{"TwoSlashes",
                   "UpdateUser",
                   {{"UserName", "u"}, {"NewPath", "//"}},
                   "The specified value for newPath is invalid."},
        NameOrPath{"SpaceInPath",
                   "UpdateUser",
                   {{"UserName", "u"}, {"NewPath", "/a b/"}},
                   "The specified value for newPath is invalid."},
        NameOrPath{"PolicyPath", "ListPolicies", {{"PathPrefix", "/a/b.c/"}, {"Scope", "Local"}}, ""},
        NameOrPath{"PolicyPathWithoutEnd",
                   "ListPolicies",
                   {{"PathPrefix", "/a"}},
                   "The specified value for pathPrefix is invalid."},
        NameOrPath{"PolicyPathWithEmptyPart",
                   "ListPolicies",
                   {{"PathPrefix", "/a//b/"}},
                   "The specified value for pathPrefix is invalid."}),
    [](const auto& info) { return info.param.what; });

TEST_P(NamesAndPathsTest, AreRefusedByTheirCharacters) {
  const Result<Json> outcome = iam_.Call(GetParam().operation, GetParam().input);
  if (GetParam().refused.empty()) {
    EXPECT_TRUE(outcome.ok() || outcome.error().code == "NoSuchEntity");
  } else {
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, "ValidationError");
    EXPECT_EQ(outcome.error().message.substr(0, GetParam().refused.size()), GetParam().refused);
  }
}

}  // namespace
}  // namespace stratolite::iam
