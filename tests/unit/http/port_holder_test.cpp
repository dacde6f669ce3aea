#include "http/port_holder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "http/server.hpp"

namespace stratolite::http {
namespace {

bool Has(const std::string& text, std::string_view wanted) { return text.find(wanted) != std::string::npos; }

TEST(PortHolderTest, FindsTheProcessThatListens) {
  ServerOptions options;
  const Server server(options);
  const PortHolder holder = FindPortHolder(server.port());
  EXPECT_EQ(holder.pid, ::getpid());
  EXPECT_FALSE(holder.name.empty());
}

TEST(PortHolderTest, NobodyHoldsAPortThatIsFree) {
  std::uint16_t port = 0;
  {
    ServerOptions options;
    port = Server(options).port();
  }
  EXPECT_EQ(FindPortHolder(port).pid, 0);
}

TEST(PortHolderTest, TheMessageSaysWhatToDo) {
  const std::string ours = PortTakenMessage(4570, {.pid = 42, .name = "stratolite"});
  EXPECT_TRUE(Has(ours, "as process 42. 'stratolite status --endpoint http://localhost:4570'")) << ours;
  EXPECT_TRUE(Has(PortTakenMessage(4566, {.pid = 42, .name = "stratolite"}), "'stratolite stop' ends it"));
  EXPECT_TRUE(Has(PortTakenMessage(4566, {.pid = 7, .name = "python3"}),
                  "taken by process 7 (python3). Stop it, or take another port: 'stratolite start --port 4567'"));
  EXPECT_TRUE(Has(PortTakenMessage(65535, {}), "--port 65534"));
}

}  // namespace
}  // namespace stratolite::http
