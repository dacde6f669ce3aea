#include "s3/select/query_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace stratolite::s3::select {
namespace {

/// Gives a text in pieces of a few bytes, so that every border is met.
class TextSource final : public ByteSource {
 public:
  TextSource(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  Result<std::size_t> Read(char* buffer, std::size_t capacity) override {
    const std::size_t count = std::min({capacity, piece_, text_.size() - at_});
    text_.copy(buffer, count, at_);
    at_ += count;
    return count;
  }

 private:
  const std::string text_;
  const std::size_t piece_;
  std::size_t at_ = 0;
};

struct Outcome {
  std::string records = {};
  std::string error = {};
  Json stats = {};
};

Outcome RunQuery(const std::string& sql, std::string object, const Serialization& serialization,
                 std::optional<ScanRange> range = std::nullopt, std::size_t piece = 7) {
  Outcome outcome;
  auto query = ParseQuery(sql);
  if (!query.ok()) return {.error = query.error().code};
  const TimePoint now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(3);
  QueryRun run(*std::move(query), serialization, std::make_unique<TextSource>(std::move(object), piece), range, now);
  if (const auto started = run.Start(); !started.ok()) return {.error = started.error().code};
  for (;;) {
    auto event = run.Next();
    if (!event.ok()) {
      outcome.error = event.error().code;
      return outcome;
    }
    if (!event.value()) return outcome;
    const StreamEvent& each = *event.value();
    if (each.name == "Records") {
      const auto& payload = each.value["Payload"].get_binary();
      outcome.records.append(payload.begin(), payload.end());
    }
    if (each.name == "Stats") outcome.stats = each.value["Details"];
  }
}

Serialization Csv(FileHeader header = FileHeader::kNone) {
  Serialization serialization;
  serialization.csv.header = header;
  return serialization;
}

Serialization JsonLines(JsonKind kind = JsonKind::kLines) {
  Serialization serialization;
  serialization.json_input = true;
  serialization.json = kind;
  serialization.output.json = true;
  return serialization;
}

/// One expression's value, as CSV.
std::string ValueOf(const std::string& expression) {
  const Outcome outcome = RunQuery("SELECT " + expression + " FROM S3Object s", "1,abc\n", Csv());
  return outcome.error.empty() ? outcome.records.substr(0, outcome.records.size() - 1) : outcome.error;
}

constexpr const char* kPeople = "name,age,city\nAda,36,London\nBob,17,\"New York, NY\"\nÉva,50,\"a \"\"b\"\"\"\n";

TEST(SelectCsv, ColumnsAreFoundByPositionAndByName) {
  EXPECT_EQ(RunQuery("select s._1, s._3 from S3Object s", kPeople, Csv(FileHeader::kIgnore)).records,
            "Ada,London\nBob,\"New York, NY\"\nÉva,\"a \"\"b\"\"\"\n");
  EXPECT_EQ(RunQuery("SELECT NAME FROM s3object WHERE CAST(age AS INT) > 20", kPeople, Csv(FileHeader::kUse)).records,
            "Ada\nÉva\n");
  EXPECT_EQ(RunQuery("SELECT s.\"name\" FROM S3Object s LIMIT 1", kPeople, Csv(FileHeader::kUse)).records, "Ada\n");
  EXPECT_EQ(RunQuery("SELECT s.\"Name\" FROM S3Object s", kPeople, Csv(FileHeader::kUse)).error, "MissingHeaders");
  EXPECT_EQ(RunQuery("SELECT s.nobody FROM S3Object s", kPeople, Csv(FileHeader::kUse)).error, "MissingHeaders");
  EXPECT_EQ(RunQuery("SELECT s.a FROM S3Object s", "a,A\n1,2\n", Csv(FileHeader::kUse)).error, "AmbiguousFieldName");
  EXPECT_EQ(RunQuery("SELECT s._0 FROM S3Object s", "a\n", Csv()).error, "InvalidColumnIndex");
}

TEST(SelectCsv, StarGivesEveryFieldAndHeadersNameMembersOfJson) {
  Serialization json = Csv(FileHeader::kUse);
  json.output.json = true;
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object", "a,b\n1,2\n", json).records, "{\"a\":\"1\",\"b\":\"2\"}\n");
  EXPECT_EQ(RunQuery("SELECT s.* FROM S3Object s", "a,b\n1,2\n", json).records, "{\"a\":\"1\",\"b\":\"2\"}\n");
  json.csv.header = FileHeader::kNone;
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object", "1,2\n3\n", json).records,
            "{\"_1\":\"1\",\"_2\":\"2\"}\n{\"_1\":\"3\"}\n");
}

TEST(SelectCsv, DelimitersQuotesEscapesAndCommentsAreThoseOfTheRequest) {
  Serialization odd = Csv();
  odd.csv.record_delimiter = "\r\n";
  odd.csv.field_delimiter = ";";
  odd.csv.quote = "'";
  odd.csv.escape = "\\";
  odd.csv.comments = "%";
  odd.output.field_delimiter = "|";
  odd.output.record_delimiter = "!";
  odd.output.quote_always = true;
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object", "% no\r\na;'b\\'c;\r'\r\n\r\nd;\re", odd).records,
            "\"a\"|\"b'c;\r\"!\"d\"|\"\re\"!");
}

