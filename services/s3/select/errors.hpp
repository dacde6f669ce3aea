#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// What SelectObjectContent answers when it cannot, each text once; all are 400.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#SelectObjectContentErrorCodeList
namespace stratolite::s3::select {

/// Of those whose code says it all, by AWS's list. Precondition: it is in there.
AwsError SelectError(std::string_view code);

/// `found`: `KEYWORD:from`; both counted from one.
AwsError UnexpectedToken(std::string_view found, int line, int column);
AwsError InvalidTextEncoding(std::uint64_t byte);
AwsError MissingSelectParameter(std::string_view name);
/// A parameter whose value cannot be taken.
AwsError InvalidRequestParameter(std::string_view name);
/// `type`: GZIP or BZIP2, for an object that is no such file; empty: an unknown type was asked for.
AwsError InvalidCompression(std::string_view type);
AwsError UnterminatedPatternToken();
AwsError InvalidPatternSymbol();
AwsError InvalidPatternToken();
/// 501: Stratolite reads CSV and JSON.
AwsError ParquetNotImplemented();

}  // namespace stratolite::s3::select
