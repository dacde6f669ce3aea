#include "patterns/pattern_compiler.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace stratolite::patterns::internal {
namespace {

using Token = JsonReader::Token;
using Kind = ValueTest::Kind;

/// Names that cannot be keys within `$or`, for operators there are likely a misunderstanding.
constexpr std::array<std::string_view, 24> kReservedInOr = {"exactly",
                                                            "equals-ignore-case",
                                                            "prefix",
                                                            "suffix",
                                                            "anything-but",
                                                            "exists",
                                                            "wildcard",
                                                            "numeric",
                                                            "cidr",
                                                            "=",
                                                            "<",
                                                            "<=",
                                                            ">",
                                                            ">=",
                                                            "regex",
                                                            "not-wildcard",
                                                            "date-after",
                                                            "date-on-or-after",
                                                            "date-before",
                                                            "date-on-or-before",
                                                            "in-date-range",
                                                            "ip-address-in-range",
                                                            "ip-address-not-in-range",
                                                            "not-equals-ignore-case"};

constexpr std::string_view kOr = "$or";
constexpr std::string_view kTooManyBranches = "Rule is too complex - try using fewer $or combinations";
/// A pattern of SNS's may have 256 KB; what it multiplies out to must not fill the memory.
constexpr std::size_t kMaxPaths = 200'000;

/// A thousand times what the wildcards of a rule take.
constexpr std::size_t kMaxWildcardSteps = 200'000;

constexpr std::string_view kOnlyOneKey = "Only one key allowed in match expression";
constexpr std::string_view kTooManyElements = "Too many elements in numeric expression";

/// Every function that reads returns whether the text was a pattern so far; error_ says what was not.
class Compiler {
 public:
  Compiler(std::string_view text, const NumberRules& numbers) : text_(text), reader_(text), numbers_(numbers) {}

  std::variant<CompiledPattern, PatternError> Compile() {
    if (Next() && reader_.token() != Token::kStartObject) Fail("Filter is not an object");
    if (error_.empty() && ReadObject(&compiled_.branches, "", false)) CheckComplexity();
    if (!error_.empty()) return PatternError{std::move(error_)};
    return std::move(compiled_);
  }

 private:
  bool FailPlainly(std::string message) {
    error_ = std::move(message);
    return false;
  }

  bool Fail(std::string_view message) {
    if (!reader_.ok()) return FailSyntax();
    return FailPlainly(std::string(message) + DescribePlace(DescribeSource(text_), reader_.place()));
  }

  bool FailSyntax() {
    const std::string source = DescribeSource(text_);
    return FailPlainly(reader_.ErrorMessage(source) + DescribePlace(source, reader_.error_place()));
  }

  /// AWS's library catches what goes wrong in a list of `anything-but` and reports the report: the place is told twice.
  bool FailInList() {
    const JsonReader::Place place = reader_.ok() ? reader_.place() : reader_.error_place();
    return FailPlainly(error_ + DescribePlace(DescribeSource(text_), place));
  }

  bool Next() { return reader_.Next() != Token::kError || FailSyntax(); }
  bool Expect(Token token, std::string_view otherwise) {
    return Next() && (reader_.token() == token || Fail(otherwise));
  }
  bool ReadText(std::string* text) {
    *text = reader_.Text();
    return reader_.ok() || FailSyntax();
  }

  bool ReadObject(std::vector<Branch>* branches, const std::string& path, bool in_or) {
    bool any = false;
    for (;; any = true) {
      if (!Next()) return false;
      if (reader_.token() == Token::kEndObject) break;
      const std::string key(reader_.name());
      if (key == kOr) {
        if (!ReadOr(branches, path)) return false;
        continue;
      }
      if (in_or && std::find(kReservedInOr.begin(), kReservedInOr.end(), key) != kReservedInOr.end()) {
        return Fail(key + " is Ruler reserved fieldName which cannot be used inside $or.");
      }
      if (!Next()) return false;
      const std::string inner = path.empty() ? key : path + '.' + key;
      if (reader_.token() == Token::kStartObject) {
        compiled_.nested = true;
        if (!ReadObject(branches, inner, in_or)) return false;
      } else if (reader_.token() == Token::kStartArray) {
        if (!ReadTests(branches, inner)) return false;
      } else {
        return Fail('"' + key + "\" must be an object or an array");
      }
    }
    return any || Fail("Empty objects are not allowed");
  }

