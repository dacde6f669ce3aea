#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "http/certificate_authority.hpp"
#include "http/server.hpp"
#include "unit/http/echo_application.hpp"
#include "unit/http/tls_client.hpp"

namespace stratolite::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using stratolite::testing::EchoApplication;
using stratolite::testing::LoopbackClient;
using stratolite::testing::Observed;
using stratolite::testing::TlsClient;

class TlsTest : public ::testing::Test {
 protected:
  void Start(Limits limits = {}) {
    // The client under test writes into connections that the server has closed.
    std::signal(SIGPIPE, SIG_IGN);
    ServerOptions options;
    options.limits = limits;
    options.authority = &authority_;
    server_ = std::make_unique<Server>(options);
    server_->Start(application_);
  }
  std::unique_ptr<TlsClient> Connect(const TlsClient::Options& options = {}) {
    return std::make_unique<TlsClient>(server_->port(), authority_.Pem(), options);
  }
  static std::string Get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"; }
  static std::string Post(const std::string& target, const std::string& body) {
    return "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }

  Observed observed_;
  EchoApplication application_{observed_};
  CertificateAuthority authority_{{}};
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, BothSchemesAreSpokenOnOnePort) {
  Start();
  const auto secure = Connect();
  ASSERT_TRUE(secure->connected());
  LoopbackClient bare(server_->port());
  for (int i = 0; i < 3; ++i) {
    secure->Send(Get("/scheme"));
    bare.Send(Get("/scheme"));
    EXPECT_EQ(secure->ReadAnswer().second, "https");
    EXPECT_EQ(bare.ReadAnswer().second, "http");
  }
}

TEST_F(TlsTest, AnswersPipelinedRequestsInOrder) {
  Start();
  const auto client = Connect();
  client->Send(Get("/later?1") + Post("/echo", "two") + Get("/later?3") + Get("/echo?4"));
  EXPECT_EQ(client->ReadAnswer().second, "/later?1");
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo two");
  EXPECT_EQ(client->ReadAnswer().second, "/later?3");
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo?4 ");
}

TEST_F(TlsTest, UnderstandsRequestsThatArriveByteByByte) {
  Start();
  const auto client = Connect();
  for (const char c : Post("/echo", "abc")) client->Send(std::string_view(&c, 1));
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo abc");
}

TEST_F(TlsTest, StreamsBodiesInAndOut) {
  Start();
  const auto client = Connect();
  client->Send(Post("/stream-in", std::string(3'000'000, 'x')));
  EXPECT_EQ(client->ReadAnswer().second, "3000000");
  client->Send(Get("/stream-out?sized"));
  EXPECT_EQ(client->ReadAnswer().second.size(), 1'000'000u);
  client->Send(Get("/stream-out"));
  client->ReadUntil("\r\n\r\n");
  EXPECT_EQ(client->ReadUntil("\r\n0\r\n\r\n").size(), 100 * (10'000 + 8) + 5u);
  client->Send(Get("/small-stream-out"));
  EXPECT_EQ(client->ReadAnswer().second.size(), 30u);
  client->Send(
      "POST /trailers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Late: yes\r\n\r\n");
  EXPECT_EQ(client->ReadAnswer().second, "3 yes");
}

TEST_F(TlsTest, SendsFiles) {
  Start();
  const auto client = Connect();
  client->Send(Get("/file") + Get("/echo"));
  const auto [head, body] = client->ReadAnswer();
  ASSERT_EQ(body.size(), 2'999'000u);
  for (std::size_t i = 0; i < body.size(); i += 997)
    ASSERT_EQ(body[i], stratolite::testing::FileProducer::ByteAt(1000 + i)) << i;
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
}

TEST_F(TlsTest, InvitesTheBodyOfAClientThatExpectsIt) {
  Start();
  const auto client = Connect();
  for (const char* const path : {"/echo", "/stream-in"}) {
    client->Send(std::string("POST ") + path +
                 " HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client->ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client->Send(std::string(70'000, 'x'));
    EXPECT_TRUE(client->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
  }
}

TEST_F(TlsTest, AnswersBeforeItClosesOnABodyThatNobodyReads) {
  Start();
  const auto client = Connect();
  client->Send("POST /ignore-body HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + std::string(200'000, 'x'));
  EXPECT_TRUE(client->ReadAnswer().first.starts_with("HTTP/1.1 403 "));
  EXPECT_TRUE(client->ClosedByServer());
  EXPECT_TRUE(client->ClosedProperly());
}

TEST_F(TlsTest, SaysGoodbyeWhenItCloses) {
  Start();
  const auto client = Connect();
  client->Send("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  client->ReadAnswer();
  EXPECT_TRUE(client->ClosedByServer());
  EXPECT_TRUE(client->ClosedProperly());
}

TEST_F(TlsTest, AbandonsACallWhoseClientLeft) {
  Start();
  const auto client = Connect();
  client->Send(Get("/wait"));
  ASSERT_TRUE(observed_.WaitFor([&] { return observed_.waiting == 1; }));
  client->Close();
  EXPECT_TRUE(observed_.WaitFor([&] { return observed_.abandoned == 1; }));
}

TEST_F(TlsTest, StopEndsIdleConnectionsAndWaitingCallsAtOnce) {
  Start();
  const auto idle = Connect();
  const auto waiting = Connect();
  LoopbackClient shaking(server_->port());
  shaking.Send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  idle->Send(Get("/echo"));
  idle->ReadAnswer();
  waiting->Send(Get("/wait"));
  ASSERT_TRUE(observed_.WaitFor([&] { return observed_.waiting == 1; }));
  const auto begun = std::chrono::steady_clock::now();
  server_->Stop(std::chrono::minutes(10));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(2));
  EXPECT_TRUE(idle->ClosedByServer());
  EXPECT_TRUE(shaking.ClosedByServer());
  EXPECT_EQ(waiting->ReadAnswer().second, "abandoned");
}

TEST_F(TlsTest, ClosesOnGarbageAndLivesOn) {
  Start();
  const std::string hello("\x16\x03\x01\x02\x00\x01", 6);
  for (const std::string& bytes : {hello + std::string(600, 'x'), std::string(100, '\x16'), hello}) {
    LoopbackClient client(server_->port());
    client.Send(bytes);
    client.CloseSending();
    EXPECT_TRUE(client.ClosedByServer());
  }
  const auto garbled = Connect();
  garbled->Close();
  const auto next = Connect();
  next->Send(Get("/echo"));
  EXPECT_EQ(next->ReadAnswer().second, "GET /echo ");
}

TEST_F(TlsTest, CutsAClientThatIsTooSlowWithItsHandshake) {
  Start({.head = seconds(1), .keep_alive = seconds(60)});
  LoopbackClient client(server_->port());
  client.Send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  EXPECT_TRUE(client.ClosedByServer());
}

TEST_F(TlsTest, AgreesOnHttp11AndNothingElse) {
  Start();
  const auto both = Connect({.protocols = "\x02h2\x08http/1.1"});
  ASSERT_TRUE(both->connected());
  EXPECT_EQ(both->protocol(), "http/1.1");
  EXPECT_FALSE(Connect({.protocols = "\x02h2"})->connected());
}

TEST_F(TlsTest, RefusesOldVersions) {
  Start();
  EXPECT_FALSE(Connect({.max_version = TLS1_1_VERSION})->connected());
  EXPECT_TRUE(Connect({.max_version = TLS1_2_VERSION})->connected());
}

class TlsHostTest : public TlsTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(TlsHostTest, IsCertifiedForTheHostThatIsAskedFor) {
  Start();
  const auto client = Connect({.host = GetParam()});
  ASSERT_TRUE(client->connected());
  client->Send(Get("/scheme"));
  EXPECT_EQ(client->ReadAnswer().second, "https");
}

INSTANTIATE_TEST_SUITE_P(Hosts, TlsHostTest,
                         ::testing::Values("localhost", "", "bucket.localhost", "my.dotted.bucket.s3.localhost",
                                           "bucket.s3.us-east-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com",
                                           "bucket.s3.localhost.localstack.cloud", "stratolite",
                                           "under_score.localhost"));

}  // namespace
}  // namespace stratolite::http
