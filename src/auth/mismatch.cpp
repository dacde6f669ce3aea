#include <algorithm>
#include <array>
#include <functional>

#include "stratolite/auth/why_log.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::auth {
namespace {

constexpr std::string_view kHintHeader = "x-stratolite-canonical-request";
constexpr std::size_t kMaxOtherSecrets = 8;
// What clients send fits in well. The search signs some six hundred variants, and anybody who knows a key's id may ask for it.
constexpr std::size_t kMaxSearchedHeaders = 100;
constexpr std::size_t kMaxSearchedBytes = 16 * 1024;

/// One way in which a client may have seen the request.
struct Recipe {
  wire::HttpRequest http;
  PathStyle path;
  QueryStyle query;
  std::vector<std::string> signed_headers;
  std::string payload_hash;
  std::string secret;
  CredentialScope key_scope;
};

/// A change to the recipe, and what it means if the signature then fits.
struct Change {
  std::string meaning;
  std::function<void(Recipe&)> apply;
};
/// Changes of the same thing: only one of them at a time.
using Dimension = std::vector<Change>;

Dimension Hosts(const MismatchInput& input) {
  const std::string host(input.http.host());
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  const std::string name = has_port ? host.substr(0, colon) : host;
  const std::string port = has_port ? host.substr(colon) : ":4566";
  std::vector<std::string> candidates{name, name + port};
  for (const std::string_view local : {"localhost", "127.0.0.1", "[::1]", "host.docker.internal"}) {
    candidates.push_back(std::string(local) + port);
    candidates.emplace_back(local);
  }
  for (const std::string_view header : {"x-forwarded-host", "x-original-host"}) {
    if (const auto value = input.http.headers.Find(header)) candidates.emplace_back(*value);
  }
  candidates.push_back(input.scope.service + "." + input.scope.region + ".amazonaws.com");
  candidates.push_back(input.scope.service + ".amazonaws.com");
  Dimension out;
  for (const std::string& candidate : candidates) {
    if (candidate == host) continue;
    out.push_back({"the client signed Host '" + candidate + "', but '" + host +
                       "' arrived (a proxy or a port mapping changes it)",
                   [candidate](Recipe& recipe) { recipe.http.headers.Set("host", candidate); }});
  }
  return out;
}

Dimension Paths(const MismatchInput& input) {
  Dimension out;
  const std::array<std::pair<PathStyle, std::string_view>, 3> styles{
      {{PathStyle::kNormalizedDouble, "the client encoded the path twice and normalised it, which S3 does not do"},
       {PathStyle::kS3, "the client encoded the path once and did not normalise it, as for S3 alone"},
       {PathStyle::kRaw, "the client signed the path as it sent it, without encoding it again"}}};
  for (const auto& [style, meaning] : styles) {
    if (style != input.path_style)
      out.push_back({std::string(meaning), [style = style](Recipe& recipe) { recipe.path = style; }});
  }
  return out;
}

Dimension Queries(const MismatchInput& input) {
  const std::string_view query = input.http.query();
  Dimension out;
  if (query.empty()) return out;
  out.push_back({"the client read '+' in the query as itself, while it stands for a space",
                 [](Recipe& recipe) { recipe.query.plus_is_space = false; }});
  out.push_back({"the client added X-Amz-Security-Token after signing",
                 [](Recipe& recipe) { recipe.query.omit_session_token = true; }});
  if (query.find("X-Amz-Credential") == std::string_view::npos) {
    out.push_back({"the client signed the request without its query string", [](Recipe& recipe) {
                     recipe.http.target = recipe.http.target.substr(0, recipe.http.target.find('?'));
                   }});
    return out;
  }
  // What was appended to a presigned URL follows its signature.
  const std::size_t signature = query.find("&X-Amz-Signature=");
  const std::size_t appended = signature == std::string_view::npos ? signature : query.find('&', signature + 1);
  if (appended != std::string_view::npos) {
    const std::size_t cut = input.http.target.size() - (query.size() - appended);
    out.push_back({"query parameters were appended to the URL after it was presigned: '" +
                       std::string(query.substr(appended + 1)) + "'",
                   [cut](Recipe& recipe) { recipe.http.target.resize(cut); }});
  }
  return out;
}

Dimension Payloads(const MismatchInput& input) {
  const std::array<std::pair<std::string, std::string_view>, 3> hashes{
      {{std::string(kEmptyPayloadHash), "the client signed an empty body"},
       {std::string(kUnsignedPayload), "the client signed UNSIGNED-PAYLOAD"},
       {input.http.stream ? input.payload_hash : Sha256Hex(input.http.body), "the client signed the body's hash"}}};
  Dimension out;
  for (const auto& [hash, meaning] : hashes) {
    if (hash != input.payload_hash)
      out.push_back({std::string(meaning), [hash = hash](Recipe& recipe) { recipe.payload_hash = hash; }});
  }
  return out;
}

Dimension Methods(const MismatchInput& input) {
  Dimension out;
  for (const std::string_view method : {"GET", "PUT", "POST", "HEAD", "DELETE"}) {
    if (method == input.http.method) continue;
    out.push_back({"the request was signed for method " + std::string(method),
                   [method = std::string(method)](Recipe& recipe) { recipe.http.method = method; }});
  }
  return out;
}

Dimension HeaderForms(const MismatchInput& input) {
  Dimension out;
  std::vector<std::string> sorted = input.signed_headers;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != input.signed_headers) {
    out.push_back({"SignedHeaders is not sorted, while the client's canonical request is",
                   [sorted](Recipe& recipe) { recipe.signed_headers = sorted; }});
  }
  for (const std::string_view name :
       {"content-type", "accept-encoding", "content-length", "content-encoding", "accept"}) {
    if (std::find(sorted.begin(), sorted.end(), name) == sorted.end()) continue;
    out.push_back({"the client signed an empty header '" + std::string(name) + "', which something on the way has set",
                   [name = std::string(name)](Recipe& recipe) { recipe.http.headers.Set(name, ""); }});
  }
  return out;
}

