#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "stratolite/auth/credential_store.hpp"
#include "stratolite/auth/policy_cache.hpp"
#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/ports/identity_directory.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/service/access_learner.hpp"
#include "stratolite/service/access_report.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite {
namespace {

constexpr std::string_view kQueueUrl = "http://localhost:4566/123456789012/jobs";
constexpr std::string_view kQueueArn = "arn:aws:sqs:us-east-1:123456789012:jobs";
const AccountId kHome{"123456789012"};
const AccountId kAbroad{"999999999999"};

std::string Document(std::string_view effect, std::string_view action, std::string_view resource = "*",
                     const Json& more = Json::object()) {
  Json statement = {{"Effect", effect}, {"Action", action}, {"Resource", resource}};
  statement.update(more);
  return Json{{"Version", "2012-10-17"}, {"Statement", Json::array({statement})}}.dump();
}

/// What the fakes below know; the test fills it in.
struct Policies {
  std::map<std::string, std::vector<std::string>> identity;
  std::string queue;
  std::map<std::string, std::string> queue_tags;
  int identities_asked = 0;
};
/// Services are made by functions without a state: the one test that runs says which.
Policies* current = nullptr;

class FakeIam final : public Service, public ports::IdentityDirectory {
 public:
  explicit FakeIam(const ServiceDeps& deps) { deps.ports.Offer<ports::IdentityDirectory>(this); }
  void Register(OperationTable&) override {}

  std::shared_ptr<const Identity> Find(const auth::Principal& principal) override {
    ++current->identities_asked;
    Identity identity;
    const std::string& holder = principal.issuer_arn.empty() ? principal.arn : principal.issuer_arn;
    for (const std::string& document : current->identity[holder]) {
      const auth::PolicyCache::Document compiled = documents_.Get(document);
      identity.policies.push_back({"given", compiled.policy});
      std::ranges::copy(*compiled.keys, std::back_inserter(identity.context_keys));
    }
    identity.exists = !identity.policies.empty();
    identity.user_name = principal.arn.substr(principal.arn.rfind('/') + 1);
    return std::make_shared<const Identity>(identity);
  }
  std::shared_ptr<const Identity> Find(storage::Reader&, const auth::Principal& principal) override {
    return Find(principal);
  }
  auth::PolicyPtr FindManagedPolicy(const AccountId&, const std::string&) override { return nullptr; }

 private:
  auth::PolicyCache documents_;
};

class FakeQueues final : public Service, public AccessGuide, public DeliveryTarget {
 public:
  explicit FakeQueues(const ServiceDeps& deps) { deps.events.Offer("sqs", this); }
  void Register(OperationTable& operations) override {
    operations.Add("SendMessage", [](const Call&) -> Result<Json> { return Json{{"MessageId", "m"}}; });
    operations.Add("MadeUpHere", [](const Call&) -> Result<Json> { return Json::object(); });
  }
  AccessGuide* access_guide() override { return this; }
  void Refine(const Call&, std::vector<AccessNeed>& needs) override {
    for (AccessNeed& need : needs) need.resource = kQueueArn;
  }
  ResourceFacts FactsOf(const Call&, const AccessNeed&) override {
    ResourceFacts facts;
    facts.owner = kHome;
    facts.policy = current->queue;
    facts.tags = current->queue_tags;
    return facts;
  }
  Result<void> CheckTarget(const Arn&) override { return {}; }
  Result<void> Deliver(storage::Txn&, const Delivery&) override { return {}; }
  std::string PolicyOf(storage::Txn&, const Arn&) override { return current->queue; }
};

template <typename T>
std::unique_ptr<Service> MakeFake(const ServiceDeps& deps) {
  return std::make_unique<T>(deps);
}

constexpr std::array kFakes = {ServiceDescriptor{.name = "iam", .make = &MakeFake<FakeIam>},
                               ServiceDescriptor{.name = "sqs", .make = &MakeFake<FakeQueues>}};

auth::Principal User(std::string name, const AccountId& account = kHome) {
  auth::Principal user;
  user.type = auth::PrincipalType::kUser;
  user.account = account;
  user.arn = "arn:aws:iam::" + account.str() + ":user/" + name;
  user.user_id = "AIDAEXAMPLE";
  return user;
}

class AuthorizerTest : public ::testing::Test {
 protected:
  AuthorizerTest() { current = &policies_; }
  ~AuthorizerTest() override {
    if (world_) world_->Stop();
    current = nullptr;
  }

