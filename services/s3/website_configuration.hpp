#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// What a bucket's website configuration says. https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
namespace stratolite::s3 {

inline constexpr std::string_view kWebsiteDocument = "website";

/// Errors: MalformedXML, InvalidArgument, InvalidRequest in AWS's words.
Result<void> CheckWebsiteConfiguration(const Json& configuration);

/// The first routing rule for a key; nullptr: none is. `status`: the error that reading it made; 0: nobody has tried yet, then rules about errors are not for it.
const Json* FindRoutingRule(const Json& configuration, std::string_view key, int status);

/// Where a request was sent, for redirects that change a part of it.
struct WebsiteAddress {
  std::string protocol;
  std::string host;
  /// Decoded, without the slash in front.
  std::string key;
};
/// `Location` of a rule's redirect, and of RedirectAllRequestsTo.
std::string RedirectLocation(const Json& rule, const WebsiteAddress& address);
std::string RedirectAllLocation(const Json& redirect, const WebsiteAddress& address);

}  // namespace stratolite::s3
