#include "http/server.hpp"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "unit/http/echo_application.hpp"
#include "unit/http/loopback_client.hpp"

namespace stratolite::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using stratolite::testing::EchoApplication;
using stratolite::testing::LoopbackClient;
using stratolite::testing::Observed;

class ServerTest : public ::testing::Test {
 protected:
  void Start(Limits limits = {}) {
    ServerOptions options;
    options.limits = limits;
    server_ = std::make_unique<Server>(options);
    server_->Start(application_);
  }
  std::unique_ptr<LoopbackClient> Connect() { return std::make_unique<LoopbackClient>(server_->port()); }

  Observed observed_;
  EchoApplication application_{observed_};
  std::unique_ptr<Server> server_;
};

constexpr std::string_view kHost = "Host: localhost\r\n";

std::string Get(std::string_view target, std::string_view fields = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\n" + std::string(kHost) + std::string(fields) + "\r\n";
}
std::string Post(std::string_view target, std::string_view body) {
  return "POST " + std::string(target) + " HTTP/1.1\r\n" + std::string(kHost) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST_F(ServerTest, ServesBothLoopbackFamiliesOnOnePort) {
  Start();
  ASSERT_GE(server_->endpoints().size(), 1u);
  EXPECT_EQ(server_->endpoints()[0], "127.0.0.1:" + std::to_string(server_->port()));
  if (server_->endpoints().size() > 1) {
    EXPECT_EQ(server_->endpoints()[1], "[::1]:" + std::to_string(server_->port()));
  }
}

TEST_F(ServerTest, ServesClientsThatConnectedBeforeItStarted) {
  for (int round = 0; round < 50; ++round) {
    server_ = std::make_unique<Server>(ServerOptions{});
    const auto client = Connect();
    ASSERT_TRUE(client->Send(Get("/echo")));
    server_->Start(application_);
    EXPECT_NE(client->ReadUntil("\r\n\r\n").find(" 200 "), std::string::npos);
  }
}

TEST_F(ServerTest, KeepsTheConnectionForTheNextRequest) {
  Start();
  const auto client = Connect();
  for (int i = 0; i < 3; ++i) {
    client->Send(Post("/echo", "body" + std::to_string(i)));
    const auto [head, body] = client->ReadAnswer();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_EQ(body, "POST /echo body" + std::to_string(i));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  Start();
  const auto client = Connect();
  client->Send(Get("/later?1") + Post("/echo", "two") + Get("/later?3") + Get("/echo?4"));
  EXPECT_EQ(client->ReadAnswer().second, "/later?1");
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo two");
  EXPECT_EQ(client->ReadAnswer().second, "/later?3");
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo?4 ");
}

TEST_F(ServerTest, UnderstandsRequestsThatArriveByteByByte) {
  Start();
  const auto client = Connect();
  for (const char c : Post("/echo", "abc")) client->Send(std::string_view(&c, 1));
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo abc");
}

TEST_F(ServerTest, DecodesChunkedBodies) {
  Start();
  const auto client = Connect();
  client->Send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3;ext=1\r\nabc\r\n4\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo abcdefg");
  client->Send(Get("/echo"));
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
}

TEST_F(ServerTest, InvitesTheBodyOfAClientThatExpectsIt) {
  Start();
  const auto client = Connect();
  client->Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client->ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client->Send("abc");
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo abc");
}

TEST_F(ServerTest, InvitesAnEmptyBodyToo) {
  Start();
  const auto client = Connect();
  client->Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client->ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo ");
}

TEST_F(ServerTest, RefusesABodyThatIsExpectedToBeInvitedWithoutInvitingIt) {
  Start();
  const auto client = Connect();
  client->Send("POST /ignore-body HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\nExpect: 100-continue\r\n\r\n");
  const auto [head, body] = client->ReadAnswer();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 403 ")) << head;
  EXPECT_NE(head.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, AnswersTooLargeBodiesBeforeTheyArriveAndCloses) {
  Start();
  const auto client = Connect();
  client->Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n" + std::string(500'000, 'x'));
  EXPECT_TRUE(client->ReadAnswer().first.starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, AnswersTooLargeChunkedBodies) {
  Start();
  const auto client = Connect();
  client->Send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "186a0\r\n" + std::string(100'000, 'x') + "\r\n";
  for (int i = 0; i < 11; ++i) client->Send(chunk);
  EXPECT_TRUE(client->ReadAnswer().first.starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, StreamsBodiesIn) {
  Start();
  const auto client = Connect();
  const std::string body(3'000'000, 'x');
  client->Send(Post("/stream-in", body));
  EXPECT_EQ(client->ReadAnswer().second, "3000000");
  client->Send(
      "POST /stream-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n2\r\nfg\r\n0\r\n\r\n");
  EXPECT_EQ(client->ReadAnswer().second, "7");
}

TEST_F(ServerTest, StreamsBodiesOut) {
  Start();
  const auto client = Connect();
  client->Send(Get("/stream-out?sized"));
  const auto [head, body] = client->ReadAnswer();
  EXPECT_EQ(body.size(), 1'000'000u);
  client->Send(Get("/stream-out"));
  EXPECT_NE(client->ReadUntil("\r\n\r\n").find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(client->ReadUntil("\r\n0\r\n\r\n").size(), 100 * (10'000 + 8) + 5u);
  client->Send(Get("/echo"));
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
}

TEST_F(ServerTest, StreamsSmallBodiesBothWaysWithoutAThread) {
  Start();
  const auto client = Connect();
  client->Send(Post("/stream-in", "abc") + Post("/stream-in", "") + Get("/small-stream-out"));
  EXPECT_EQ(client->ReadAnswer().second, "3");
  EXPECT_EQ(client->ReadAnswer().second, "0");
  EXPECT_EQ(client->ReadAnswer().second, "aaaaaaaaaabbbbbbbbbbcccccccccc");
}

TEST_F(ServerTest, BreaksOffWhenAStreamIsShorterThanItSaid) {
  Start();
  const auto client = Connect();
  client->Send(Get("/short-stream-out"));
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, NeverSendsMoreOrLessOfAStreamThanAnnounced) {
  Start();
  for (const auto& [made, sent] : {std::pair{"9", 90'000u}, {"11", 100'000u}}) {
    const auto client = Connect();
    client->Send(Get(std::string("/ten-chunks-announced?") + made) + Get("/echo"));
    const auto [head, body] = client->ReadAnswer();
    EXPECT_NE(head.find("Content-Length: 100000\r\n"), std::string::npos);
    EXPECT_LE(body.size(), sent);
    EXPECT_TRUE(client->ClosedByServer());
    EXPECT_EQ(client->ReadUntil("HTTP/1.1"), "");
  }
}

TEST_F(ServerTest, InvitesASmallStreamedBody) {
  Start();
  const auto client = Connect();
  client->Send("POST /stream-in HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client->ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client->Send("abc" + Get("/echo"));
  EXPECT_EQ(client->ReadAnswer().second, "3");
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
}

TEST_F(ServerTest, InvitesAnEmptyBodyThatIsExpectedToBeInvited) {
  Start();
  const auto client = Connect();
  for (const char* const path : {"/echo", "/stream-in"}) {
    client->Send(std::string("POST ") + path +
                 " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client->ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(client->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
  }
}

TEST_F(ServerTest, ReadsNotPastAStreamedBodyIntoThePipelinedRequest) {
  Start();
  const auto client = Connect();
  client->Send(Post("/stream-in", std::string(100'000, 'x')) + Get("/echo?next"));
  EXPECT_EQ(client->ReadAnswer().second, "100000");
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo?next ");
}

TEST_F(ServerTest, SendsFilesFromTheirOffset) {
  Start();
  const auto client = Connect();
  client->Send(Get("/file") + Get("/echo"));
  const auto [head, body] = client->ReadAnswer();
  ASSERT_EQ(body.size(), 2'999'000u);
  for (std::size_t i = 0; i < body.size(); i += 997) ASSERT_EQ(body[i], testing::FileProducer::ByteAt(1000 + i)) << i;
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
  client->Send("HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n" + Get("/echo"));
  EXPECT_NE(client->ReadUntil("\r\n\r\n").find("Content-Length: 2999000\r\n"), std::string::npos);
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
}

TEST_F(ServerTest, SurvivesClientsThatLeaveInTheMiddleOfAFile) {
  Start();
  for (int i = 0; i < 5; ++i) {
    const auto client = Connect();
    client->Send(Get("/file"));
    client->ReadUntil("\r\n\r\n");
    client->Close();
  }
  const auto next = Connect();
  next->Send(Get("/echo"));
  EXPECT_EQ(next->ReadAnswer().second, "GET /echo ");
}

TEST_F(ServerTest, KeepsTrailersApartFromTheHead) {
  Start();
  const auto client = Connect();
  client->Send(
      "POST /trailers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Late: yes\r\n\r\n");
  EXPECT_EQ(client->ReadAnswer().second, "3 yes");
  client->Send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nHost: evil\r\n\r\n");
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo abc");
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  Start();
  const auto client = Connect();
  client->Send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n" + Get("/echo"));
  EXPECT_NE(client->ReadUntil("\r\n\r\n").find("Content-Length: 11\r\n"), std::string::npos);
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
}

TEST_F(ServerTest, SendsNoLengthWithNoContent) {
  Start();
  const auto client = Connect();
  client->Send(Get("/empty") + Get("/echo"));
  EXPECT_EQ(client->ReadUntil("\r\n\r\n"), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo ");
}

TEST_F(ServerTest, KeepsLineBreaksOutOfHeaderValues) {
  Start();
  const auto client = Connect();
  client->Send(Get("/split"));
  EXPECT_NE(client->ReadAnswer().first.find("X-Evil: a  Set-Cookie: b\r\n"), std::string::npos);
}

TEST_F(ServerTest, SpeaksHttp10) {
  Start();
  const auto client = Connect();
  client->Send("GET /echo HTTP/1.0\r\n\r\n");
  const std::string all = client->ReadAll();
  EXPECT_TRUE(all.starts_with("HTTP/1.0 200 OK\r\n")) << all;
  EXPECT_NE(all.find("Connection: close"), std::string::npos);
}

TEST_F(ServerTest, ClosesWhenAsked) {
  Start();
  const auto client = Connect();
  client->Send(Get("/echo", "Connection: close\r\n"));
  EXPECT_NE(client->ReadAnswer().first.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, TakesTheHostOfAnAbsoluteTarget) {
  Start();
  const auto client = Connect();
  client->Send(Get("http://sqs.us-east-1.amazonaws.com/echo?a=b"));
  EXPECT_EQ(client->ReadAnswer().second, "GET /echo?a=b ");
}

TEST_F(ServerTest, AbandonsACallWhoseClientLeft) {
  Start();
  auto client = Connect();
  client->Send(Get("/wait"));
  ASSERT_TRUE(observed_.WaitFor([&] { return observed_.waiting == 1; }));
  client->Close();
  EXPECT_TRUE(observed_.WaitFor([&] { return observed_.abandoned == 1; }));
}

TEST_F(ServerTest, KeepsWhatIsPipelinedBehindAWaitingCall) {
  Start();
  const auto client = Connect();
  client->Send(Get("/later?first"));
  client->Send(Get("/ec"));
  EXPECT_EQ(client->ReadAnswer().second, "/later?first");
  EXPECT_EQ(client->ReadAnswer().second, "GET /ec ");
}

TEST_F(ServerTest, RunsBlockingExchangesOffTheLoop) {
  Start();
  const auto client = Connect();
  for (int i = 0; i < 3; ++i) {
    client->Send(Post("/block", "x"));
    EXPECT_EQ(client->ReadAnswer().second, "POST /block x");
  }
}

TEST_F(ServerTest, StopEndsIdleConnectionsAndWaitingCallsAtOnce) {
  Start();
  const auto idle = Connect();
  const auto waiting = Connect();
  idle->Send(Get("/echo"));
  idle->ReadAnswer();
  waiting->Send(Get("/wait"));
  ASSERT_TRUE(observed_.WaitFor([&] { return observed_.waiting == 1; }));
  server_->Stop(seconds(10));
  EXPECT_TRUE(idle->ClosedByServer());
  const auto [head, body] = waiting->ReadAnswer();
  EXPECT_EQ(body, "abandoned");
  EXPECT_NE(head.find("Connection: close"), std::string::npos);
}

TEST_F(ServerTest, StopDoesNotWaitForClientsThatKeepTheirEndOpen) {
  Start();
  const auto waiting = Connect();
  const auto refused = Connect();
  waiting->Send(Get("/wait"));
  refused->Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_TRUE(refused->ReadAnswer().first.starts_with("HTTP/1.1 413 "));
  ASSERT_TRUE(observed_.WaitFor([&] { return observed_.waiting == 1; }));
  const auto begun = std::chrono::steady_clock::now();
  server_->Stop(std::chrono::minutes(10));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::minutes(2));
}

TEST_F(ServerTest, StopLetsARequestInFlightFinish) {
  Start();
  const auto client = Connect();
  client->Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  client->ReadUntil("\r\n\r\n");
  std::thread stopper([&] { server_->Stop(seconds(10)); });
  client->Send("abc");
  EXPECT_EQ(client->ReadAnswer().second, "POST /echo abc");
  stopper.join();
}

TEST_F(ServerTest, StopCutsWhatOutlivesTheGrace) {
  Start();
  const auto client = Connect();
  client->Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  client->ReadUntil("\r\n\r\n");
  server_->Stop(milliseconds(50));
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, CutsAClientThatIsTooSlowWithItsHead) {
  Start({.head = seconds(1), .keep_alive = seconds(60)});
  const auto client = Connect();
  client->Send("GET / HTTP/1.1\r\nHo");
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, CutsAClientThatStopsInTheMiddleOfABody) {
  Start({.body_idle = seconds(1)});
  const auto collected = Connect();
  const auto streamed = Connect();
  collected->Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  streamed->Send("POST /stream-in HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_TRUE(collected->ClosedByServer());
  EXPECT_TRUE(streamed->ClosedByServer());
}

TEST_F(ServerTest, ClosesAnIdleConnectionInTheEnd) {
  Start({.keep_alive = seconds(1)});
  const auto client = Connect();
  client->Send(Get("/echo"));
  client->ReadAnswer();
  EXPECT_TRUE(client->ClosedByServer());
}

TEST_F(ServerTest, RefusesATlsClientHello) {
  Start();
  const auto client = Connect();
  client->Send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  EXPECT_TRUE(client->ClosedByServer());
}

struct BadRequest {
  const char* name;
  std::string bytes;
  int status;
};

class MalformedRequestTest : public ServerTest, public ::testing::WithParamInterface<BadRequest> {};

TEST_P(MalformedRequestTest, IsRefusedAndTheConnectionClosed) {
  Start();
  const auto client = Connect();
  client->Send(GetParam().bytes);
  client->CloseSending();
  const std::string all = client->ReadAll();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 " + std::to_string(GetParam().status))) << all;
  EXPECT_EQ(all.find("HTTP/1.1 ", 1), std::string::npos) << "a second answer: " << all;
  EXPECT_TRUE(client->ClosedByServer());
  // The server lives on.
  const auto next = Connect();
  next->Send(Get("/echo"));
  EXPECT_EQ(next->ReadAnswer().second, "GET /echo ");
}

using namespace std::string_literals;
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Shapes, MalformedRequestTest,
    ::testing::Values(
        BadRequest{"Garbage", "\x01\x02\x03\x04 garbage\r\n\r\n", 400},
        BadRequest{"NoVersion", "GET /\r\nHost: x\r\n\r\n", 400},
        BadRequest{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        BadRequest{"LengthAndChunked",
                   "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                       kSmuggled,
                   400},
        BadRequest{"ChunkedAndLength",
                   "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" +
                       kSmuggled,
                   400},
        BadRequest{"TwoLengths",
                   "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde" + kSmuggled,
                   400},
        BadRequest{"NegativeLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" + kSmuggled, 400},
        BadRequest{"SignedLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd" + kSmuggled, 400},
        BadRequest{"HexLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x4\r\n\r\nabcd" + kSmuggled, 400},
        BadRequest{"HugeLength",
                   "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n" + kSmuggled, 400},
        BadRequest{"UnknownEncoding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n" + kSmuggled, 501},
        BadRequest{"ChunkedNotLast",
                   "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + kSmuggled, 501},
        BadRequest{
            "BadChunkSize",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n" + kSmuggled, 400},
        BadRequest{
            "HugeChunkSize",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n" +
                kSmuggled,
            400},
        BadRequest{"ChunkWithoutEnd",
                   "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n" + kSmuggled,
                   400},
        BadRequest{"FoldedField", "GET / HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n\r\n", 400},
        BadRequest{"NulInField", "GET / HTTP/1.1\r\nHost: x\r\nX-Nul: a\0b\r\n\r\n"s, 400},
        BadRequest{"ControlInName", "GET / HTTP/1.1\r\nHost: x\r\nX-\x01: a\r\n\r\n", 400},
        BadRequest{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        BadRequest{"NoHost", "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400},
        BadRequest{"TwoHosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
        BadRequest{"BareNewlines", "GET / HTTP/1.1\nHost: x\n\n", 505},
        BadRequest{"RelativeTarget", "GET foo HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        BadRequest{"Connect", "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        BadRequest{"UnknownExpectation", "GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", 417},
        BadRequest{"HugeField", "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n", 431},
        BadRequest{"HugeTarget", "GET /" + std::string(70'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431},
        BadRequest{"ManyFields",
                   [] {
                     std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\n";
                     for (int i = 0; i < 5000; ++i) bytes += "X: y\r\n";
                     return bytes + "\r\n";
                   }(),
                   431}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace stratolite::http
