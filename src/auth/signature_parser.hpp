#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/sigv4.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::auth {

/// What a request says about its signature, as sent and unjudged: members that the request lacks are empty or nullopt. Plain data.
struct ParsedSignature {
  enum class Kind { kNone, kSigV4, kSigV4a, kSigV2, kOther };
  Kind kind = Kind::kNone;
  bool presigned = false;
  /// Both an Authorization header and a signed query.
  bool both = false;
  std::string algorithm;
  std::optional<std::string> credential;
  std::optional<std::string> signature;
  std::optional<std::string> signed_headers_text;
  /// X-Amz-Date, in the header form else Date.
  std::optional<std::string> date;
  std::optional<std::string> expires;
  std::optional<std::string> session_token;
  /// A part of the Authorization header without an equals sign.
  std::optional<std::string> stray_part;

  /// From `credential`, when it has five parts (SigV4A: four, without a region); of SigV2 the key alone.
  bool credential_well_formed = false;
  std::string access_key_id;
  CredentialScope scope;
  std::string terminator;
  /// Lower case, in the order sent.
  std::vector<std::string> signed_headers;
};

/// Never fails: what cannot be read stays empty.
ParsedSignature ParseSignature(const wire::HttpRequest& http);

/// First value of a query parameter, decoded; nullopt: absent. Its name may be encoded as well.
std::optional<std::string> FindQueryParameter(std::string_view raw_query, std::string_view name,
                                              bool exact_case = false);

}  // namespace stratolite::auth
