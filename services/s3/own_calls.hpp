#pragma once

#include <string_view>

#include "s3/parts.hpp"

/// What S3 does by itself: lifecycle rules, replication, deliveries of logs and inventories. Such work has no request behind it, but what it changes is written
/// and announced by the same functions as what callers change, which ask for a Call.
namespace stratolite::s3 {

/// The name that S3 acts under: principal, requester and source address of its events.
inline constexpr std::string_view kOwnPrincipal = "s3.amazonaws.com";

/// A call of S3 itself to `operation`, in the account and the region of `bucket`, without any input. `operation` must outlive it.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configure-notification.html
Call MakeOwnCall(Parts& parts, const Bucket& bucket, std::string_view operation);

/// Whether S3 itself acts.
bool IsOwnCall(const Call& call);

}  // namespace stratolite::s3