Dimension Secrets(const MismatchInput& input) {
  Dimension out;
  for (const auto& [key, secret] : input.other_secrets) {
    if (out.size() == kMaxOtherSecrets) break;
    out.push_back({"the client signed with the secret of another key, " + key,
                   [secret = secret](Recipe& recipe) { recipe.secret = secret; }});
  }
  for (const std::string_view space : {" ", "\n", "\r"}) {
    out.push_back({"the client's secret ends in white space", [secret = input.secret_access_key + std::string(space)](
                                                                  Recipe& recipe) { recipe.secret = secret; }});
  }
  return out;
}

Dimension Scopes(const MismatchInput& input) {
  Dimension out;
  for (const std::string_view region : {"us-east-1", "eu-west-1", ""}) {
    if (region == input.scope.region) continue;
    out.push_back({"the client derived its signing key for region '" + std::string(region) +
                       "', while its scope says '" + input.scope.region + "'",
                   [region = std::string(region)](Recipe& recipe) { recipe.key_scope.region = region; }});
  }
  return out;
}

Recipe Start(const MismatchInput& input) {
  Recipe recipe;
  recipe.http.method = input.http.method;
  recipe.http.target = input.http.target;
  recipe.http.headers = input.http.headers;
  recipe.path = input.path_style;
  recipe.query = input.query_style;
  recipe.signed_headers = input.signed_headers;
  recipe.payload_hash = input.payload_hash;
  recipe.secret = input.secret_access_key;
  recipe.key_scope = input.scope;
  return recipe;
}

std::string Build(const Recipe& recipe) {
  return CanonicalRequest(recipe.http, recipe.path, recipe.signed_headers, recipe.payload_hash, recipe.query);
}

