#include "iam/policy_documents.hpp"

#include <algorithm>

#include "stratolite/base/encoding.hpp"

namespace stratolite::iam {

Result<void> CheckDocument(std::string_view document, auth::PolicyKind kind) {
  return auth::ValidatePolicy(document, kind);
}

std::int64_t DocumentSize(std::string_view document) {
  // The model allows characters up to U+00FF: those beyond ASCII are two bytes, of which the first alone counts.
  return std::count_if(document.begin(), document.end(), [](char c) {
    return c != ' ' && c != '\t' && c != '\n' && c != '\r' && (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
  });
}

std::string EncodeDocument(std::string_view document) { return PercentEncode(document); }

}  // namespace stratolite::iam