TEST(SelectCsv, LinesMayEndAsOnWindows) {
  EXPECT_EQ(RunQuery("SELECT s._2 FROM S3Object s", "a,b\r\n\r\nc,\"d\"\r\ne,\"f\r\"\n", Csv()).records,
            "b\nd\n\"f\r\"\n");
}

TEST(SelectCsv, AQuotedRecordDelimiterNeedsLeave) {
  Serialization csv = Csv();
  const std::string object = "a,\"b\nc\"\nd,e\n";
  EXPECT_EQ(RunQuery("SELECT s._2 FROM S3Object s", object, csv).error, "CSVUnescapedQuote");
  csv.csv.quoted_delimiters = true;
  EXPECT_EQ(RunQuery("SELECT s._2 FROM S3Object s", object, csv).records, "\"b\nc\"\ne\n");
}

TEST(SelectCsv, AScanRangeTakesTheRecordsThatBeginInIt) {
  const std::string object = "aa\nbb\ncc\ndd\n";
  const auto run = [&](std::uint64_t first, std::uint64_t last) {
    return RunQuery("SELECT * FROM S3Object", object, Csv(), ScanRange{first, last}).records;
  };
  EXPECT_EQ(run(0, 11), "aa\nbb\ncc\ndd\n");
  EXPECT_EQ(run(0, 2), "aa\n");
  EXPECT_EQ(run(0, 3), "aa\nbb\n");
  EXPECT_EQ(run(1, 6), "bb\ncc\n");
  EXPECT_EQ(run(3, 5), "bb\n");
  EXPECT_EQ(run(4, 5), "");
  EXPECT_EQ(run(10, 11), "");
}

TEST(SelectCsv, WhatIsNoUtf8OrTooLongIsRefused) {
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object", "a\xFF\n", Csv()).error, "InvalidTextEncoding");
  EXPECT_EQ(RunQuery("SELECT s._1 FROM S3Object s", std::string(1'100'000, 'x'), Csv(), {}, 100'000).error,
            "OverMaxRecordSize");
}

TEST(SelectJson, PathsLeadIntoRecordsInTheirOrder) {
  const std::string lines =
      "{\"b\":{\"c\":[1,{\"d\":\"x\"}]},\"a\":1.50}\n{\"a\":null,\"E\":\"\\u00e9\\ud83d\\ude00\"}\n";
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object", lines, JsonLines()).records,
            "{\"b\":{\"c\":[1,{\"d\":\"x\"}]},\"a\":1.50}\n{\"a\":null,\"E\":\"é😀\"}\n");
  EXPECT_EQ(RunQuery("SELECT s.b.c[1].d, s.a AS x, s.e FROM S3Object s", lines, JsonLines()).records,
            "{\"d\":\"x\",\"x\":1.50}\n{\"x\":null,\"e\":\"é😀\"}\n");
  EXPECT_EQ(RunQuery("SELECT COUNT(*) AS n FROM S3Object[*] s WHERE s.b IS MISSING", lines, JsonLines()).records,
            "{\"n\":1}\n");
  EXPECT_EQ(RunQuery("SELECT s.a FROM S3Object s WHERE s.\"e\" = 'x'", lines, JsonLines()).records, "");
}