  World& Open(IamMode mode) {
    WorldOptions options;
    options.seed = 1;
    options.iam = mode;
    world_ = World::Open(options, kFakes);
    return *world_;
  }

  Result<Json> Ask(const auth::Principal& caller, std::string_view operation = "SendMessage",
                   wire::Protocol protocol = wire::Protocol::kJson10) {
    auto call = std::make_shared<Call>();
    call->operation = operation;
    call->protocol = protocol;
    call->input = {{"QueueUrl", kQueueUrl}, {"MessageBody", "hello"}};
    call->scope = {caller.account, Region("us-east-1")};
    call->caller = caller;
    call->request_id = "request";
    call->source_ip = "127.0.0.1";
    std::promise<Result<Json>> outcome;
    world_->Dispatch("sqs", call, [&](Result<Json> result) { outcome.set_value(std::move(result)); });
    return outcome.get_future().get();
  }

  Result<void> Send(Delivery delivery) {
    delivery.target = *Arn::Parse(kQueueArn);
    // As whoever configures a delivery does.
    world_->deps().events.FindTarget(delivery.target);
    return world_->deps().db.Transact([&](storage::Txn& txn) { return world_->deps().events.Send(txn, delivery); });
  }

  Policies policies_;
  std::unique_ptr<World> world_;
};

TEST_F(AuthorizerTest, NothingIsDecidedWhereNobodyLooksAtPolicies) {
  Open(IamMode::kOff);
  EXPECT_TRUE(Ask(User("alice")).ok());
  EXPECT_TRUE(Ask(User("alice"), "MadeUpHere").ok());
  EXPECT_EQ(policies_.identities_asked, 0);
}

TEST_F(AuthorizerTest, UsersNeedAPolicyThatAllows) {
  Open(IamMode::kEnforce);
  const auto refused = Ask(User("alice"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "AccessDeniedException");
  EXPECT_EQ(refused.error().query_code, "AccessDenied");
  EXPECT_EQ(refused.error().message,
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sqs:sendmessage on resource: "
            "arn:aws:sqs:us-east-1:123456789012:jobs because no identity-based policy allows the sqs:sendmessage "
            "action");
  policies_.identity[User("alice").arn] = {Document("Allow", "sqs:SendMessage", kQueueArn)};
  EXPECT_TRUE(Ask(User("alice")).ok());
}

TEST_F(AuthorizerTest, AnOperationWithoutAMappingIsDenied) {
  Open(IamMode::kEnforce);
  policies_.identity[User("alice").arn] = {Document("Allow", "*")};
  EXPECT_FALSE(Ask(User("alice"), "MadeUpHere").ok());
  EXPECT_FALSE(Ask(auth::RootPrincipal(kHome), "MadeUpHere").ok());
}

TEST_F(AuthorizerTest, RootMayEverythingInItsAccountOnly) {
  Open(IamMode::kEnforce);
  EXPECT_TRUE(Ask(auth::RootPrincipal(kHome)).ok());
  EXPECT_FALSE(Ask(auth::RootPrincipal(kAbroad)).ok());
  policies_.queue = Document("Allow", "sqs:*", kQueueArn, {{"Principal", {{"AWS", kAbroad.str()}}}});
  EXPECT_TRUE(Ask(auth::RootPrincipal(kAbroad)).ok());
}

TEST_F(AuthorizerTest, ConditionsSeeTagsOfTheResourceAndTheRequest) {
  Open(IamMode::kEnforce);
  const Json when = {{"Condition",
                      {{"StringEquals", {{"aws:ResourceTag/team", "blue"}, {"aws:username", "alice"}}},
                       {"IpAddress", {{"aws:SourceIp", "127.0.0.0/8"}}}}}};
  policies_.identity[User("alice").arn] = {Document("Allow", "sqs:*", "*", when)};
  EXPECT_FALSE(Ask(User("alice")).ok());
  policies_.queue_tags["team"] = "blue";
  EXPECT_TRUE(Ask(User("alice")).ok());
}

TEST_F(AuthorizerTest, ADenyThatHangsOnACondition) {
  Open(IamMode::kEnforce);
  policies_.identity[User("alice").arn] = {
      Document("Allow", "*"),
      Document("Deny", "*", "*", {{"Condition", {{"Bool", {{"aws:SecureTransport", "false"}}}}}})};
  EXPECT_FALSE(Ask(User("alice")).ok());
}

TEST_F(AuthorizerTest, ASessionPolicyNarrowsARole) {
  Open(IamMode::kEnforce);
  auth::Principal session;
  session.type = auth::PrincipalType::kAssumedRole;
  session.account = kHome;
  session.arn = "arn:aws:sts::123456789012:assumed-role/worker/s";
  session.issuer_arn = "arn:aws:iam::123456789012:role/worker";
  policies_.identity[session.issuer_arn] = {Document("Allow", "sqs:*")};
  EXPECT_TRUE(Ask(session).ok());
  session.session_policy = Document("Allow", "sqs:ReceiveMessage");
  EXPECT_FALSE(Ask(session).ok());
}

TEST_F(AuthorizerTest, AnAuditAllowsAndReports) {
  World& world = Open(IamMode::kAudit);
  EXPECT_TRUE(Ask(User("alice")).ok());
  const auto report = world.FindAccessReport("request");
  ASSERT_NE(report, nullptr);
  EXPECT_FALSE(report->enforced);
  EXPECT_EQ(report->action, "sqs:SendMessage");
  EXPECT_EQ(report->resource, kQueueArn);
  EXPECT_EQ(report->reason, "no identity-based policy allows it");
}

TEST_F(AuthorizerTest, AReportNamesTheStatementsThatLackOnBothSides) {
  World& world = Open(IamMode::kEnforce);
  EXPECT_FALSE(Ask(User("eve", kAbroad)).ok());
  const Json page = Json::parse(world.FindAccessReport("request")->page);
  std::vector<std::string> kinds;
  for (const Json& remedy : page.at("wouldAllow")) kinds.push_back(remedy.at("policyKind"));
  std::sort(kinds.begin(), kinds.end());
  EXPECT_EQ(kinds, (std::vector<std::string>{"identity", "resource"}));
  EXPECT_EQ(page.at("context").at("aws:PrincipalAccount"), Json::array({kAbroad.str()}));
}

TEST_F(AuthorizerTest, AReportOfAnExplicitDenyProposesNothing) {
  World& world = Open(IamMode::kEnforce);
  policies_.identity[User("alice").arn] = {Document("Allow", "*"), Document("Deny", "sqs:SendMessage")};
  EXPECT_FALSE(Ask(User("alice")).ok());
  const Json page = Json::parse(world.FindAccessReport("request")->page);
  EXPECT_TRUE(page.at("wouldAllow").empty());
  EXPECT_EQ(page.at("statements").size(), 2U);
}

TEST_F(AuthorizerTest, Ec2sErrorCarriesWhatStsDecodes) {
  World& world = Open(IamMode::kEnforce);
  const auto refused = Ask(User("alice"), "SendMessage", wire::Protocol::kEc2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "UnauthorizedOperation");
  const std::string& message = refused.error().message;
  auth::SealedMessages sealed(world.deps().db, world.random(), auth::kAuthorizationMessage);
  const auto opened = sealed.Open(message.substr(message.rfind(' ') + 1));
  ASSERT_TRUE(opened.has_value());
  const Json decoded = Json::parse(*opened);
  EXPECT_EQ(decoded.at("allowed"), false);
  EXPECT_EQ(decoded.at("explicitDeny"), false);
  EXPECT_EQ(decoded.at("context").at("action"), "sqs:SendMessage");
  EXPECT_EQ(decoded.at("context").at("principal").at("name"), "alice");
}

TEST_F(AuthorizerTest, WhatIsLearntIsWhatWasDone) {
  World& world = Open(IamMode::kOff);
  world.learner().Start();
  EXPECT_TRUE(Ask(User("alice")).ok());
  EXPECT_TRUE(Ask(User("alice")).ok());
  const auto lessons = world.learner().Stop();
  ASSERT_EQ(lessons.size(), 1U);
  EXPECT_EQ(lessons[0].principal, User("alice").arn);
  EXPECT_EQ(lessons[0].policy, Json::parse(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                                           R"("Action":["sqs:SendMessage"],"Resource":[")" +
                                           std::string(kQueueArn) + R"("]}]})"));
  EXPECT_TRUE(Ask(User("bob")).ok());
  EXPECT_TRUE(world.learner().Stop().empty());
}

