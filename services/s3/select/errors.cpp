#include "s3/select/errors.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include <fmt/format.h>

#include "s3/errors.hpp"

namespace stratolite::s3::select {
namespace {

struct Text {
  std::string_view code;
  std::string_view message;
};

constexpr std::array kTexts = {
    Text{"AmbiguousFieldName",
         "Some field name matches to multiple fields in the file. Please check the SQL expression and the file, and "
         "try again."},
    Text{"CastFailed", "Attempt to convert from one data type to another using CAST failed in the SQL expression."},
    Text{"CSVParsingError", "Encountered an error parsing the CSV file. Check the file and try again."},
    Text{"CSVUnescapedQuote",
         "Encountered an unescaped quote while parsing the CSV file. To allow quoted record delimiters, set "
         "AllowQuotedRecordDelimiter to 'TRUE'."},
    Text{"EvaluatorInvalidArguments", "Incorrect number of arguments in the function call in the SQL expression."},
    Text{"EvaluatorInvalidTimestampFormatPatternSymbol",
         "The timestamp format pattern contains a symbol in the SQL expression that is invalid."},
    Text{"EvaluatorLikePatternInvalidEscapeSequence", "Invalid argument given to the LIKE expression."},
    Text{"EvaluatorNegativeLimit", "LIMIT must not be negative."},
    Text{"ExpressionTooLong",
         "The SQL expression is too long: The maximum byte-length for the SQL expression is 256 KB."},
    Text{"ExternalEvalException", "The query cannot be evaluated. Please check the file and try again."},
    Text{"IncorrectSqlFunctionArgumentType", "Incorrect type of arguments in function call in the SQL expression."},
    Text{"IntegerOverflow", "Integer overflow or underflow in the SQL expression."},
    Text{"InvalidColumnIndex", "The column index in the SQL expression is invalid."},
    Text{"InvalidDataSource", "Invalid data source type. Only CSV, JSON, and Parquet are supported at this time."},
    Text{"InvalidDataType", "The SQL expression contains an invalid data type."},
    Text{"InvalidExpressionType", "The ExpressionType is invalid. Only SQL expressions are supported."},
    Text{"InvalidFileHeaderInfo", "The FileHeaderInfo is invalid. Only NONE, USE, and IGNORE are supported."},
    Text{"InvalidJsonType", "The JsonType is invalid. Only DOCUMENT and LINES are supported."},
    Text{"InvalidKeyPath", "The key path in the SQL expression is invalid."},
    Text{"InvalidQuoteFields", "The QuoteFields is invalid. Only ALWAYS and ASNEEDED are supported."},
    Text{"InvalidScanRange", "The provided scan range is invalid."},
    Text{"InvalidTableAlias", "The SQL expression contains an invalid table alias."},
    Text{"JSONParsingError", "Encountered an error parsing the JSON file. Check the file and try again."},
    Text{"LexerInvalidChar", "The SQL expression contains an invalid character."},
    Text{"LexerInvalidIONLiteral", "The SQL expression contains an invalid operator."},
    Text{"LexerInvalidLiteral", "The SQL expression contains an invalid operator."},
    Text{"LexerInvalidOperator", "The SQL expression contains an invalid literal."},
    Text{"LikeInvalidInputs", "Invalid argument given to the LIKE clause in the SQL expression."},
    Text{"MaxOperatorsExceeded",
         "Failed to parse SQL expression, try reducing complexity. For example, reduce number of operators used."},
    Text{"MissingHeaders", "Some headers in the query are missing from the file. Check the file and try again."},
    Text{"MultipleDataSourcesUnsupported", "Multiple data sources are not supported."},
    Text{"ObjectSerializationConflict",
         "InputSerialization specifies more than one format (CSV, JSON, or Parquet), or OutputSerialization specifies "
         "more than one format (CSV or JSON). InputSerialization and OutputSerialization can only specify one format "
         "each."},
    Text{"OverMaxRecordSize",
         "The character number in one record is more than our max threshold, maxCharsPerRecord: 1,048,576"},
    Text{"ParseAsteriskIsNotAloneInSelectList",
         "Other expressions are not allowed in the SELECT list when '*' is used without dot notation in the SQL "
         "expression."},
    Text{"ParseCastArity", "The SQL expression CAST has incorrect arity."},
    Text{"ParseEmptySelect", "The SQL expression contains an empty SELECT."},
    Text{"ParseExpectedArgumentDelimiter", "Did not find the expected argument delimiter in the SQL expression."},
    Text{"ParseExpectedDatePart", "Did not find the expected date part in the SQL expression."},
    Text{"ParseExpectedExpression", "Did not find the expected SQL expression."},
    Text{"ParseExpectedIdentForAlias", "Did not find the expected identifier for the alias in the SQL expression."},
    Text{"ParseExpectedKeyword", "Did not find the expected keyword in the SQL expression."},
    Text{"ParseExpectedLeftParenAfterCast",
         "Did not find the expected left parenthesis after CAST in the SQL expression."},
    Text{"ParseExpectedLeftParenBuiltinFunctionCall",
         "Did not find the expected left parenthesis in the SQL expression."},
    Text{"ParseExpectedLeftParenValueConstructor", "Did not find expected the left parenthesis in the SQL expression."},
    Text{"ParseExpectedNumber", "Did not find the expected number in the SQL expression."},
    Text{"ParseExpectedRightParenBuiltinFunctionCall",
         "Did not find the expected right parenthesis character in the SQL expression."},
    Text{"ParseExpectedTokenType", "Did not find the expected token in the SQL expression."},
    Text{"ParseExpectedTypeName", "Did not find the expected type name in the SQL expression."},
    Text{"ParseExpectedWhenClause",
         "Did not find the expected WHEN clause in the SQL expression. CASE is not supported."},
    Text{"ParseInvalidContextForWildcardInSelectList", "Invalid use of * in SELECT list in the SQL expression."},
    Text{"ParseInvalidPathComponent", "The SQL expression contains an invalid path component."},
    Text{"ParseInvalidTypeParam", "The SQL expression contains an invalid parameter value."},
    Text{"ParseMalformedJoin", "JOIN is not supported in the SQL expression."},
    Text{"ParseNonUnaryAgregateFunctionCall",
         "Only one argument is supported for aggregate functions in the SQL expression."},
    Text{"ParseSelectMissingFrom", "The SQL expression contains a missing FROM after the SELECT list."},
    Text{"ParseUnsupportedCallWithStar", "Only COUNT with (*) as a parameter is supported in the SQL expression."},
    Text{"ParseUnsupportedSelect", "The SQL expression contains an unsupported use of SELECT."},
    Text{"ParseUnsupportedSyntax", "The SQL expression contains unsupported syntax."},
    Text{"TruncatedInput",
         "Object decompression failed. Check that the object is properly compressed using the format specified in the "
         "request."},
    Text{"UnsupportedFunction", "Encountered an unsupported SQL function."},
    Text{"UnsupportedScanRangeInput", "Scan range queries are not supported on this type of object."},
    Text{"UnsupportedSqlOperation", "Encountered an unsupported SQL operation."},
    Text{"UnsupportedSqlStructure", "Encountered an unsupported SQL structure. Check the SQL Reference."},
    Text{"UnsupportedStorageClass",
         "Encountered an invalid storage class. Only STANDARD, STANDARD_IA, and ONEZONE_IA storage classes are "
         "supported at this time."},
    Text{"ValueParseFailure", "Time stamp parse failure in the SQL expression."},
};

}  // namespace

AwsError SelectError(std::string_view code) {
  const auto found = std::find_if(kTexts.begin(), kTexts.end(), [&](const Text& text) { return text.code == code; });
  assert(found != kTexts.end());
  return MakeError(code, found == kTexts.end() ? std::string(code) : std::string(found->message), 400);
}

AwsError UnexpectedToken(std::string_view found, int line, int column) {
  return MakeError("ParseUnexpectedToken",
                   fmt::format("Unexpected token found {} at line {}, column {}.", found, line, column), 400);
}

AwsError InvalidTextEncoding(std::uint64_t byte) {
  return MakeError("InvalidTextEncoding",
                   fmt::format("UTF-8 encoding is required. The text encoding error was found near byte {}.", byte),
                   400);
}

AwsError MissingSelectParameter(std::string_view name) {
  return MakeError("MissingRequiredParameter",
                   fmt::format("The SelectRequest entity is missing a required parameter: {}. Check the service "
                               "documentation and try again.",
                               name),
                   400);
}

AwsError InvalidRequestParameter(std::string_view name) {
  return MakeError("InvalidRequestParameter",
                   fmt::format("The value of a parameter in SelectRequest element is invalid: {}. Check the service "
                               "API documentation and try again.",
                               name),
                   400);
}

AwsError InvalidCompression(std::string_view type) {
  return MakeError("InvalidCompressionFormat",
                   type.empty() ? std::string("The file is not in a supported compression format. Only GZIP and BZIP2 "
                                              "are supported at this time.")
                                : fmt::format("{} is not applicable to the queried object. Please correct the "
                                              "request and try again.",
                                              type),
                   400);
}

AwsError UnterminatedPatternToken() {
  return MakeError("EvaluatorUnterminatedTimestampFormatPatternToken",
                   "Time stamp format pattern contains unterminated token in the SQL expression.", 400);
}

AwsError InvalidPatternSymbol() { return SelectError("EvaluatorInvalidTimestampFormatPatternSymbol"); }

AwsError InvalidPatternToken() {
  return MakeError("EvaluatorInvalidTimestampFormatPatternToken",
                   "Time stamp format pattern contains an invalid token in the SQL expression.", 400);
}

AwsError ParquetNotImplemented() {
  return MakeError("NotImplemented", "Stratolite's SelectObjectContent reads CSV and JSON, not Parquet.", 501);
}

}  // namespace stratolite::s3::select
