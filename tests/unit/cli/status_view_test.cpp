#include "cli/status_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace stratolite::cli {
namespace {

Json Figures(int requests, double rate) {
  return Json{{"requests", requests}, {"refused", 1},  {"failed", 0},
              {"per_second", rate},   {"p50_ms", 0.4}, {"p99_ms", 2.25}};
}

Json Status() {
  Json sqs = Figures(30, 1.5);
  sqs["service"] = "sqs";
  Json quiet = Figures(20, 0.5);
  quiet["operation"] = "SendMessage";
  Json busy = Figures(10, 1);
  busy["operation"] = "ReceiveMessage";
  sqs["operations"] = Json::array({quiet, busy});
  Json requests = Figures(30, 1.5);
  requests["peak_per_second"] = 7;
  requests["services"] = Json::array({sqs});
  const Json orders{{"visible", 1'000'000},      {"in flight", 2},        {"delayed", 0},    {"name", "orders"},
                    {"account", "000000000000"}, {"region", "us-east-1"}, {"at_least", true}};
  Json second = orders;
  second["name"] = "second";
  second["at_least"] = false;
  const Json queues{{"service", "sqs"},
                    {"kind", "queues"},
                    {"count", 1200},
                    {"numbers", Json::array({"visible", "in flight", "delayed"})},
                    {"totals", Json{{"visible", 1'000'003}, {"in flight", 2}, {"delayed", 0}}},
                    {"at_least", true},
                    {"largest", Json::array({orders, second})}};
  return Json{
      {"version", "1.2"},
      {"pid", 42},
      {"auth", "strict"},
      {"data_dir", "/data"},
      {"endpoint", "http://localhost:4566"},
      {"addresses", Json::array({"127.0.0.1:4566"})},
      {"uptime_seconds", 192},
      {"process",
       Json{{"resident_bytes", 19'503'514}, {"open_files", 20}, {"open_files_limit", 65536}, {"connections", 3}}},
      {"data", Json{{"bytes", 4096}, {"files", 3}, {"at_least", false}}},
      {"world", "default"},
      {"worlds", 2},
      {"resources", Json::array({queues})},
      {"requests", requests}};
}

std::string Text(const std::vector<ViewLine>& lines) {
  std::string text;
  for (const auto& line : lines) text += line.text + "\n";
  return text;
}

bool Has(const std::string& text, std::string_view wanted) { return text.find(wanted) != std::string::npos; }

TEST(StatusViewTest, ShowsFactsServicesAndResources) {
  const std::string text = Text(StatusView(Status()));
  for (const char* wanted :
       {"Stratolite 1.2 at http://localhost:4566\n", "up           3 min 12 s\n", "memory       18.6 MiB\n",
        "data         /data, 4.0 KiB in 3 files\n", "open files   20 of 65536\n",
        "rate         1.5/s over the last five seconds, at most 7/s\n", "\n  SendMessage ",
        "\nqueues (1200)                visible in flight   delayed\n",
        " 1000000+        2+         0  000000000000 us-east-1\n", " 1000003+ "}) {
    EXPECT_TRUE(Has(text, wanted)) << wanted << "\nin\n" << text;
  }
}

TEST(StatusViewTest, StateInMemoryHasNoSize) {
  Json status = Status();
  status["data"] = Json();
  EXPECT_TRUE(Has(Text(StatusView(status)), "data         in memory, gone when it stops\n"));
}

TEST(StatusViewTest, TopHasTheBusiestOperationFirst) {
  const std::string text = Text(TopView(Status(), 40, "21:40:01"));
  EXPECT_LT(text.find("sqs.ReceiveMessage"), text.find("sqs.SendMessage"));
  EXPECT_TRUE(Has(text, "21:40:01"));
}

TEST(StatusViewTest, TopFitsItsScreen) {
  for (const std::size_t rows : {1u, 5u, 10u, 24u, 100u}) EXPECT_LE(TopView(Status(), rows, "21:40:01").size(), rows);
}

TEST(StatusViewTest, SizesAndTimesAreWordsForPeople) {
  EXPECT_EQ(ShowBytes(0), "0 B");
  EXPECT_EQ(ShowBytes(1023), "1023 B");
  EXPECT_EQ(ShowBytes(1536), "1.5 KiB");
  EXPECT_EQ(ShowBytes(std::int64_t{5} << 40), "5.0 TiB");
  EXPECT_EQ(ShowDuration(59), "59 s");
  EXPECT_EQ(ShowDuration(3599), "59 min 59 s");
  EXPECT_EQ(ShowDuration(3660), "1 h 1 min");
  EXPECT_EQ(ShowDuration(90'000), "1 d 1 h");
}

}  // namespace
}  // namespace stratolite::cli
