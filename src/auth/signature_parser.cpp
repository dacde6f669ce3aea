#include "auth/signature_parser.hpp"

#include <algorithm>
#include <array>

#include "stratolite/base/encoding.hpp"

namespace stratolite::auth {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string Decode(std::string_view text) { return PercentDecode(text, true).value_or(std::string(text)); }

/// Cuts the next piece before `separator` off `rest`.
std::string_view TakeUntil(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

void ReadCredential(ParsedSignature& parsed) {
  if (!parsed.credential) return;
  std::string_view rest = *parsed.credential;
  const auto slashes = std::count(rest.begin(), rest.end(), '/');
  const bool regional = parsed.kind != ParsedSignature::Kind::kSigV4a;
  parsed.access_key_id = TakeUntil(rest, '/');
  if (slashes != (regional ? 4 : 3)) return;
  parsed.scope.date = TakeUntil(rest, '/');
  if (regional) parsed.scope.region = TakeUntil(rest, '/');
  parsed.scope.service = TakeUntil(rest, '/');
  parsed.terminator = rest;
  parsed.credential_well_formed = !parsed.access_key_id.empty();
}

void ReadSignedHeaders(ParsedSignature& parsed) {
  if (!parsed.signed_headers_text) return;
  std::string_view rest = *parsed.signed_headers_text;
  while (!rest.empty()) {
    std::string name(TakeUntil(rest, ';'));
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    if (!name.empty()) parsed.signed_headers.push_back(std::move(name));
  }
}

/// As in the canonical form: what arrives several times is one value with commas, which no date, token or signature has.
std::optional<std::string> JoinedField(const wire::Headers& headers, std::string_view name) {
  std::optional<std::string> out;
  for (const auto& [field, value] : headers) {
    if (!wire::EqualsIgnoreCase(field, name)) continue;
    if (out)
      out->append(",").append(Trim(value));
    else
      out = std::string(Trim(value));
  }
  return out;
}

ParsedSignature::Kind KindOf(std::string_view algorithm) {
  if (algorithm == kSigV4Algorithm) return ParsedSignature::Kind::kSigV4;
  if (algorithm == kSigV4aAlgorithm) return ParsedSignature::Kind::kSigV4a;
  if (algorithm == "AWS") return ParsedSignature::Kind::kSigV2;
  return ParsedSignature::Kind::kOther;
}

void ReadHeader(const wire::Headers& headers, std::string_view authorization, ParsedSignature& parsed) {
  std::string_view rest = Trim(authorization);
  parsed.algorithm = TakeUntil(rest, ' ');
  parsed.kind = KindOf(parsed.algorithm);
  if (parsed.kind == ParsedSignature::Kind::kSigV2) {
    parsed.access_key_id = TakeUntil(rest, ':');
    parsed.signature = std::string(rest);
    const auto date = JoinedField(headers, "x-amz-date");
    parsed.date = date ? date : JoinedField(headers, "date");
    parsed.session_token = JoinedField(headers, "x-amz-security-token");
    return;
  }
  // AWS's own parser takes commas and spaces alike between the parts.
  while (!rest.empty()) {
    const auto separator = std::find_if(rest.begin(), rest.end(), [](char c) { return c == ',' || c == ' '; });
    const auto end = static_cast<std::size_t>(separator - rest.begin());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) {
      parsed.stray_part = std::string(part);
      continue;
    }
    const std::string_view name = part.substr(0, equals);
    std::string value(part.substr(equals + 1));
    if (name == "Credential")
      parsed.credential = std::move(value);
    else if (name == "SignedHeaders")
      parsed.signed_headers_text = std::move(value);
    else if (name == "Signature")
      parsed.signature = std::move(value);
  }
  const auto date = JoinedField(headers, "x-amz-date");
  parsed.date = date ? date : JoinedField(headers, "date");
  parsed.session_token = JoinedField(headers, "x-amz-security-token");
  // Sessions of S3's directory buckets come with a field of their own.
  if (!parsed.session_token) parsed.session_token = JoinedField(headers, "x-amz-s3session-token");
}

void ReadQuery(std::string_view query, ParsedSignature& parsed) {
  std::optional<std::string> algorithm;
  const std::array<std::pair<std::string_view, std::optional<std::string>*>, 8> wanted{{
      {"X-Amz-Algorithm", &algorithm},
      {"X-Amz-Credential", &parsed.credential},
      {"X-Amz-Signature", &parsed.signature},
      {"X-Amz-SignedHeaders", &parsed.signed_headers_text},
      {"X-Amz-Date", &parsed.date},
      {"X-Amz-Expires", &parsed.expires},
      {"X-Amz-Security-Token", &parsed.session_token},
      {"X-Amz-S3session-Token", &parsed.session_token},
  }};
  while (!query.empty()) {
    std::string_view value = TakeUntil(query, '&');
    const std::string name = Decode(TakeUntil(value, '='));
    if (!name.starts_with("X-Amz-")) continue;
    for (const auto& [known, target] : wanted) {
      if (name != known) continue;
      // As with fields: a second value spoils the first.
      *target = *target ? **target + "," + Decode(value) : Decode(value);
    }
  }
  parsed.presigned = true;
  parsed.algorithm = algorithm.value_or("");
  parsed.kind = parsed.algorithm == kSigV4aAlgorithm               ? ParsedSignature::Kind::kSigV4a
                : algorithm && parsed.algorithm != kSigV4Algorithm ? ParsedSignature::Kind::kOther
                                                                   : ParsedSignature::Kind::kSigV4;
}

/// SigV2, as S3 presigned with it and as boto3 still does by default in the older regions.
void ReadSigV2Query(const wire::HttpRequest& http, ParsedSignature& parsed) {
  const std::string_view query = http.query();
  parsed.kind = ParsedSignature::Kind::kSigV2;
  parsed.presigned = true;
  parsed.access_key_id = FindQueryParameter(query, "AWSAccessKeyId").value_or("");
  parsed.expires = FindQueryParameter(query, "Expires");
  parsed.signature = FindQueryParameter(query, "Signature");
  // Base64 has no blanks: whoever left the plus raw meant it.
  if (parsed.signature) std::replace(parsed.signature->begin(), parsed.signature->end(), ' ', '+');
  parsed.session_token = JoinedField(http.headers, "x-amz-security-token");
  if (!parsed.session_token) parsed.session_token = FindQueryParameter(query, "x-amz-security-token");
}

/// A parameter that only signed queries have; its name at the start of a pair.
bool HasParameter(std::string_view query, std::string_view name) {
  if (query.empty()) return false;
  if (query.find('%') != std::string_view::npos && FindQueryParameter(query, name, true)) return true;
  for (std::size_t at = query.find(name); at != std::string_view::npos; at = query.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || query[at - 1] == '&') && (end == query.size() || query[end] == '=' || query[end] == '&'))
      return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> FindQueryParameter(std::string_view raw_query, std::string_view name, bool exact_case) {
  while (!raw_query.empty()) {
    std::string_view value = TakeUntil(raw_query, '&');
    const std::string found = Decode(TakeUntil(value, '='));
    if (exact_case ? found == name : wire::EqualsIgnoreCase(found, name)) return Decode(value);
  }
  return std::nullopt;
}

ParsedSignature ParseSignature(const wire::HttpRequest& http) {
  ParsedSignature parsed;
  const auto authorization = JoinedField(http.headers, "authorization");
  const std::string_view query = http.query();
  const bool presigned = HasParameter(query, "X-Amz-Algorithm") || HasParameter(query, "X-Amz-Signature") ||
                         HasParameter(query, "X-Amz-Credential");
  const bool sigv2 =
      HasParameter(query, "AWSAccessKeyId") || (HasParameter(query, "Signature") && HasParameter(query, "Expires"));
  if (authorization) {
    ReadHeader(http.headers, *authorization, parsed);
    parsed.both = presigned || (sigv2 && HasParameter(query, "Signature"));
  } else if (presigned) {
    ReadQuery(query, parsed);
  } else if (sigv2) {
    ReadSigV2Query(http, parsed);
  }
  ReadCredential(parsed);
  ReadSignedHeaders(parsed);
  return parsed;
}

}  // namespace stratolite::auth
