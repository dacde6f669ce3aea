#include "stratolite/auth/credential_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "runtime/random_source.hpp"
#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/storage/database.hpp"
#include "support/temporary_directory.hpp"
#include "unit/auth/auth_fixture.hpp"

namespace stratolite::auth {
namespace {

using namespace std::chrono_literals;

class CredentialStoreTest : public ::testing::Test {
 protected:
  CredentialStoreTest() { Open(); }
  void Open() {
    store_.reset();
    db_.reset();
    db_ = storage::Database::Open({.directory = directory_.path()});
    store_ = MakeCredentialStore(*db_, clock_, random_);
  }
  static Principal Session() {
    Principal principal;
    principal.type = PrincipalType::kAssumedRole;
    principal.account = AccountId("123456789012");
    principal.arn = "arn:aws:sts::123456789012:assumed-role/R/s";
    principal.user_id = "AROAEXAMPLE:s";
    principal.tags = {{"k", "v"}};
    principal.transitive_tag_keys = {"k"};
    principal.source_identity = "alice";
    principal.session_policy = R"({"Statement":[]})";
    principal.session_policy_arns = {"arn:aws:iam::aws:policy/X"};
    principal.mfa_authenticated = true;
    return principal;
  }
  Credential Issue(Duration lifetime = 1h) {
    return db_->Transact(
        [&](storage::Txn& txn) { return store_->IssueSession(txn, Session(), clock_.now + lifetime); });
  }

  Credential StoreKey(const std::string& id, const std::string& arn) {
    Credential key;
    key.access_key_id = id;
    key.secret_access_key = "secret of " + id;
    key.principal.type = PrincipalType::kUser;
    key.principal.account = AccountId("123456789012");
    key.principal.arn = arn;
    key.principal.user_id = "AIDAALICE";
    db_->Transact([&](storage::Txn& txn) { store_->StoreAccessKey(txn, key); });
    return key;
  }