  bool ReadOr(std::vector<Branch>* branches, const std::string& path) {
    const std::vector<Branch> before = std::exchange(*branches, {});
    if (!Expect(Token::kStartArray, "It must be an Array followed with $or.")) return false;
    std::size_t count = 0;
    for (;; ++count) {
      if (!Next()) return false;
      if (reader_.token() == Token::kEndArray) break;
      if (reader_.token() != Token::kStartObject)
        return Fail("Only JSON object is allowed in array of $or relationship.");
      if (!Spend(std::accumulate(before.begin(), before.end(), std::size_t{1},
                                 [](std::size_t n, const Branch& branch) { return n + branch.size(); }))) {
        return false;
      }
      std::vector<Branch> alternatives = before;
      if (alternatives.empty()) alternatives.emplace_back();
      if (!ReadObject(&alternatives, path, true)) return false;
      std::move(alternatives.begin(), alternatives.end(), std::back_inserter(*branches));
      if (branches->size() > kMaxBranches) {
        return FailPlainly(std::string(kTooManyBranches));
      }
    }
    return count >= 2 || Fail("There must have at least 2 Objects in $or relationship.");
  }

  /// Of what the pattern multiplies out to, counted as paths in all branches.
  bool Spend(std::size_t paths) {
    spent_ += paths;
    return spent_ <= kMaxPaths || FailPlainly(std::string(kTooManyBranches));
  }

  bool ReadTests(std::vector<Branch>* branches, const std::string& path) {
    ValueTests tests;
    for (;;) {
      if (!Next()) return false;
      if (reader_.token() == Token::kEndArray) break;
      if (!ReadTest(&tests)) return false;
    }
    if (tests.empty()) return Fail("Empty arrays are not allowed");
    if (branches->empty()) branches->emplace_back();
    if (!Spend(branches->size())) return false;
    const auto shared = std::make_shared<const ValueTests>(std::move(tests));
    for (Branch& branch : *branches) branch[path] = shared;
    return true;
  }

  bool ReadTest(ValueTests* tests) {
    switch (reader_.token()) {
      case Token::kStartObject:
        return ReadExpression(tests);
      case Token::kString: {
        std::string text;
        if (!ReadText(&text)) return false;
        // Addresses are equal however they are written.
        if (const auto ip = ParseIpAddress(text)) {
          tests->push_back({.kind = Kind::kIpRange, .ips = {*ip, *ip}});
        } else {
          tests->push_back({.kind = Kind::kString, .texts = {std::move(text)}});
        }
        return true;
      }
      case Token::kNumber: {
        ValueTest test = {.kind = Kind::kNumber, .texts = {CanonicalNumber(reader_.Text())}};
        if (const auto number = Comparable(ToDouble(reader_.Text()), numbers_)) test.numbers.push_back(*number);
        tests->push_back(std::move(test));
        return true;
      }
      case Token::kTrue:
        tests->push_back({.kind = Kind::kTrue});
        return true;
      case Token::kFalse:
        tests->push_back({.kind = Kind::kFalse});
        return true;
      case Token::kNull:
        tests->push_back({.kind = Kind::kNull});
        return true;
      default:
        return Fail("Match value must be String, number, true, false, or null");
    }
  }