TEST(SelectJson, FromGoesDownIntoDocuments) {
  const std::string document =
      "{\"skip\":[{}, [], {\"Rules\":1}], \"Rules\":[{\"id\":\"1\"},{\"expr\":\"y < "
      "x\"},{\"id\":\"2\",\"expr\":\"z\"}], \"end\":{}}";
  const Serialization json = JsonLines(JsonKind::kDocument);
  EXPECT_EQ(RunQuery("SELECT id FROM S3Object[*].Rules[*].id", document, json).records,
            "{\"id\":\"1\"}\n{}\n{\"id\":\"2\"}\n");
  EXPECT_EQ(RunQuery("SELECT r.expr FROM S3Object[*].Rules[*] r WHERE r.id = '2'", document, json).records,
            "{\"expr\":\"z\"}\n");
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object[*].Rules[1] r", document, json).records, "{\"expr\":\"y < x\"}\n");
  EXPECT_EQ(RunQuery("SELECT COUNT(*) FROM S3Object[*][*] r", "[1, 2, {\"a\":[]}]", json).records, "{\"_1\":3}\n");
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object", "[1, 2]", json).records, "{\"_1\":[1,2]}\n");
}

TEST(SelectJson, WhatIsNoJsonIsRefused) {
  for (const char* text : {"{", "{\"a\"}", "[1,]", "{\"a\":01x}", "tru", "\"\\ud800\"", "{\"a\":1}}", "\"\x01\""}) {
    EXPECT_EQ(RunQuery("SELECT * FROM S3Object", text, JsonLines()).error, "JSONParsingError") << text;
    EXPECT_EQ(RunQuery("SELECT * FROM S3Object", text, JsonLines(JsonKind::kDocument)).error, "JSONParsingError")
        << text;
  }
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object", std::string(100'000, '['), JsonLines()).error, "JSONParsingError");
}

TEST(SelectAggregates, CountSumAverageLeastAndGreatest) {
  const std::string object = "3\n10\n\n-2.5\n";
  EXPECT_EQ(RunQuery("SELECT COUNT(*), SUM(CAST(s._1 AS DECIMAL)), MIN(CAST(s._1 AS DECIMAL)), MAX(CAST(s._1 AS "
                     "DECIMAL)) FROM S3Object s",
                     object, Csv())
                .records,
            "3,10.5,-2.5,10\n");
  EXPECT_EQ(RunQuery("SELECT AVG(CAST(s._1 AS INT)) FROM S3Object s", "1\n2\n2\n", Csv()).records,
            "1.6666666666666666666666666666666666667\n");
  EXPECT_EQ(RunQuery("SELECT COUNT(*), SUM(s._1) FROM S3Object s WHERE s._1 = 'x'", object, Csv()).records, "0,\n");
  EXPECT_EQ(RunQuery("SELECT SUM(s._1) FROM S3Object s", "a\n", Csv()).error, "IncorrectSqlFunctionArgumentType");
  EXPECT_EQ(RunQuery("SELECT SUM(CAST(s._1 AS INT)) FROM S3Object s", "9223372036854775807\n1\n", Csv()).error,
            "IntegerOverflow");
  EXPECT_EQ(RunQuery("SELECT s._1, COUNT(*) FROM S3Object s", object, Csv()).error, "UnsupportedSqlStructure");
}

TEST(SelectLimit, EndsTheQueryEarly) {
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object LIMIT 2", "1\n2\n3\n", Csv()).records, "1\n2\n");
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object LIMIT 0", "1\n", Csv()).records, "");
  EXPECT_EQ(RunQuery("SELECT * FROM S3Object LIMIT -1", "1\n", Csv()).error, "EvaluatorNegativeLimit");
}

TEST(SelectStats, SayWhatWasReadAndReturned) {
  const Outcome outcome = RunQuery("SELECT s._1 FROM S3Object s", "ab,c\nde,f\n", Csv());
  EXPECT_EQ(outcome.stats, (Json{{"BytesScanned", 10}, {"BytesProcessed", 10}, {"BytesReturned", 6}}));
}

struct ExpressionCase {
  const char* expression;
  const char* value;
};

class SelectExpression : public ::testing::TestWithParam<ExpressionCase> {};

TEST_P(SelectExpression, HasItsValue) {
  EXPECT_EQ(ValueOf(GetParam().expression), GetParam().value) << GetParam().expression;
}

