#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"

/// What website endpoints answer in HTML.
namespace stratolite::s3 {

/// `error.http_status` is set. `document_error`: why the custom error document is not what is sent.
wire::HttpResponse ErrorPage(const AwsError& error, const std::optional<AwsError>& document_error,
                             std::string_view request_id);

/// 301 and its like, without a body.
wire::HttpResponse RedirectAnswer(int status, std::string location);

}  // namespace stratolite::s3
