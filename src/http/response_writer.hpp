#pragma once

#include <string>

#include "stratolite/wire/http_message.hpp"

namespace stratolite::http {

/// What the request says about the form of its answer.
struct ResponseFraming {
  bool keep_alive = true;
  bool http_1_0 = false;
  /// HEAD: the head of the answer only.
  bool head_only = false;
};

/// Appends status line, header fields and blank line; adds Content-Length or Transfer-Encoding (from `response.stream`'s size, else the body)
/// and Connection where needed. Control characters in values become spaces, so that no value can start another field.
void AppendHead(std::string& out, const wire::HttpResponse& response, const ResponseFraming& framing);

/// Whether the status allows a body at all (1xx, 204 and 304 do not).
bool MayHaveBody(int status);

/// Appends `data` as one chunk; an empty one ends the body.
void AppendChunk(std::string& out, std::string_view data);

}  // namespace stratolite::http