INSTANTIATE_TEST_SUITE_P(
    Operators, SelectExpression,
    ::testing::Values(ExpressionCase{"1 + 2 * 3 - 4 / 2", "5"}, ExpressionCase{"(1 + 2) * 3", "9"},
                      ExpressionCase{"7 % 4", "3"}, ExpressionCase{"-7.5 % 2", "-1.5"},
                      ExpressionCase{"1.10 + 2", "3.10"},
                      ExpressionCase{"1 / 3.0", "0.33333333333333333333333333333333333333"},
                      ExpressionCase{"s._1 + 1", "2"}, ExpressionCase{"1 / 0", "ExternalEvalException"},
                      ExpressionCase{"9223372036854775807 + 1", "IntegerOverflow"}, ExpressionCase{"- -3", "3"},
                      ExpressionCase{"1 = 1.0 AND 'a' < 'b'", "true"}, ExpressionCase{"NOT 1 > 2 OR FALSE", "true"},
                      ExpressionCase{"NULL = NULL", ""}, ExpressionCase{"FALSE AND NULL", "false"},
                      ExpressionCase{"NULL OR TRUE", "true"}, ExpressionCase{"5 BETWEEN 1 AND 5", "true"},
                      ExpressionCase{"5 NOT BETWEEN 1 AND 4", "true"}, ExpressionCase{"s._2 IN ('x', 'abc')", "true"},
                      ExpressionCase{"3 NOT IN (1, 2)", "true"}, ExpressionCase{"3 IN (1, NULL)", ""},
                      ExpressionCase{"s._9 IS MISSING", "true"}, ExpressionCase{"s._9 IS NULL", "true"},
                      ExpressionCase{"NULL IS MISSING", "false"}, ExpressionCase{"s._2 IS NOT NULL", "true"},
                      ExpressionCase{"10 <> 9", "true"}, ExpressionCase{"10 != 10", "false"},
                      ExpressionCase{"s._1 > 0", "true"}, ExpressionCase{"'x' > 0", ""}));

INSTANTIATE_TEST_SUITE_P(
    Like, SelectExpression,
    ::testing::Values(ExpressionCase{"'abc' LIKE 'a%'", "true"}, ExpressionCase{"'abc' LIKE '_b_'", "true"},
                      ExpressionCase{"'abc' LIKE 'b%'", "false"}, ExpressionCase{"'aXbXc' LIKE 'a%b%c'", "true"},
                      ExpressionCase{"'é' LIKE '_'", "true"}, ExpressionCase{"'10%' LIKE '10\\%' ESCAPE '\\'", "true"},
                      ExpressionCase{"'10x' LIKE '10\\%' ESCAPE '\\'", "false"},
                      ExpressionCase{"'a' LIKE '\\a' ESCAPE '\\'", "EvaluatorLikePatternInvalidEscapeSequence"},
                      ExpressionCase{"'a' NOT LIKE 'b'", "true"}, ExpressionCase{"1 LIKE '1'", "LikeInvalidInputs"},
                      ExpressionCase{"'' LIKE '%'", "true"}));

INSTANTIATE_TEST_SUITE_P(
    Casts, SelectExpression,
    ::testing::Values(ExpressionCase{"CAST('12' AS INT) + 1", "13"}, ExpressionCase{"CAST('1.5' AS INT)", "CastFailed"},
                      ExpressionCase{"CAST(1.9 AS INTEGER)", "1"}, ExpressionCase{"CAST('x' AS FLOAT)", "CastFailed"},
                      ExpressionCase{"CAST('' AS INT)", "CastFailed"}, ExpressionCase{"CAST('1e2' AS FLOAT)", "100"},
                      ExpressionCase{"CAST('TRUE' AS BOOL)", "true"}, ExpressionCase{"CAST(0 AS BOOL)", "false"},
                      ExpressionCase{"CAST(5 AS STRING)", "5"},
                      ExpressionCase{"CAST('3.140' AS DECIMAL(5, 2))", "3.140"},
                      ExpressionCase{"CAST('2007-04-05T14:30Z' AS TIMESTAMP)", "2007-04-05T14:30Z"},
                      ExpressionCase{"CAST(NULL AS INT)", ""}, ExpressionCase{"CAST('1' AS BLOB)", "InvalidDataType"}));

