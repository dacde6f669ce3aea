#include "http/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "http/certificate_authority.hpp"
#include "http/server.hpp"
#include "unit/http/echo_application.hpp"
#include "unit/http/scripted_server.hpp"

namespace stratolite::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using stratolite::testing::EchoApplication;
using stratolite::testing::Observed;
using stratolite::testing::ScriptedServer;
using stratolite::testing::ServerConnection;
using Outcome = Result<ports::HttpClient::Answer>;

class HttpClientTest : public ::testing::Test {
 protected:
  void Make(HttpClientOptions options = {}) { client_ = std::make_unique<HttpClient>(options); }

  std::future<Outcome> Start(ports::HttpClient::Request request) {
    if (!client_) Make();
    auto promise = std::make_shared<std::promise<Outcome>>();
    auto outcome = promise->get_future();
    client_->Send(std::move(request), [promise](Outcome got) { promise->set_value(std::move(got)); });
    return outcome;
  }
  Outcome Send(ports::HttpClient::Request request) {
    auto outcome = Start(std::move(request));
    if (outcome.wait_for(seconds(20)) != std::future_status::ready)
      return AwsError{.code = "TestTimeout", .message = "no outcome"};
    return outcome.get();
  }
  static ports::HttpClient::Request To(std::string url) {
    ports::HttpClient::Request request;
    request.url = std::move(url);
    request.body = "hello";
    return request;
  }
  std::string ErrorOf(ports::HttpClient::Request request) {
    const Outcome outcome = Send(std::move(request));
    return outcome.ok() ? std::to_string(outcome->status) : outcome.error().code;
  }

  std::unique_ptr<HttpClient> client_;
};

void AnswerOk(ServerConnection& peer) {
  peer.ReadRequest();
  peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Mark: yes\r\n\r\nok");
}

TEST_F(HttpClientTest, SendsARequestAndReadsItsAnswer) {
  std::promise<std::string> seen;
  ScriptedServer server([&](ServerConnection& peer) {
    seen.set_value(peer.ReadRequest());
    peer.Send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-Mark: yes\r\n\r\nok");
  });
  auto request = To(server.Url("/a%20b?c=d#fragment"));
  request.method = "PATCH";
  request.headers = {{"Content-Type", "text/plain"}, {"Content-Length", "99"}, {"Host", "elsewhere"}};
  const Outcome answer = Send(request);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "ok");
  EXPECT_NE(
      std::find(answer->headers.begin(), answer->headers.end(), std::pair<std::string, std::string>("X-Mark", "yes")),
      answer->headers.end());
  const std::string sent = seen.get_future().get();
  EXPECT_TRUE(
      sent.starts_with("PATCH /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"))
      << sent;
  EXPECT_NE(sent.find("\r\nContent-Length: 5\r\n"), std::string::npos) << sent;
  EXPECT_NE(sent.find("\r\nContent-Type: text/plain\r\n"), std::string::npos) << sent;
  EXPECT_EQ(sent.find("elsewhere"), std::string::npos);
  EXPECT_TRUE(sent.ends_with("\r\n\r\nhello")) << sent;
}