TEST_F(AuthorizerTest, ServicesSendOnlyWhereTheTargetsPolicyLetsThemIn) {
  Open(IamMode::kEnforce);
  const Delivery message{.target = {},
                         .source_service = "sns.amazonaws.com",
                         .source_arn = *Arn::Parse("arn:aws:sns:us-east-1:123456789012:news"),
                         .source_account = kHome,
                         .body = "x"};
  EXPECT_EQ(Send(message).error().code, "AccessDeniedException");
  policies_.queue = Document("Allow", "sqs:SendMessage", kQueueArn,
                             {{"Principal", {{"Service", "sns.amazonaws.com"}}},
                              {"Condition", {{"ArnEquals", {{"aws:SourceArn", message.source_arn.ToString()}}}}}});
  EXPECT_TRUE(Send(message).ok());
  Delivery another = message;
  another.source_arn.resource = "other-news";
  EXPECT_FALSE(Send(another).ok());
}

TEST_F(AuthorizerTest, WhoSendsWithARoleNeedsTheRolesPermission) {
  World& world = Open(IamMode::kEnforce);
  world.Resume();
  const Delivery message{.target = {},
                         .source_service = "scheduler.amazonaws.com",
                         .source_arn = *Arn::Parse("arn:aws:scheduler:us-east-1:123456789012:schedule/default/s"),
                         .source_account = kHome,
                         .body = "x",
                         .role_arn = "arn:aws:iam::123456789012:role/sender"};
  EXPECT_FALSE(Send(message).ok());
  policies_.identity[message.role_arn] = {Document("Allow", "sqs:SendMessage", kQueueArn)};
  EXPECT_TRUE(Send(message).ok());
}

TEST_F(AuthorizerTest, AnAuditLetsServicesSend) {
  Open(IamMode::kAudit);
  EXPECT_TRUE(
      Send(
          {.target = {}, .source_service = "sns.amazonaws.com", .source_arn = {}, .source_account = kHome, .body = "x"})
          .ok());
}

TEST(AccessReportsTest, TheOldestIsForgottenAndARepeatedIdKept) {
  AccessReports reports(2);
  const auto add = [&](std::string id, std::string reason) {
    AccessReport report;
    report.request_id = std::move(id);
    report.reason = std::move(reason);
    reports.Add(std::make_shared<const AccessReport>(report));
  };
  add("a", "first");
  add("a", "second");
  add("b", "third");
  ASSERT_NE(reports.Find("a"), nullptr);
  EXPECT_EQ(reports.Find("a")->reason, "second");
  add("c", "fourth");
  EXPECT_EQ(reports.Find("a"), nullptr);
  EXPECT_NE(reports.Find("b"), nullptr);
}

}  // namespace
}  // namespace stratolite
