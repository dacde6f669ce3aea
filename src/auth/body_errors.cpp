#include "auth/body_errors.hpp"

#include <memory>
#include <string>
#include <utility>

#include "auth/auth_errors.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::auth {
namespace {

AwsError WithFields(AwsError error, Json fields) {
  error.fields = std::make_shared<const Json>(std::move(fields));
  return error;
}

}  // namespace

AwsError BodyTerminated() { return {"IncompleteBody", "The request body terminated unexpectedly", 400}; }

AwsError WrongBodyLength(std::uint64_t expected, std::uint64_t provided) {
  return WithFields(
      {"IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header", 400},
      {{"NumberBytesExpected", std::to_string(expected)}, {"NumberBytesProvided", std::to_string(provided)}});
}

AwsError ChunkTooSmall(std::uint64_t chunk, std::uint64_t bad_size) {
  return WithFields(
      {"InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes", 403},
      {{"Chunk", std::to_string(chunk)}, {"BadChunkSize", std::to_string(bad_size)}});
}

AwsError MalformedTrailer() {
  return {"MalformedTrailerError",
          "The request contained trailing data that was not well-formed or did not conform to our published schema.",
          400};
}

AwsError UnsupportedTrailer() {
  return {"InvalidRequest", "The value specified in the x-amz-trailer header is not supported", 400};
}

AwsError ChunkSignatureMismatch(std::string_view access_key_id, std::string_view string_to_sign,
                                std::string_view provided) {
  return AuthErrors(wire::Protocol::kRestXml, true).Mismatch(access_key_id, provided, string_to_sign, {});
}

AwsError BodyTimeout() {
  return {"RequestTimeout",
          "Your socket connection to the server was not read from or written to within the timeout period. Idle "
          "connections will be closed.",
          400};
}

AwsError MissingContentLength() {
  return {"MissingContentLength", "You must provide the Content-Length HTTP header.", 411};
}

AwsError TransferEncodingNotImplemented() {
  return WithFields({"NotImplemented", "A header you provided implies functionality that is not implemented", 501},
                    {{"Header", "Transfer-Encoding"}});
}

}  // namespace stratolite::auth