bool Fits(const MismatchInput& input, const Recipe& recipe, std::string_view canonical) {
  const Sha256Digest key = DeriveSigningKey(recipe.secret, recipe.key_scope);
  return ConstantTimeEquals(Signature(key, StringToSign(input.amz_date, input.scope, canonical)),
                            input.provided_signature);
}

/// Tries `recipe`; on success fills the record.
bool Try(const MismatchInput& input, const Recipe& recipe, std::string meaning, WhyRecord& record) {
  std::string canonical = Build(recipe);
  if (!Fits(input, recipe, canonical)) return false;
  record.difference = CompareCanonicalRequests(record.canonical_request, canonical);
  record.client_canonical_request = std::move(canonical);
  if (!meaning.empty()) meaning[0] = static_cast<char>(meaning[0] - ('a' - 'A'));
  record.finding = std::move(meaning) + ".";
  return true;
}

/// One change at a time, then two of different dimensions.
bool Search(const MismatchInput& input, WhyRecord& record) {
  const std::array<Dimension, 8> dimensions{Hosts(input),   Paths(input),       Queries(input), Payloads(input),
                                            Methods(input), HeaderForms(input), Secrets(input), Scopes(input)};
  const Recipe start = Start(input);
  for (const Dimension& dimension : dimensions) {
    for (const Change& change : dimension) {
      Recipe recipe = start;
      change.apply(recipe);
      if (Try(input, recipe, change.meaning, record)) return true;
    }
  }
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    for (std::size_t j = i + 1; j < dimensions.size(); ++j) {
      for (const Change& first : dimensions[i]) {
        for (const Change& second : dimensions[j]) {
          Recipe recipe = start;
          first.apply(recipe);
          second.apply(recipe);
          if (Try(input, recipe, first.meaning + "; and " + second.meaning, record)) return true;
        }
      }
    }
  }
  return false;
}

bool IsWorthASearch(const MismatchInput& input, const WhyRecord& record) {
  return input.http.headers.size() <= kMaxSearchedHeaders && input.signed_headers.size() <= kMaxSearchedHeaders &&
         input.http.target.size() + record.canonical_request.size() <= kMaxSearchedBytes;
}

/// A client may send its own canonical request along; the signature tells whether it is what was signed.
bool UseHint(const MismatchInput& input, WhyRecord& record) {
  const auto header = input.http.headers.Find(kHintHeader);
  const auto hint = header ? Base64Decode(*header) : std::nullopt;
  if (!hint) return false;
  record.client_canonical_request = *hint;
  record.difference = CompareCanonicalRequests(record.canonical_request, *hint);
  const bool same_secret = Fits(input, Start(input), *hint);
  if (!record.difference)
    record.finding =
        "The client's canonical request is the same as ours: its secret access key differs from the one known here.";
  else if (same_secret)
    record.finding = "The client sent its canonical request along; it differs in " + record.difference->part + ".";
  else
    record.finding = "The client sent a canonical request along which differs in " + record.difference->part +
                     "; the signature does not fit it either, so the secret differs as well.";
  return true;
}

}  // namespace

void ExplainMismatch(const MismatchInput& input, WhyRecord& record) {
  record.canonical_request = Build(Start(input));
  record.string_to_sign = StringToSign(input.amz_date, input.scope, record.canonical_request);
  if (UseHint(input, record)) return;
  if (!IsWorthASearch(input, record)) {
    record.finding =
        "The request is too large for trying what clients and proxies get wrong: compare the canonical request with "
        "the "
        "client's, or send the client's along in x-stratolite-canonical-request.";
    return;
  }
  if (Search(input, record)) return;
  record.finding =
      "The secret access key differs from the one known here for this key, or something signed (a header, the path, "
      "the body) was changed on the "
      "way: no usual variant of the request fits the signature.";
}

}  // namespace stratolite::auth