  bool ReadExpression(ValueTests* tests) {
    if (!Expect(Token::kName, "Match expression name not found")) return false;
    const std::string name(reader_.name());
    if (name == "prefix" || name == "suffix") return ReadAffix(name, tests);
    if (name == "anything-but") return ReadAnythingBut(tests);
    if (name == "numeric") return ReadNumeric(tests);
    if (name == "exists") return ReadExists(tests);
    if (name == "exactly") return ReadString(Kind::kString, "exact match pattern must be a string", tests);
    if (name == "equals-ignore-case")
      return ReadString(Kind::kEqualsIgnoreCase, "equals-ignore-case match pattern must be a string", tests);
    if (name == "wildcard") return ReadString(Kind::kWildcard, "wildcard match pattern must be a string", tests);
    // AWS's own wording.
    if (name == "cidr") return ReadString(Kind::kIpRange, "prefix match pattern must be a string", tests);
    return Fail("Unrecognized match type " + name);
  }

  bool ReadString(Kind kind, std::string_view otherwise, ValueTests* tests) {
    std::string text;
    if (!Expect(Token::kString, otherwise) || !ReadText(&text)) return false;
    return AddStringTest(kind, text, tests) && Expect(Token::kEndObject, kOnlyOneKey);
  }

  bool AddStringTest(Kind kind, const std::string& text, ValueTests* tests) {
    ValueTest test = {.kind = kind};
    if (kind == Kind::kIpRange) {
      auto range = ParseCidr(text);
      if (const auto* reason = std::get_if<std::string>(&range)) return FailPlainly(*reason);
      test.ips = std::get<IpRange>(range);
    } else if (kind == Kind::kWildcard) {
      if (!AddWildcard(text, &test)) return false;
    } else {
      test.texts.push_back(IgnoresCase(kind) ? FoldCase(text) : text);
    }
    tests->push_back(std::move(test));
    return true;
  }

  static bool IgnoresCase(Kind kind) {
    return kind == Kind::kPrefixIgnoreCase || kind == Kind::kSuffixIgnoreCase || kind == Kind::kEqualsIgnoreCase ||
           kind == Kind::kAnythingButIgnoreCase;
  }

  bool AddWildcard(const std::string& text, ValueTest* test) {
    auto wildcard = Wildcard::Parse(text);
    if (const auto* reason = std::get_if<std::string>(&wildcard)) return Fail(*reason);
    test->wildcards.push_back(std::get<Wildcard>(std::move(wildcard)));
    return true;
  }

  bool ReadAffix(const std::string& name, ValueTests* tests) {
    const bool prefix = name == "prefix";
    if (!Next()) return false;
    std::string text;
    if (reader_.token() == Token::kString) {
      if (!ReadText(&text)) return false;
      return AddStringTest(prefix ? Kind::kPrefix : Kind::kSuffix, text, tests) &&
             Expect(Token::kEndObject, kOnlyOneKey);
    }
    if (reader_.token() != Token::kStartObject) return Fail(name + " match pattern must be a string");
    if (!Expect(Token::kName, prefix ? "Prefix expression name not found" : "Suffix expression name not found"))
      return false;
    if (reader_.name() != "equals-ignore-case")
      return Fail("Unsupported " + name + " pattern: " + std::string(reader_.name()));
    if (!Expect(Token::kString, "equals-ignore-case match pattern must be a string") || !ReadText(&text)) return false;
    return AddStringTest(prefix ? Kind::kPrefixIgnoreCase : Kind::kSuffixIgnoreCase, text, tests) &&
           Expect(Token::kEndObject, kOnlyOneKey) && Expect(Token::kEndObject, kOnlyOneKey);
  }

  bool ReadExists(ValueTests* tests) {
    if (!Next()) return false;
    const bool exists = reader_.token() == Token::kTrue;
    if (!exists && reader_.token() != Token::kFalse) return Fail("exists match pattern must be either true or false.");
    tests->push_back({.kind = exists ? Kind::kExists : Kind::kAbsent});
    return Expect(Token::kEndObject, kOnlyOneKey);
  }

