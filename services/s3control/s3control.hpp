#pragma once

#include <memory>

#include "stratolite/service/service.hpp"

namespace stratolite::s3control {

/// AWS S3 Control: an account's block of public access, access points and their policies, tags of buckets and access points. What it administers lives in
/// S3, which acts by it: ports::BucketControl.
///
/// Leaves out batch jobs, access grants, Storage Lens, Object Lambda, Multi-Region Access Points and Outposts. `deps` must outlive the service.
/// Thread-safe. Blocks.
std::unique_ptr<Service> MakeService(const ServiceDeps& deps);

/// Like S3 it validates by itself.
inline constexpr ServiceDescriptor kDescriptor{.name = "s3control", .make = &MakeService, .validates_input = false};

}  // namespace stratolite::s3control
