#pragma once

#include <string>
#include <string_view>

namespace stratolite::s3 {

/// A gzip file (RFC 1952) with those bytes, without name or time: the same bytes give the same file.
std::string Gzip(std::string_view bytes);

}  // namespace stratolite::s3
