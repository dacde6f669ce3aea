#pragma once

#include "s3/model.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::s3 {

/// What GetObject and HeadObject answer alike about an object: everything but range, part and checksum.
Json ViewObject(const Bucket& bucket, const Object& object);

/// `"etag"`, quoted.
std::string QuotedEtag(const Object& object);

}  // namespace stratolite::s3