  bool ReadAnythingBut(ValueTests* tests) {
    ValueTest test = {.kind = Kind::kAnythingBut};
    if (!Next()) return false;
    if (reader_.token() == Token::kStartObject) {
      if (!Expect(Token::kName, "Anything-But expression name not found")) return false;
      const std::string_view name = reader_.name();
      if (name == "equals-ignore-case") {
        test.kind = Kind::kAnythingButIgnoreCase;
      } else if (name == "prefix") {
        test.kind = Kind::kAnythingButPrefix;
      } else if (name == "suffix") {
        test.kind = Kind::kAnythingButSuffix;
      } else if (name == "wildcard") {
        test.kind = Kind::kAnythingButWildcard;
      } else {
        return Fail("Unsupported anything-but pattern: " + std::string(name));
      }
      if (!Next()) return false;
    }
    const Token token = reader_.token();
    if (token != Token::kStartArray && token != Token::kString && token != Token::kNumber) {
      return Fail("Value of anything-but must be an array or single string/number value.");
    }
    const bool nested = test.kind != Kind::kAnythingBut;
    if (token != Token::kStartArray) {
      if (!ReadOperand(&test)) return false;
    } else if (!ReadOperands(&test)) {
      return false;
    }
    if (test.kind == Kind::kAnythingButWildcard) {
      for (const std::string& text : std::exchange(test.texts, {})) {
        if (!AddWildcard(text, &test)) return false;
      }
    }
    tests->push_back(std::move(test));
    return Expect(Token::kEndObject, kTooManyElements) && (!nested || Expect(Token::kEndObject, kTooManyElements));
  }

  bool ReadOperands(ValueTest* test) {
    for (;;) {
      if (!Next()) return FailInList();
      if (reader_.token() == Token::kEndArray) break;
      if (!ReadOperand(test)) return FailInList();
    }
    if (test->kind == Kind::kAnythingBut && test->texts.empty() == test->numbers.empty()) {
      return Fail("Inside anything but list, either all values are number or string, mixed type is not supported");
    }
    return true;
  }

  bool ReadOperand(ValueTest* test) {
    const Token token = reader_.token();
    if (test->kind == Kind::kAnythingBut && token == Token::kNumber) {
      std::int64_t number = 0;
      // Not told where, as AWS does not.
      if (!ReadNumber(&number)) return FailPlainly(OutOfRange());
      test->numbers.push_back(number);
      return true;
    }
    if (token != Token::kString) return Fail(OperandMessage(test->kind));
    std::string text;
    if (!ReadText(&text)) return false;
    const bool affix = test->kind == Kind::kAnythingButPrefix || test->kind == Kind::kAnythingButSuffix;
    if (affix && text.empty()) return Fail("Null prefix/suffix not allowed");
    test->texts.push_back(IgnoresCase(test->kind) ? FoldCase(text) : text);
    return true;
  }

  static std::string_view OperandMessage(Kind kind) {
    switch (kind) {
      case Kind::kAnythingButIgnoreCase:
        return "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";
      case Kind::kAnythingButWildcard:
        return "wildcard match pattern must be a string";
      case Kind::kAnythingBut:
        return "Inside anything but list, start|null|boolean is not supported.";
      default:
        return "prefix/suffix match pattern must be a string";
    }
  }

  std::string OutOfRange() const {
    const std::string limit(numbers_.limit_text);
    return "Value must be between -" + limit + " and " + limit + ", inclusive";
  }

  bool ReadNumber(std::int64_t* number) {
    const auto comparable = Comparable(ToDouble(reader_.Text()), numbers_);
    if (comparable) *number = *comparable;
    return comparable.has_value();
  }