TEST_F(HttpClientTest, SendsAUserOfTheUrlAsBasicAuthorization) {
  std::promise<std::string> seen;
  ScriptedServer server([&](ServerConnection& peer) {
    seen.set_value(peer.ReadRequest());
    peer.Send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  EXPECT_EQ(ErrorOf(To("http://me:p%40ss@127.0.0.1:" + std::to_string(server.port()))), "204");
  const std::string sent = seen.get_future().get();
  EXPECT_NE(sent.find("\r\nAuthorization: Basic bWU6cEBzcw==\r\n"), std::string::npos) << sent;
  EXPECT_TRUE(sent.starts_with("POST / HTTP/1.1\r\nHost: 127.0.0.1:")) << sent;
}

TEST_F(HttpClientTest, DoesNotFollowRedirects) {
  ScriptedServer elsewhere(AnswerOk);
  ScriptedServer server([&](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 302 Found\r\nLocation: " + elsewhere.Url() + "\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(ErrorOf(To(server.Url())), "302");
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(HttpClientTest, ReadsAnswersThatEndWithTheConnectionAndThoseThatComeAfterAnInterimOne) {
  ScriptedServer closing([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.0 200 OK\r\n\r\nall of it");
  });
  const Outcome closed = Send(To(closing.Url()));
  ASSERT_TRUE(closed.ok()) << closed.error().message;
  EXPECT_EQ(closed->body, "all of it");
  ScriptedServer interim([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send(
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nlate\r\n0\r\n\r\n");
  });
  const Outcome late = Send(To(interim.Url()));
  ASSERT_TRUE(late.ok()) << late.error().message;
  EXPECT_EQ(late->body, "late");
}

TEST_F(HttpClientTest, ReadsNoBodyOfAnAnswerToHead) {
  ScriptedServer server([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    peer.AwaitClose();
  });
  auto request = To(server.Url());
  request.method = "HEAD";
  EXPECT_EQ(ErrorOf(request), "200");
}

TEST_F(HttpClientTest, GivesUpOnWhoHangsOrDrips) {
  ScriptedServer hanging([](ServerConnection& peer) { peer.AwaitClose(); });
  auto request = To(hanging.Url());
  request.timeout = milliseconds(100);
  EXPECT_EQ(ErrorOf(request), "Timeout");

  ScriptedServer dripping([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    do {
      peer.Send("x");
    } while (peer.Pause(5));
  });
  request.url = dripping.Url();
  EXPECT_EQ(ErrorOf(request), "Timeout");
}

TEST_F(HttpClientTest, HasALimitOfItsOwnForHowLongACallTakes) {
  Make({.longest_call = milliseconds(50)});
  ScriptedServer hanging([](ServerConnection& peer) { peer.AwaitClose(); });
  EXPECT_EQ(ErrorOf(To(hanging.Url())), "Timeout");
}

TEST_F(HttpClientTest, RefusesAnswersThatAreTooLongOrNone) {
  ScriptedServer huge([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'x'));
  });
  auto request = To(huge.Url());
  request.max_answer_bytes = 1000;
  EXPECT_EQ(ErrorOf(request), "BadAnswer");

  ScriptedServer announced([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n");
    peer.AwaitClose();
  });
  EXPECT_EQ(ErrorOf(To(announced.Url())), "BadAnswer");

  ScriptedServer long_head([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x'));
    peer.AwaitClose();
  });
  EXPECT_EQ(ErrorOf(To(long_head.Url())), "BadAnswer");

  ScriptedServer garbage([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n");
  });
  EXPECT_EQ(ErrorOf(To(garbage.Url())), "BadAnswer");
}

TEST_F(HttpClientTest, CutsAnswersThatAreTooLongWhereThatDoesNotMatter) {
  for (const char* length : {"", "Content-Length: 100000\r\n"}) {
    ScriptedServer huge([&](ServerConnection& peer) {
      peer.ReadRequest();
      peer.Send("HTTP/1.1 202 Accepted\r\n" + std::string(length) + "\r\n" + std::string(100'000, 'x'));
      peer.AwaitClose();
    });
    auto request = To(huge.Url());
    request.max_answer_bytes = 1000;
    request.cut_answer = true;
    const Outcome answer = Send(request);
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->status, 202);
    EXPECT_LE(answer->body.size(), 1000U);
  }
}

TEST_F(HttpClientTest, SaysSoWhenThereIsNobodyOrTheyBreakOff) {
  std::uint16_t free_port = 0;
  { free_port = ScriptedServer(AnswerOk).port(); }
  EXPECT_EQ(ErrorOf(To("http://127.0.0.1:" + std::to_string(free_port))), "Unreachable");
  ScriptedServer closing([](ServerConnection& peer) { peer.ReadRequest(); });
  EXPECT_EQ(ErrorOf(To(closing.Url())), "Unreachable");
  ScriptedServer partial([](ServerConnection& peer) {
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour");
  });
  EXPECT_EQ(ErrorOf(To(partial.Url())), "Unreachable");
  EXPECT_EQ(ErrorOf(To("http://no-such-host.invalid/")), "Unreachable");
}

TEST_F(HttpClientTest, TakesTheAnswerOfWhoDoesNotReadTheWholeRequest) {
  ScriptedServer server([](ServerConnection& peer) {
    peer.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    peer.AwaitClose();
  });
  auto request = To(server.Url());
  request.body.assign(100'000, 'x');
  EXPECT_EQ(ErrorOf(request), "413");
}

TEST_F(HttpClientTest, RefusesMetadataServicesInEverySpelling) {
  for (const char* host :
       {"169.254.169.254", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "2852039166",
        "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[fe80::1]", "100.100.100.200", "me@169.254.169.254"}) {
    auto request = To("http://" + std::string(host) + "/latest/meta-data/");
    request.timeout = seconds(5);
    EXPECT_EQ(ErrorOf(request), "Refused") << host;
  }
}

TEST_F(HttpClientTest, RefusesWhatIsNoUrlAndFieldsThatWouldBreakTheRequest) {
  for (const char* url : {"", "ftp://localhost/", "http://", "http:///x", "http://[::1", "http://local host/",
                          "http://a:99999/", "http://a:0/", "http://a:b/", "http://a\r\nX: y/", "//a"}) {
    EXPECT_EQ(ErrorOf(To(url)), "Refused") << url;
  }
  ScriptedServer server(AnswerOk);
  auto request = To(server.Url());
  request.headers = {{"X", "a\r\nEvil: b"}};
  EXPECT_EQ(ErrorOf(request), "Refused");
  request.headers = {{"X Y", "a"}};
  EXPECT_EQ(ErrorOf(request), "Refused");
  request.headers = {};
  request.method = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(ErrorOf(request), "Refused");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(HttpClientTest, EncodesWhatNoTargetHolds) {
  std::promise<std::string> seen;
  ScriptedServer server([&](ServerConnection& peer) {
    seen.set_value(peer.ReadRequest());
    peer.Send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  EXPECT_EQ(ErrorOf(To(server.Url("/a b\r\nX: \xc3\xa9"))), "204");
  EXPECT_TRUE(seen.get_future().get().starts_with("POST /a%20b%0D%0AX:%20%C3%A9 HTTP/1.1\r\n"));
}

TEST_F(HttpClientTest, CallsOneHostAFewTimesAtOnceAndTheRestInTurn) {
  Make({.max_calls = 5, .max_calls_per_host = 2});
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  const auto slow = [&](ServerConnection& peer) {
    peer.ReadRequest();
    most = std::max(most.load(), ++now);
    peer.Pause(5);
    --now;
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  };
  ScriptedServer server(slow);
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 20; ++i) outcomes.push_back(Start(To(server.Url())));
  for (auto& outcome : outcomes) EXPECT_TRUE(outcome.get().ok());
  EXPECT_LE(most, 2);
  EXPECT_EQ(server.connections(), 20);
}

TEST_F(HttpClientTest, AHostThatHangsDoesNotHoldUpOthers) {
  Make({.max_calls = 5, .max_calls_per_host = 2});
  ScriptedServer hanging([](ServerConnection& peer) { peer.AwaitClose(); });
  ScriptedServer server(AnswerOk);
  std::vector<std::future<Outcome>> stuck;
  for (int i = 0; i < 10; ++i) stuck.push_back(Start(To(hanging.Url())));
  EXPECT_EQ(ErrorOf(To(server.Url())), "200");
  client_.reset();
  for (auto& outcome : stuck) EXPECT_EQ(outcome.get().error().code, "Stopped");
}

TEST_F(HttpClientTest, RefusesMoreThanMayWait) {
  Make({.max_calls = 1, .max_waiting = 2});
  ScriptedServer hanging([](ServerConnection& peer) { peer.AwaitClose(); });
  auto first = Start(To(hanging.Url()));
  auto second = Start(To(hanging.Url()));
  auto third = Start(To(hanging.Url()));
  EXPECT_EQ(ErrorOf(To(hanging.Url())), "Unreachable");
  client_.reset();
  EXPECT_EQ(third.get().error().code, "Stopped");
}

TEST_F(HttpClientTest, EveryCallIsAnsweredOnceHoweverQuickItsEnd) {
  Make();
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  constexpr int kCalls = 2000;
  for (int i = 0; i < kCalls; ++i) {
    client_->Send(To(i % 2 == 0 ? "http://169.254.169.254/" : "nowhere"), [&](const Outcome& outcome) {
      if (!outcome.ok() && outcome.error().code == "Refused") ++refused;
      ++answered;
    });
  }
  client_.reset();
  EXPECT_EQ(answered, kCalls);
  EXPECT_GE(refused, kCalls / 2);
}

TEST_F(HttpClientTest, ACallCanBeEndedWhileItWaitsAndWhileItRuns) {
  Make({.max_calls = 1});
  ScriptedServer hanging([](ServerConnection& peer) { peer.AwaitClose(); });
  std::array<runtime::CancellationSource, 2> sources;
  std::vector<std::future<Outcome>> outcomes;
  for (auto& source : sources) {
    auto request = To(hanging.Url());
    request.cancellation = source.token();
    outcomes.push_back(Start(request));
  }
  sources[1].Cancel();
  EXPECT_EQ(outcomes[1].get().error().code, "Stopped");
  sources[0].Cancel();
  EXPECT_EQ(outcomes[0].get().error().code, "Stopped");
}

class HttpClientTlsTest : public HttpClientTest {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.authority = &authority_;
    server_ = std::make_unique<Server>(options);
    server_->Start(application_);
  }
  std::string Url(std::string_view host) const {
    return "https://" + std::string(host) + ":" + std::to_string(server_->port()) + "/scheme";
  }

  Observed observed_;
  EchoApplication application_{observed_};
  CertificateAuthority authority_{{}};
  std::unique_ptr<Server> server_;
};

TEST_F(HttpClientTlsTest, TrustsTheDaemonsOwnAuthority) {
  Make({.authority = &authority_});
  for (const char* host : {"localhost", "127.0.0.1", "queues.localhost"}) {
    const Outcome answer = Send(To(Url(host)));
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(answer->body, "https");
  }
}

TEST_F(HttpClientTlsTest, TrustsNobodyElseUnlessToldTo) {
  CertificateAuthority other({});
  Make({.authority = &other});
  EXPECT_EQ(ErrorOf(To(Url("localhost"))), "Unreachable");
  Make({.verify_tls = false});
  EXPECT_EQ(ErrorOf(To(Url("localhost"))), "200");
}

}  // namespace
}  // namespace stratolite::http