  testing::FixedClock clock_;
  runtime::SeededRandom random_{7};
  test::TemporaryDirectory directory_;
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<CredentialStore> store_;
};

TEST_F(CredentialStoreTest, ASessionSurvivesARestartWhole) {
  const Credential issued = Issue();
  Open();
  const auto found = store_->Find(issued.access_key_id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret_access_key, issued.secret_access_key);
  EXPECT_EQ(found->session_token, issued.session_token);
  EXPECT_EQ(found->expires, issued.expires);
  const Principal wanted = Session();
  EXPECT_EQ(found->principal.type, wanted.type);
  EXPECT_EQ(found->principal.account, wanted.account);
  EXPECT_EQ(found->principal.arn, wanted.arn);
  EXPECT_EQ(found->principal.user_id, wanted.user_id);
  EXPECT_EQ(found->principal.tags, wanted.tags);
  EXPECT_EQ(found->principal.transitive_tag_keys, wanted.transitive_tag_keys);
  EXPECT_EQ(found->principal.source_identity, wanted.source_identity);
  EXPECT_EQ(found->principal.session_policy, wanted.session_policy);
  EXPECT_EQ(found->principal.session_policy_arns, wanted.session_policy_arns);
  EXPECT_TRUE(found->principal.mfa_authenticated);
}

TEST_F(CredentialStoreTest, ASessionThatWasRolledBackIsUnknown) {
  std::string key;
  const Result<void> outcome = db_->Transact([&](storage::Txn& txn) -> Result<void> {
    key = store_->IssueSession(txn, Session(), clock_.now + 1h).access_key_id;
    return AwsError{"Any", "thing"};
  });
  EXPECT_FALSE(outcome.ok());
  EXPECT_FALSE(store_->Find(key));
}

TEST_F(CredentialStoreTest, ExpiredSessionsAreToldFromUnknownKeysForADay) {
  const Credential issued = Issue(15min);
  clock_.now += 24h;
  for (int i = 0; i < 200; ++i) Issue();
  Open();
  EXPECT_TRUE(store_->Find(issued.access_key_id));
  clock_.now += 48h;
  for (int i = 0; i < 200; ++i) Issue();
  Open();
  EXPECT_FALSE(store_->Find(issued.access_key_id));
}

TEST_F(CredentialStoreTest, ClearForgetsSessionsAndKeepsRootKeys) {
  const Credential issued = Issue();
  store_->AddRootCredential(testing::RootKey("ROOT", "secret", "123456789012"));
  db_->Clear();
  store_->Clear();
  EXPECT_FALSE(store_->Find(issued.access_key_id));
  EXPECT_TRUE(store_->Find("ROOT"));
  EXPECT_EQ(store_->RootCredentials().size(), 1U);
}

TEST_F(CredentialStoreTest, ManyThreadsIssueVerifyAndClear) {
  const Authenticator authenticator(*store_, clock_, {}, nullptr, [this] { return clock_.now; });
  std::atomic<int> verified = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const Credential issued = Issue();
        wire::HttpRequest request;
        request.method = "GET";
        request.target = "/";
        request.headers = {{"Host", "localhost"}};
        SignOptions options;
        options.region = "us-east-1";
        options.service = "sqs";
        options.time = clock_.now;
        Sign(request, {issued.access_key_id, issued.secret_access_key, issued.session_token}, options);
        const auto outcome = authenticator.Authenticate({.http = request, .protocol = wire::Protocol::kQuery});
        if (outcome.ok() && outcome->kind == AuthOutcome::Kind::kVerified) ++verified;
        if (t == 0 && i % 5 == 0) store_->Clear();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // The rows are still there, so what Clear forgot is found again.
  EXPECT_EQ(verified, 100);
}

TEST_F(CredentialStoreTest, SealedMessagesOpenForTheirPurposeOnly) {
  SealedMessages one(*db_, random_, "one");
  SealedMessages two(*db_, random_, "two");
  const std::string text(1000, 'x');
  const std::string sealed = one.Seal(text);
  EXPECT_EQ(sealed.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  EXPECT_NE(sealed, one.Seal(text));
  EXPECT_EQ(one.Open(sealed), text);
  EXPECT_FALSE(two.Open(sealed));
  EXPECT_FALSE(one.Open(sealed.substr(0, sealed.size() - 4)));
  EXPECT_FALSE(one.Open(""));
  EXPECT_EQ(one.Open(one.Seal("")), "");
}

TEST_F(CredentialStoreTest, AUsersKeyIsKnownAfterARestartAndUnknownOnceItIsRemoved) {
  const Credential key = StoreKey("AKIAQAAAAAAAEXAMPLE1", "arn:aws:iam::123456789012:user/alice");
  Open();
  const auto found = store_->Find(key.access_key_id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret_access_key, key.secret_access_key);
  EXPECT_EQ(found->principal.type, PrincipalType::kUser);
  EXPECT_EQ(found->principal.arn, key.principal.arn);
  EXPECT_FALSE(found->session_token);
  EXPECT_FALSE(found->expires);
  db_->Transact([&](storage::Txn& txn) { store_->RemoveAccessKey(txn, key.access_key_id); });
  EXPECT_FALSE(store_->Find(key.access_key_id));
  Open();
  EXPECT_FALSE(store_->Find(key.access_key_id));
}

TEST_F(CredentialStoreTest, AKeyThatIsStoredAgainActsForWhoItIsNow) {
  const Credential key = StoreKey("AKIAQAAAAAAAEXAMPLE1", "arn:aws:iam::123456789012:user/alice");
  EXPECT_EQ(store_->Find(key.access_key_id)->principal.arn, key.principal.arn);
  StoreKey(key.access_key_id, "arn:aws:iam::123456789012:user/alicia");
  EXPECT_EQ(store_->Find(key.access_key_id)->principal.arn, "arn:aws:iam::123456789012:user/alicia");
}

TEST_F(CredentialStoreTest, AKeyWhoseTransactionRolledBackNeverWas) {
  const auto rolled_back = db_->Transact([&](storage::Txn& txn) -> Result<void> {
    Credential key;
    key.access_key_id = "AKIAQAAAAAAAEXAMPLE1";
    store_->StoreAccessKey(txn, key);
    return AwsError{"Other", "something else failed"};
  });
  EXPECT_FALSE(rolled_back.ok());
  EXPECT_FALSE(store_->Find("AKIAQAAAAAAAEXAMPLE1"));
}

TEST_F(CredentialStoreTest, SessionsGoWithWhoTheyWereIssuedTo) {
  Principal session = Session();
  session.issuer_arn = "arn:aws:iam::123456789012:role/R";
  session.issued_at = clock_.now;
  const auto issue = [&] {
    return db_->Transact([&](storage::Txn& txn) { return store_->IssueSession(txn, session, clock_.now + 1h); });
  };
  const Credential of_role = issue();
  session.issuer_arn = "arn:aws:iam::123456789012:role/Other";
  const Credential of_other = issue();
  Open();
  EXPECT_EQ(store_->Find(of_role.access_key_id)->principal.issued_at, clock_.now);
  db_->Transact([&](storage::Txn& txn) { store_->RemoveSessionsOf(txn, "arn:aws:iam::123456789012:role/R"); });
  EXPECT_FALSE(store_->Find(of_role.access_key_id));
  EXPECT_TRUE(store_->Find(of_other.access_key_id));
}

TEST(KeyIdTest, AKeyHoldsItsAccount) {
  for (const char* account : {"000000000000", "123456789012", "999999999999"}) {
    const std::string key = MakeUniqueId("ASIA", AccountId(account), "\x01\xff\x80\x7f\x10\x20\x30\x40");
    EXPECT_EQ(key.size(), 20U);
    EXPECT_EQ(AccountOfKeyId(key), AccountId(account)) << key;
  }
  EXPECT_NE(MakeUniqueId("AROA", AccountId("123456789012"), "entropy1"),
            MakeUniqueId("AROA", AccountId("123456789012"), "entropy2"));
}

TEST(KeyIdTest, KeysOfOtherFormsHoldNone) {
  for (const char* key :
       {"", "test", "123456789012", "AKIAIOSFODNN7EXAMPLE", "ASIA0000000000000000", "AROAQAAAAAAAAAAAAAAA"}) {
    EXPECT_FALSE(AccountOfKeyId(key)) << key;
  }
}

TEST(RootCredentialTest, TheSettingHasTwoOrThreeParts) {
  const AccountId fallback("000000000000");
  const auto two = ParseRootCredential("me:se/c+ret=", fallback);
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->access_key_id, "me");
  EXPECT_EQ(two->secret_access_key, "se/c+ret=");
  EXPECT_EQ(two->principal.account, fallback);
  EXPECT_EQ(ParseRootCredential("me:secret:111122223333", fallback)->principal.arn, "arn:aws:iam::111122223333:root");
  EXPECT_EQ(ParseRootCredential("111122223333:secret", fallback)->principal.account.str(), "111122223333");
  for (const char* wrong : {"", "me", ":secret", "me:", "me:secret:12", "m/e:secret"}) {
    EXPECT_FALSE(ParseRootCredential(wrong, fallback).ok()) << wrong;
  }
}

}  // namespace
}  // namespace stratolite::auth