  bool ReadNumeric(ValueTests* tests) {
    if (!Expect(Token::kStartArray, "Value of numeric must be an array.") || !Next()) return false;
    std::string sign;
    if (!ReadText(&sign)) return false;
    if (reader_.token() != Token::kString) return Fail("Invalid member in numeric match: " + sign);
    if (!Next()) return false;
    ValueTest test = {.kind = Kind::kNumericRange};
    if (sign != "=" && sign != ">=" && sign != ">" && sign != "<=" && sign != "<")
      return Fail("Unrecognized numeric range operator: " + sign);
    if (reader_.token() != Token::kNumber)
      return Fail("Value of " + (sign == "=" ? std::string("equals") : sign) + " must be numeric");
    std::int64_t number = 0;
    const bool in_range = ReadNumber(&number);
    if (!Next()) return false;
    const bool ends = reader_.token() == Token::kEndArray;
    if (sign.front() != '>') {
      if (!ends) return Fail(kTooManyElements);
      if (!in_range) return Fail(OutOfRange());
      test.high = number;
      test.high_open = sign == "<";
      if (sign == "=") test.low = number;
    } else {
      test.low = number;
      test.low_open = sign == ">";
      if (!ends && !ReadUpperBound(in_range, &test)) return false;
      if (!in_range) return Fail(OutOfRange());
    }
    tests->push_back(std::move(test));
    return Expect(Token::kEndObject, kTooManyElements);
  }

  bool ReadUpperBound(bool low_in_range, ValueTest* test) {
    std::string sign;
    if (!ReadText(&sign)) return false;
    if (reader_.token() != Token::kString) return Fail("Bad value in numeric range: " + sign);
    if (sign != "<" && sign != "<=") return Fail("Bad numeric range operator: " + sign);
    if (!Expect(Token::kNumber, "Value of " + sign + " must be numeric")) return false;
    std::int64_t number = 0;
    const bool in_range = ReadNumber(&number);
    if (!Expect(Token::kEndArray, "Too many terms in numeric range expression")) return false;
    if (!low_in_range || !in_range) return Fail(OutOfRange());
    if (*test->low >= number) return Fail("Bottom must be less than top");
    test->high = number;
    test->high_open = sign == "<";
    return true;
  }

  bool CheckComplexity() {
    std::set<const ValueTests*> checked;
    std::size_t budget = kMaxWildcardSteps;
    for (const Branch& branch : compiled_.branches) {
      for (const auto& [path, tests] : branch) {
        if (!checked.insert(tests.get()).second) continue;
        std::vector<const std::vector<Wildcard>*> terms;
        for (const ValueTest& test : *tests) {
          if (!test.wildcards.empty()) terms.push_back(&test.wildcards);
        }
        if (WildcardComplexity(terms, kMaxWildcardComplexity, &budget) >= kMaxWildcardComplexity) {
          return FailPlainly(
              "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after "
              "a wildcard character");
        }
      }
    }
    return true;
  }

  std::string_view text_;
  JsonReader reader_;
  NumberRules numbers_;
  CompiledPattern compiled_;
  std::size_t spent_ = 0;
  std::string error_;
};

/// A prefix of at most `units` UTF-16 units.
std::string_view FirstUnits(std::string_view text, std::size_t units, std::size_t* left_out) {
  std::size_t count = 0;
  std::size_t end = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xC0) == 0x80) continue;
    if (count >= units && end == text.size()) end = i;
    count += c >= 0xF0 ? 2 : 1;
  }
  *left_out = count > units ? count - units : 0;
  return text.substr(0, end);
}

}  // namespace

std::string DescribeSource(std::string_view text) {
  std::size_t left_out = 0;
  std::string source = "(String)\"";
  for (const char c : FirstUnits(text, 500, &left_out)) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r') {
      source += "\\u00";
      source.push_back("0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4]);
      source.push_back("0123456789ABCDEF"[c & 0xF]);
    } else {
      source.push_back(c);
    }
  }
  source.push_back('"');
  if (left_out > 0) source += "[truncated " + std::to_string(left_out) + " chars]";
  return source;
}

std::string DescribePlace(std::string_view source, const JsonReader::Place& place) {
  return "\n at [Source: " + std::string(source) + "; line: " + std::to_string(place.line) +
         ", column: " + std::to_string(place.column) + "]";
}

std::variant<CompiledPattern, PatternError> CompilePattern(std::string_view text, const NumberRules& numbers) {
  return Compiler(text, numbers).Compile();
}

}  // namespace stratolite::patterns::internal