INSTANTIATE_TEST_SUITE_P(
    Texts, SelectExpression,
    ::testing::Values(
        ExpressionCase{"CHAR_LENGTH('aé😀')", "3"}, ExpressionCase{"CHARACTER_LENGTH('')", "0"},
        ExpressionCase{"LOWER('AbÉЖ')", "abéж"}, ExpressionCase{"UPPER('abéж')", "ABÉЖ"},
        ExpressionCase{"SUBSTRING('123456789', 0)", "123456789"}, ExpressionCase{"SUBSTRING('123456789', 2, 3)", "234"},
        ExpressionCase{"SUBSTRING('123456789' FROM -1 FOR 4)", "12"}, ExpressionCase{"SUBSTRING('123', 9)", ""},
        ExpressionCase{"TRIM('  foobar ')", "foobar"}, ExpressionCase{"TRIM(LEADING FROM '  x ')", "x "},
        ExpressionCase{"TRIM(BOTH '12' FROM '1112211foobar22211122')", "foobar"},
        ExpressionCase{"TRIM(TRAILING 'é' FROM 'aéé')", "a"},
        ExpressionCase{"LOWER(1)", "IncorrectSqlFunctionArgumentType"}, ExpressionCase{"COALESCE(s._9, NULL, 3)", "3"},
        ExpressionCase{"NULLIF(1, 1)", ""}, ExpressionCase{"NULLIF(1, 2)", "1"},
        ExpressionCase{"CASE WHEN s._2 = 'abc' THEN 'yes' ELSE 'no' END", "yes"},
        ExpressionCase{"CASE s._1 WHEN 2 THEN 'two' WHEN 1 THEN 'one' END", "one"}));

// The examples of https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html
INSTANTIATE_TEST_SUITE_P(
    Dates, SelectExpression,
    ::testing::Values(ExpressionCase{"DATE_ADD(year, 5, `2010-01-01T`)", "2015-01-01"},
                      ExpressionCase{"DATE_ADD(month, 1, `2010T`)", "2010-02T"},
                      ExpressionCase{"DATE_ADD(month, 13, `2010T`)", "2011-02T"},
                      ExpressionCase{"DATE_ADD(day, -1, `2017-01-10T`)", "2017-01-09"},
                      ExpressionCase{"DATE_ADD(hour, 1, `2017T`)", "2017-01-01T01:00-00:00"},
                      ExpressionCase{"DATE_ADD(hour, 1, `2017-01-02T03:04Z`)", "2017-01-02T04:04Z"},
                      ExpressionCase{"DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)", "2017-01-02T03:05:05.006Z"},
                      ExpressionCase{"DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)", "1"},
                      ExpressionCase{"DATE_DIFF(month, `2010T`, `2010-05T`)", "4"},
                      ExpressionCase{"DATE_DIFF(month, `2010T`, `2011T`)", "12"},
                      ExpressionCase{"DATE_DIFF(month, `2011T`, `2010T`)", "-12"},
                      ExpressionCase{"DATE_DIFF(day, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)", "0"},
                      ExpressionCase{"EXTRACT(YEAR FROM `2010-01-01T`)", "2010"},
                      ExpressionCase{"EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)", "3"},
                      ExpressionCase{"EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)", "8"},
                      ExpressionCase{"TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y')", "\"July 20, 1969\""},
                      ExpressionCase{"TO_STRING(`1969-07-20T20:18Z`, 'MMM d, yyyy')", "\"Jul 20, 1969\""},
                      ExpressionCase{"TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", "7-20-69"},
                      ExpressionCase{"TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", "\"July 20, 1969 8:18 PM\""},
                      ExpressionCase{"TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", "1969-07-20T20:18:00Z"},
                      ExpressionCase{"TO_STRING(`1969-07-20T20:18+08:00Z`, 'y')", "LexerInvalidIONLiteral"},
                      ExpressionCase{"TO_STRING(`1969-07-20T20:18:00+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')",
                                     "1969-07-20T20:18:00+08:00"},
                      ExpressionCase{"TO_STRING(`1969T`, 'Q')", "EvaluatorInvalidTimestampFormatPatternSymbol"},
                      ExpressionCase{"TO_TIMESTAMP('2007T')", "2007T"},
                      ExpressionCase{"TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", "2007-02-23T12:14:33.079-08:00"},
                      ExpressionCase{"TO_TIMESTAMP('x')", "ValueParseFailure"},
                      ExpressionCase{"UTCNOW()", "2026-01-02T03:00:00.000Z"},
                      ExpressionCase{"`2010-01-01T` < UTCNOW()", "true"}));

class SelectSyntax : public ::testing::TestWithParam<ExpressionCase> {};

TEST_P(SelectSyntax, IsRefusedByItsCode) {
  const auto query = ParseQuery(GetParam().expression);
  ASSERT_FALSE(query.ok()) << GetParam().expression;
  EXPECT_EQ(query.error().code, GetParam().value) << GetParam().expression;
}

