#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// MessageAttributes and MessageSystemAttributes: checks, size, digest, filter and how they lie in the store.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
namespace stratolite::sqs {

/// Attributes a client sent: InvalidParameterValue or UnsupportedOperation in AWS's words.
Result<void> CheckMessageAttributes(const Json& attributes);
/// `AWSTraceHeader` of type String is all there is.
Result<void> CheckSystemAttributes(const Json& attributes);

/// What attributes count towards the size of a message: names, types and values.
std::int64_t SizeOfAttributes(const Json& attributes);

/// MD5OfMessageAttributes as every SDK computes it: names sorted, each of name, type and value behind its length, values behind a byte
/// for their kind. Lower-case hex.
std::string Md5OfAttributes(const Json& attributes);

/// Text for the store and back; blobs are base64 there. Empty attributes are an empty text.
std::string StoreAttributes(const Json& attributes);
Json RestoreAttributes(std::string_view stored);

/// MessageAttributeNames of ReceiveMessage: names, `All`, `.*`, and prefixes as `foo.*`.
bool MatchesFilter(std::string_view name, const std::vector<std::string>& filter);

/// Whether a body or value holds only the characters that SQS carries (those of XML 1.0). `text` is valid UTF-8.
bool HasOnlyAllowedCharacters(std::string_view text);

}  // namespace stratolite::sqs
