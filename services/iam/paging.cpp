#include "iam/paging.hpp"

#include "iam/errors.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

/// Before a marker's own text: what a user made up is seldom one.
constexpr std::string_view kMarkerStart = "iam:";

}  // namespace

Result<PageRequest> ReadPage(const Call& call) {
  const Fields fields(call.input);
  PageRequest page;
  page.limit = fields.IntOr("MaxItems", page.limit);
  if (const auto marker = fields.OptionalString("Marker")) {
    const auto text = Base64Decode(*marker);
    if (!text || !text->starts_with(kMarkerStart)) return ValidationError("Invalid Marker.");
    page.after = text->substr(kMarkerStart.size());
  }
  return page;
}

void WritePage(Json& output, bool more, std::string_view last) {
  output["IsTruncated"] = more;
  if (more) output["Marker"] = Base64Encode(std::string(kMarkerStart).append(last));
}

}  // namespace stratolite::iam
