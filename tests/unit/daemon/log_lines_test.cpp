#include "daemon/log_lines.hpp"

#include <gtest/gtest.h>

#include "daemon/terminal.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::daemon {
namespace {

using spdlog::level::level_enum;

JournalRecord Sent() {
  JournalRecord record;
  record.time = *ParseIso8601("2026-11-21T21:40:01.122600Z");
  record.duration_us = 412;
  record.bytes_in = 30;
  record.bytes_out = 120;
  record.status = 200;
  record.world = "default";
  record.account = "000000000000";
  record.service = "sqs";
  record.operation = "SendMessage";
  record.method = "POST";
  record.target = "/";
  record.request_id = "8a1c";
  return record;
}

std::string TextLine(const JournalRecord& record, std::string_view note = {}) {
  std::string line;
  AppendRequestLine(line, {.default_account = "000000000000"}, record, RequestLevel(record.status), note);
  return line;
}

Json JsonLine(const JournalRecord& record, std::string_view note = {}) {
  std::string line;
  AppendRequestLine(line, {.json = true}, record, RequestLevel(record.status), note);
  EXPECT_TRUE(line.ends_with("}\n")) << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  return Json::parse(line);
}

TEST(LogLinesTest, ALineTellsMethodOperationStatusTimeAndRequestId) {
  EXPECT_EQ(TextLine(Sent()), "2026-11-21T21:40:01.123Z info  POST sqs.SendMessage 200 0.4 ms 8a1c\n");
}

TEST(LogLinesTest, WhatIsNotTheUsualIsAtItsEnd) {
  JournalRecord record = Sent();
  record.account = "111122223333";
  record.world = "ci-1";
  record.target = "/000000000000/orders";
  EXPECT_EQ(TextLine(record),
            "2026-11-21T21:40:01.123Z info  POST sqs.SendMessage 200 0.4 ms 8a1c /000000000000/orders"
            " account 111122223333 world ci-1\n");
}

TEST(LogLinesTest, ARefusalNamesItsCode) {
  JournalRecord record = Sent();
  record.status = 400;
  record.error = "QueueDoesNotExist";
  EXPECT_EQ(TextLine(record),
            "2026-11-21T21:40:01.123Z info  POST sqs.SendMessage 400 QueueDoesNotExist 0.4 ms 8a1c\n");
  record.status = 501;
  EXPECT_NE(TextLine(record, "a hint").find("Z warning POST sqs.SendMessage 501 "), std::string::npos);
  record.status = 500;
  EXPECT_NE(TextLine(record, "a hint").find("Z error POST sqs.SendMessage 500 "), std::string::npos);
  EXPECT_TRUE(TextLine(record, "a hint").ends_with(" 8a1c (a hint)\n"));
}

TEST(LogLinesTest, ObjectsHaveTheirPathAndTheirBytes) {
  JournalRecord record = Sent();
  record.service = "s3";
  record.operation = "PutObject";
  record.method = "PUT";
  record.target = "/photos/cat.jpg";
  record.bytes_in = 1536;
  record.bytes_out = 0;
  record.duration_us = 12'345;
  EXPECT_EQ(TextLine(record),
            "2026-11-21T21:40:01.134Z info  PUT s3.PutObject 200 12.3 ms 8a1c /photos/cat.jpg in 1.5 KiB\n");
  record.bytes_in = 7;
  record.bytes_out = std::uint64_t{64} << 20;
  record.duration_us = 1'234'567;
  EXPECT_TRUE(TextLine(record).ends_with(" 1234 ms 8a1c /photos/cat.jpg in 7 B out 64.0 MiB\n")) << TextLine(record);
  record.duration_us = 40;
  EXPECT_NE(TextLine(record).find(" 0.04 ms "), std::string::npos);
}

TEST(LogLinesTest, AQueryStringIsNeverThere) {
  JournalRecord record = Sent();
  record.target = "/photos/cat.jpg?X-Amz-Signature=5ec4e7&X-Amz-Security-Token=5ec4e7";
  EXPECT_EQ(TextLine(record).find("5ec4e7"), std::string::npos);
  EXPECT_EQ(JsonLine(record).dump().find("5ec4e7"), std::string::npos);
  EXPECT_EQ(JsonLine(record).at("path"), "/photos/cat.jpg");
}

TEST(LogLinesTest, NobodyWritesLinesOrColoursOfHisOwn) {
  JournalRecord record = Sent();
  record.service = "x\ny";
  record.operation = {};
  record.target = "/a\x1b[31m\r\n\"\\\xff";
  EXPECT_EQ(TextLine(record), "2026-11-21T21:40:01.123Z info  POST x%0Ay.? 200 0.4 ms 8a1c /a%1B[31m%0D%0A\"\\%FF\n");
  EXPECT_EQ(JsonLine(record).at("path"), "/a%1B[31m%0D%0A\"\\%FF");
  std::string message;
  AppendMessageLine(message, {}, record.time, level_enum::info, "one\ntwo\x1b[31m");
  EXPECT_EQ(message, "2026-11-21T21:40:01.122Z info  one\\ntwo?[31m\n");
}

TEST(LogLinesTest, JsonHasAFieldForEachFact) {
  JournalRecord record = Sent();
  record.status = 400;
  record.error = "QueueDoesNotExist";
  EXPECT_EQ(JsonLine(record, "a hint"), (Json{{"time", "2026-11-21T21:40:01.123Z"},
                                              {"level", "info"},
                                              {"method", "POST"},
                                              {"service", "sqs"},
                                              {"operation", "SendMessage"},
                                              {"status", 400},
                                              {"error", "QueueDoesNotExist"},
                                              {"ms", 0.412},
                                              {"request_id", "8a1c"},
                                              {"path", "/"},
                                              {"bytes_in", 30},
                                              {"bytes_out", 120},
                                              {"account", "000000000000"},
                                              {"world", "default"},
                                              {"message", "a hint"}}));
}

TEST(LogLinesTest, ColoursFollowTheStatus) {
  const auto coloured = [](int status) {
    JournalRecord record = Sent();
    record.status = status;
    std::string line;
    AppendRequestLine(line, {.colours = true}, record, RequestLevel(status), {});
    return line;
  };
  EXPECT_NE(coloured(200).find("\x1b[32m200\x1b[0m"), std::string::npos);
  EXPECT_NE(coloured(404).find("\x1b[33m404\x1b[0m"), std::string::npos);
  EXPECT_NE(coloured(500).find("\x1b[31m500\x1b[0m"), std::string::npos);
  EXPECT_EQ(TextLine(Sent()).find('\x1b'), std::string::npos);
}

TEST(LogLinesTest, MessagesAreLinesAsRequestsAre) {
  std::string text;
  AppendMessageLine(text, {}, Sent().time, level_enum::warn, "careful");
  EXPECT_EQ(text, "2026-11-21T21:40:01.122Z warning careful\n");
  std::string json;
  AppendMessageLine(json, {.json = true}, Sent().time, level_enum::warn, "careful \xff");
  EXPECT_EQ(Json::parse(json),
            (Json{{"time", "2026-11-21T21:40:01.122Z"}, {"level", "warning"}, {"message", "careful \xef\xbf\xbd"}}));
}

TEST(LogLinesTest, ColoursAreForTerminalsUnlessSomebodySaysOtherwise) {
  EXPECT_TRUE(WantsColours(true, nullptr, nullptr, "xterm"));
  EXPECT_TRUE(WantsColours(true, "", nullptr, "xterm"));
  EXPECT_FALSE(WantsColours(true, "1", nullptr, "xterm"));
  EXPECT_FALSE(WantsColours(true, nullptr, nullptr, "dumb"));
  EXPECT_FALSE(WantsColours(true, nullptr, nullptr, nullptr));
  EXPECT_FALSE(WantsColours(false, nullptr, nullptr, "xterm"));
  EXPECT_TRUE(WantsColours(false, nullptr, "1", nullptr));
  EXPECT_FALSE(WantsColours(true, nullptr, "0", "xterm"));
  EXPECT_FALSE(WantsColours(false, "1", "1", nullptr));
}

}  // namespace
}  // namespace stratolite::daemon
