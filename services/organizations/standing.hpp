#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "organizations/model.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/service/service.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::runtime {
class Random;
}

namespace stratolite::organizations {

/// Where a caller's account stands.
struct Standing {
  Organization organization;
  Account account;
  bool management = false;
};
/// Errors: AWSOrganizationsNotInUseException.
Result<Standing> FindStanding(storage::Reader& reader, const Call& call);
/// What all but a few operations ask: delegated administrators are not built. Errors: AWSOrganizationsNotInUseException, AccessDeniedException.
Result<Organization> RequireManagement(storage::Reader& reader, const Call& call);

/// Lengths, patterns, enums and presence by the model. Errors: InvalidInputException with AWS's reason.
Result<void> CheckInput(const Call& call);

/// `prefix` and `length` lower-case letters and digits.
std::string MakeId(runtime::Random& random, std::string_view prefix, std::size_t length);

/// What a list operation was asked for.
struct Page {
  std::int64_t limit = 20;
  /// The id of the last one that was shown; empty: from the beginning.
  std::string after;
};
/// Errors: InvalidInputException for a token that is none of ours.
Result<Page> ReadPage(const Call& call);
std::string PageToken(std::string_view last);

/// One page of what is in order of ids. `items` may begin before the page, or be just one item longer than it.
template <typename Item, typename IdOf, typename ViewOf>
Json WritePage(const Page& page, std::string_view member, const std::vector<Item>& items, IdOf id_of, ViewOf view_of) {
  Json list = Json::array();
  Json output = Json::object();
  std::string last;
  for (const Item& item : items) {
    const std::string id = id_of(item);
    if (!page.after.empty() && id <= page.after) continue;
    if (static_cast<std::int64_t>(list.size()) == page.limit) {
      output["NextToken"] = PageToken(last);
      break;
    }
    list.push_back(view_of(item));
    last = id;
  }
  output[std::string(member)] = std::move(list);
  return output;
}

}  // namespace stratolite::organizations
