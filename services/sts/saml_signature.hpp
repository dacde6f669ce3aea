#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/result.hpp"

namespace stratolite::sts {

/// The part of a SAML response that one of `certificates` (DER) signed: the response or its assertion, as XML. Only what this returns may be believed;
/// whatever else the document holds, nobody vouches for.
///
/// XML signatures (canonicalisation above all) are libxmlsec1's work. It is loaded when it is first needed: its archive would bring ICU's 30 MB along, and
/// linking to it would cost every start. Where it is not installed no response is accepted. Errors: InvalidIdentityToken. Thread-safe.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
Result<std::string> SignedPartOf(std::string_view document, const std::vector<std::string>& certificates);

}  // namespace stratolite::sts
