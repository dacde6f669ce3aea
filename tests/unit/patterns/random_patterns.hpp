#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"

namespace stratolite::patterns {

/// Events and patterns of few keys and few values, so that they often nearly match. The same for the same seed. Not thread-safe.
class RandomPatterns {
 public:
  explicit RandomPatterns(std::uint32_t seed) : random_(seed) {}

  Json Event() { return Object(3); }
  Json Pattern() { return PatternObject(3, false); }
  std::size_t Below(std::size_t bound) { return random_() % bound; }

 private:
  template <typename T, std::size_t N>
  const T& Pick(const T (&choices)[N]) {
    return choices[Below(N)];
  }

  std::string Key() {
    static const std::string kKeys[] = {"a", "b", "c", "d", "a.b", "b.c"};
    return kKeys[Below(Below(8) == 0 ? 6 : 4)];
  }

  std::string Text() {
    static const std::string kTexts[] = {"",     "x",   "xy",       "XY",         "yx",          "xyx",
                                         "xyyx", "a*b", "10.0.0.1", "10.0.0.200", "2001:db8::1", "2001:0db8:0::1",
                                         "1"};
    return Pick(kTexts);
  }

  Json Scalar() {
    static const Json kNumbers[] = {0, 1, -1, 2.5, 3, 1.0, 4999999999.5, 10000000000, 12345678901234, 1e20, 0.1};
    switch (Below(7)) {
      case 0:
        return nullptr;
      case 1:
        return Below(2) == 0;
      case 2:
      case 3:
        return Pick(kNumbers);
      default:
        return Text();
    }
  }

  Json Member(int depth) {
    if (depth == 0 || Below(3) == 0) return Scalar();
    if (Below(2) == 0) return Object(depth - 1);
    Json array = Json::array();
    for (std::size_t i = Below(4); i > 0; --i) array.push_back(Member(depth - 1));
    return array;
  }

  Json Object(int depth) {
    Json object = Json::object();
    for (std::size_t i = 1 + Below(3); i > 0; --i) object[Key()] = Member(depth);
    return object;
  }

  Json Texts() {
    if (Below(2) == 0) return NonEmptyText();
    Json list = Json::array();
    for (std::size_t i = 1 + Below(2); i > 0; --i) list.push_back(NonEmptyText());
    return list;
  }
  std::string NonEmptyText() {
    const std::string text = Text();
    return text.empty() || text == "a*b" ? "xy" : text;
  }
  std::string Glob() {
    static const std::string kGlobs[] = {"*", "x*", "*x", "x*x", "*y*", "a\\**", "x*y*x", "10.*.1", "xy"};
    return Pick(kGlobs);
  }

  Json AnythingBut() {
    switch (Below(6)) {
      case 0:
        return Texts();
      case 1:
        return Below(2) == 0 ? Json(1) : Json({0, 2.5, 3});
      case 2:
        return {{"prefix", Texts()}};
      case 3:
        return {{"suffix", Texts()}};
      case 4:
        return {{"equals-ignore-case", Texts()}};
      default:
        return {{"wildcard", Below(2) == 0 ? Json(Glob()) : Json::array({"x*", "*1"})}};
    }
  }

  Json Numeric() {
    static const Json kRanges[] = {{"=", 1},    {">", 0},          {">=", 0},          {"<", 3},
                                   {"<=", 2.5}, {">", -1, "<", 1}, {">=", 0, "<=", 3}, {">", 0, "<=", 5e9}};
    return Pick(kRanges);
  }

  Json Condition() {
    switch (Below(14)) {
      case 0:
        return {{"prefix", Below(3) == 0 ? Json{{"equals-ignore-case", Text()}} : Json(Text())}};
      case 1:
        return {{"suffix", Below(3) == 0 ? Json{{"equals-ignore-case", Text()}} : Json(Text())}};
      case 2:
        return {{"equals-ignore-case", Text()}};
      case 3:
        return {{"wildcard", Glob()}};
      case 4:
        return {{"numeric", Numeric()}};
      case 5:
        return {{"cidr", Below(2) == 0 ? "10.0.0.0/25" : "2001:db8::/64"}};
      case 6:
      case 7:
        return {{"exists", Below(2) == 0}};
      case 8:
      case 9:
        return {{"anything-but", AnythingBut()}};
      default:
        return Scalar();
    }
  }

  Json PatternObject(int depth, bool in_or) {
    Json object = Json::object();
    for (std::size_t i = 1 + Below(3); i > 0; --i) {
      if (depth > 0 && Below(3) == 0) {
        object[Key()] = PatternObject(depth - 1, in_or);
        continue;
      }
      Json conditions = Json::array();
      for (std::size_t j = 1 + Below(3); j > 0; --j) conditions.push_back(Condition());
      object[Key()] = std::move(conditions);
    }
    if (depth > 1 && Below(6) == 0) {
      object["$or"] = Json::array({PatternObject(depth - 2, true), PatternObject(depth - 2, true)});
      if (Below(2) == 0) object["$or"].push_back(PatternObject(depth - 2, true));
    }
    return object;
  }

  std::mt19937 random_;
};

}  // namespace stratolite::patterns