INSTANTIATE_TEST_SUITE_P(
    All, SelectSyntax,
    ::testing::Values(ExpressionCase{"", "ParseUnexpectedToken"}, ExpressionCase{"SELECT", "ParseEmptySelect"},
                      ExpressionCase{"SELECT FROM S3Object", "ParseEmptySelect"},
                      ExpressionCase{"SELECT *", "ParseSelectMissingFrom"},
                      ExpressionCase{"SELECT *, 1 FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"},
                      ExpressionCase{"SELECT * FROM other", "InvalidTableAlias"},
                      ExpressionCase{"SELECT * FROM S3Object s, S3Object t", "MultipleDataSourcesUnsupported"},
                      ExpressionCase{"SELECT * FROM S3Object s JOIN S3Object t", "ParseMalformedJoin"},
                      ExpressionCase{"SELECT * FROM S3Object ORDER BY 1", "ParseUnexpectedToken"},
                      ExpressionCase{"SELECT s._1 FROM S3Object s GROUP BY s._1", "UnsupportedSqlStructure"},
                      ExpressionCase{"SELECT * FROM (SELECT * FROM S3Object)", "UnsupportedSqlStructure"},
                      ExpressionCase{"SELECT * FROM S3Object WHERE", "ParseExpectedExpression"},
                      ExpressionCase{"SELECT * FROM S3Object LIMIT x", "ParseExpectedNumber"},
                      ExpressionCase{"SELECT a AS FROM S3Object", "ParseExpectedIdentForAlias"},
                      ExpressionCase{"SELECT nothing(1) FROM S3Object", "UnsupportedFunction"},
                      ExpressionCase{"SELECT SUM(*) FROM S3Object", "ParseUnsupportedCallWithStar"},
                      ExpressionCase{"SELECT SUM(a, b) FROM S3Object", "ParseNonUnaryAgregateFunctionCall"},
                      ExpressionCase{"SELECT CAST(a, b) FROM S3Object", "ParseCastArity"},
                      ExpressionCase{"SELECT CAST a FROM S3Object", "ParseExpectedLeftParenAfterCast"},
                      ExpressionCase{"SELECT DATE_ADD(week, 1, a) FROM S3Object", "ParseExpectedDatePart"},
                      ExpressionCase{"SELECT s.[1] FROM S3Object s", "ParseInvalidPathComponent"},
                      ExpressionCase{"SELECT s.a[*] FROM S3Object s", "ParseInvalidContextForWildcardInSelectList"},
                      ExpressionCase{"SELECT 'a FROM S3Object", "LexerInvalidChar"},
                      ExpressionCase{"SELECT a # b FROM S3Object", "LexerInvalidChar"},
                      ExpressionCase{"SELECT a ! b FROM S3Object", "LexerInvalidOperator"},
                      ExpressionCase{"SELECT 1x FROM S3Object", "LexerInvalidLiteral"},
                      ExpressionCase{"SELECT `x` FROM S3Object", "LexerInvalidIONLiteral"},
                      ExpressionCase{"SELECT CASE END FROM S3Object", "ParseUnexpectedToken"},
                      ExpressionCase{"SELECT a BETWEEN 1 OR 2 FROM S3Object", "ParseExpectedKeyword"},
                      ExpressionCase{"SELECT DISTINCT a FROM S3Object", "ParseUnsupportedSelect"},
                      ExpressionCase{"SELECT LOWER() FROM S3Object", "EvaluatorInvalidArguments"}));

TEST(SelectSyntaxLimits, DepthAndLengthAreBounded) {
  const auto many = [](std::string_view piece) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += piece;
    return text;
  };
  for (const std::string& expression : {"1" + many("+1"), many("(") + "1", many("- ") + "1", many("NOT ") + "TRUE",
                                        many("LOWER("), "s" + many(".a"), many("CASE WHEN "), "a" + many(" IN (1)")}) {
    const auto query = ParseQuery("SELECT " + expression + " FROM S3Object");
    ASSERT_FALSE(query.ok());
    EXPECT_EQ(query.error().code, "MaxOperatorsExceeded") << expression.substr(0, 20);
  }
  EXPECT_EQ(ParseQuery("SELECT '" + std::string(256 * 1024, 'x') + "' FROM S3Object").error().code,
            "ExpressionTooLong");
}

}  // namespace
}  // namespace stratolite::s3::select
