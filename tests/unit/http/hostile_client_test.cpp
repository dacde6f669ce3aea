#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/server.hpp"
#include "unit/http/echo_application.hpp"
#include "unit/http/loopback_client.hpp"

namespace stratolite::http {
namespace {

using std::chrono::seconds;
using stratolite::testing::EchoApplication;
using stratolite::testing::LoopbackClient;
using stratolite::testing::Observed;

class HostileClientTest : public ::testing::Test {
 protected:
  void Start(const Limits& limits, std::uint64_t buffer_bytes = 0) {
    ServerOptions options;
    options.limits = limits;
    options.buffer_bytes = buffer_bytes;
    server_ = std::make_unique<Server>(options);
    server_->Start(application_);
  }
  std::unique_ptr<LoopbackClient> Connect() { return std::make_unique<LoopbackClient>(server_->port()); }
  static std::string Head(std::string_view target, std::string_view framing) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(framing) + "\r\n\r\n";
  }
  /// A request whose body has its room in the server's memory, and has not come yet.
  std::unique_ptr<LoopbackClient> ConnectHolder(std::string_view framing) {
    auto holder = Connect();
    holder->Send(Head("/echo", std::string(framing) + "\r\nExpect: 100-continue"));
    EXPECT_EQ(holder->ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    return holder;
  }
  /// One byte every now and then, until the server has something to say; false: it never had.
  static bool Trickle(LoopbackClient& client) {
    for (int i = 0; i < 200; ++i) {
      pollfd entry{.fd = client.descriptor(), .events = POLLIN, .revents = 0};
      if (::poll(&entry, 1, 50) > 0) return true;
      client.Send("a");
    }
    return false;
  }

  Observed observed_;
  EchoApplication application_{observed_};
  std::unique_ptr<Server> server_;
};

TEST_F(HostileClientTest, ATrickleIsNoBody) {
  Start({.pace = {.bytes_per_second = 1'000'000, .grace = seconds(1)}});
  const auto collected = Connect();
  collected->Send(Head("/echo", "Content-Length: 500000"));
  ASSERT_TRUE(Trickle(*collected));
  EXPECT_TRUE(collected->ReadAnswer().first.starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(collected->ClosedByServer());
  // Long before there is a thread, and with one.
  for (const std::size_t begun : {10, 100'000}) {
    const auto streamed = Connect();
    streamed->Send(Head("/stream-in", "Content-Length: 500000") + std::string(begun, 'x'));
    ASSERT_TRUE(Trickle(*streamed));
    EXPECT_TRUE(streamed->ClosedByServer());
  }
}

TEST_F(HostileClientTest, ABodyForWhichThereIsNoRoomIsRefusedAndTheNextOneIsNot) {
  Start({.memory_wait = seconds(1)}, 1024 * 1024);
  const auto holder = ConnectHolder("Content-Length: 780000");
  holder->Send(std::string(600'000, 'x'));
  const auto refused = Connect();
  refused->Send(Head("/echo", "Content-Length: 700000"));
  EXPECT_TRUE(refused->ReadAnswer().first.starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(refused->ClosedByServer());
  const auto small = Connect();
  small->Send(Head("/echo", "Content-Length: 20000") + std::string(20'000, 'x'));
  EXPECT_TRUE(small->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
  holder->Close();
  const auto next = Connect();
  next->Send(Head("/echo", "Content-Length: 700000") + std::string(700'000, 'x'));
  EXPECT_TRUE(next->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
}

TEST_F(HostileClientTest, WhoWaitsForRoomGetsItWhenTheHolderHasFinished) {
  Start({}, 1024 * 1024);
  const auto holder = ConnectHolder("Content-Length: 780000");
  holder->Send(std::string(600'000, 'x'));
  const auto waiting = Connect();
  waiting->Send(Head("/echo", "Content-Length: 700000") + std::string(100'000, 'x'));
  holder->Send(std::string(180'000, 'x'));
  EXPECT_TRUE(holder->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
  waiting->Send(std::string(600'000, 'x'));
  EXPECT_TRUE(waiting->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
}

TEST_F(HostileClientTest, WhoHoldsMemoryThatOthersWaitForMustBeQuick) {
  Start({.pressed_pace = {.bytes_per_second = 64 * 1024, .grace = seconds(1)}, .memory_wait = seconds(9)}, 1024 * 1024);
  const auto holder = ConnectHolder("Content-Length: 780000");
  holder->Send(std::string(100, 'x'));
  const auto waiting = Connect();
  waiting->Send(Head("/echo", "Content-Length: 700000") + std::string(700'000, 'x'));
  EXPECT_TRUE(waiting->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(holder->ReadAnswer().first.starts_with("HTTP/1.1 408 "));
}

TEST_F(HostileClientTest, IdleConnectionsMakeWayForThoseWhoWait) {
  Start({.pressed_pace = {.bytes_per_second = 1024, .grace = seconds(1)}, .memory_wait = seconds(9)}, 16 * 4096);
  std::vector<std::unique_ptr<LoopbackClient>> idle;
  for (int i = 0; i < 20; ++i) idle.push_back(Connect());
  const auto closed = [](const auto& client) {
    char byte = 0;
    return ::recv(client->descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  };
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  while (std::count_if(idle.begin(), idle.end(), closed) < 4 && std::chrono::steady_clock::now() < until)
    ::poll(nullptr, 0, 20);
  EXPECT_GE(std::count_if(idle.begin(), idle.end(), closed), 4);
  const auto next = Connect();
  next->Send(Head("/echo", "Content-Length: 2") + "ab");
  EXPECT_TRUE(next->ReadAnswer().first.starts_with("HTTP/1.1 200 "));
}

TEST_F(HostileClientTest, FramingWithoutEndIsRefused) {
  Start({});
  for (const std::string_view target : {"/echo", "/stream-in"}) {
    for (const std::string_view beginning : {"5;", "5\r\nabcde\r\n0\r\nX-Trailer: "}) {
      const auto client = Connect();
      client->Send(Head(target, "Transfer-Encoding: chunked") + std::string(beginning));
      client->Send(std::string(300'000, 'a'));
      EXPECT_TRUE(client->ReadAnswer().first.starts_with("HTTP/1.1 400 ")) << target << " " << beginning;
      EXPECT_TRUE(client->ClosedByServer());
    }
  }
}

TEST_F(HostileClientTest, ADownloadThatNobodyReadsIsParkedAndGoesOn) {
  Start({});
  const auto client = Connect();
  const int small = 64 * 1024;
  ::setsockopt(client->descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  client->Send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
  // Others come and go meanwhile.
  for (int i = 0; i < 20; ++i) {
    const auto other = Connect();
    other->Send(Head("/stream-in", "Content-Length: 200000") + std::string(200'000, 'x'));
    EXPECT_EQ(other->ReadAnswer().second, "200000");
  }
  const auto [head, body] = client->ReadAnswer();
  ASSERT_EQ(body.size(), 2'999'000u);
  for (std::size_t i = 0; i < body.size(); i += 997) ASSERT_EQ(body[i], testing::FileProducer::ByteAt(1000 + i)) << i;
}

}  // namespace
}  // namespace stratolite::http
