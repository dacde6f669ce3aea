// What matching one event costs: `pattern_bench [seconds per row]`. Prints, for each number of patterns, the CPU microseconds an event takes as a text and
// as a tree, and how many patterns match it.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/patterns/event_pattern.hpp"

namespace stratolite::patterns {
namespace {

double PatternCpuMicros() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

EventPattern Parsed(const std::string& text) {
  auto pattern = EventPattern::Parse(text);
  if (!pattern.ok()) {
    std::fprintf(stderr, "%s\n", pattern.error().message.c_str());
    std::exit(1);
  }
  return *std::move(pattern);
}

std::string EventText(int number) {
  return R"({"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"Order )" +
         std::to_string(number % 7) +
         R"(","source":"shop.orders","account":"111122223333","time":"2017-12-22T18:43:48Z","region":"us-west-1","resources":)"
         R"(["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],"detail":{"order":"o-)" +
         std::to_string(number) + R"(","state":"state-)" + std::to_string(number % 50) + R"(","amount":)" +
         std::to_string(number % 1000) + R"(,"address":"10.)" + std::to_string(number % 256) +
         R"(.3.4","file":"images/2024/)" + std::to_string(number) +
         R"(.png","lines":[{"sku":"a-1","count":3},{"sku":"b-2","count":1}],"customer":{"tier":"gold","country":"DE"}}})";
}

/// One of ten kinds of patterns, as rules have them.
std::string MixedPattern(int number) {
  const std::string n = std::to_string(number);
  switch (number % 10) {
    case 0:
      return R"({"source":["shop.orders"],"detail":{"state":["state-)" + n + R"("]}})";
    case 1:
      return R"({"source":[{"prefix":"shop."}],"detail":{"file":[{"prefix":"images/)" + n + R"(/"}]}})";
    case 2:
      return R"({"detail":{"file":[{"suffix":")" + n + R"(.png"}]}})";
    case 3:
      return R"({"detail":{"amount":[{"numeric":[">",)" + n + R"(,"<",)" + std::to_string(number + 10) + R"(]}]}})";
    case 4:
      return R"({"detail":{"address":[{"cidr":"10.)" + std::to_string(number % 256) + R"(.0.0/16"}]}})";
    case 5:
      return R"({"source":["shop.orders"],"detail":{"state":[{"anything-but":["state-1","state-)" + n +
             R"("]}],"customer":{"tier":["tin"]}}})";
    case 6:
      return R"({"detail":{"file":[{"wildcard":"images/*/)" + n + R"(*.png"}]}})";
    case 7:
      return R"({"detail":{"lines":{"sku":["a-)" + n + R"("],"count":[3]}}})";
    case 8:
      return R"({"source":["shop.orders"],"$or":[{"detail":{"state":["state-)" + n + R"("]}},{"detail":{"amount":[)" +
             n + R"(]}}]})";
    default:
      return R"({"detail-type":[{"equals-ignore-case":"ORDER )" + n + R"("}],"detail":{"refund":[{"exists":false}]}})";
  }
}

std::string ExactPattern(int number) {
  return R"({"source":["shop.orders"],"detail-type":["Order 1","Order 2"],"detail":{"order":["o-)" +
         std::to_string(number) + R"("]}})";
}

void RunPatterns(const char* name, int count, std::string (*make)(int), double seconds) {
  std::vector<EventPattern> patterns;
  for (int i = 0; i < count; ++i) patterns.push_back(Parsed(make(i)));
  const double built_from = PatternCpuMicros();
  const PatternSet set(std::move(patterns));
  const double built = PatternCpuMicros() - built_from;
  std::vector<std::string> texts;
  std::vector<Json> trees;
  for (int i = 0; i < 500; ++i) {
    texts.push_back(EventText(i * 17));
    trees.push_back(Json::parse(texts.back()));
  }
  double micros[2] = {};
  std::size_t events = 0;
  std::size_t found = 0;
  for (const bool as_text : {true, false}) {
    events = 0;
    found = 0;
    const double start = PatternCpuMicros();
    double spent = 0;
    for (; spent < seconds * 1e6; spent = PatternCpuMicros() - start) {
      for (std::size_t i = 0; i < texts.size(); ++i)
        found += (as_text ? set.FindText(texts[i]) : set.Find(trees[i])).size();
      events += texts.size();
    }
    micros[as_text ? 0 : 1] = spent / static_cast<double>(events);
  }
  std::printf("%-16s %6d patterns   built in %9.1f us   text %7.2f us   tree %7.2f us   %5.2f match\n", name, count,
              built, micros[0], micros[1], static_cast<double>(found) / static_cast<double>(events));
}

}  // namespace
}  // namespace stratolite::patterns

int main(int argc, char** argv) {
  using namespace stratolite::patterns;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 0.5;
  for (const int count : {1, 10, 100, 1000}) RunPatterns("mixed", count, &MixedPattern, seconds);
  for (const int count : {100, 1000, 10000}) RunPatterns("exact", count, &ExactPattern, seconds);
}
