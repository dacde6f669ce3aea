#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// The errors of preflights, websites and forms, and of what configures them.
namespace stratolite::s3 {

// CORS
AwsError NoSuchCorsConfiguration(std::string_view bucket);
/// 403 AccessForbidden; `message` is what follows `CORSResponse: `.
AwsError CorsForbidden(std::string_view message, std::string_view method, std::string_view resource_type);
/// No rule allows it.
AwsError CorsNotAllowed(std::string_view method, std::string_view resource_type);
/// 400 BadRequest.
AwsError BadPreflight(std::string message);

// Websites
AwsError NoSuchWebsiteConfiguration(std::string_view bucket);

// Forms
/// 400: a field that a signed form needs is missing, or stands behind the file.
AwsError MissingFormField(std::string_view field);
/// 412: no multipart/form-data.
AwsError NoFormEncoding();
/// 400: the body is no form.
AwsError MalformedForm();
AwsError FormFieldsTooLarge();
AwsError FormWithoutFile(int files);
/// 403 AccessDenied: `Invalid according to Policy: …`.
AwsError AgainstPolicy(std::string_view reason);
/// 400 InvalidPolicyDocument: `Invalid Policy: …`.
AwsError InvalidFormPolicy(std::string_view reason);
/// content-length-range.
AwsError FormFileTooSmall(std::uint64_t proposed, std::uint64_t allowed);

}  // namespace stratolite::s3
