#pragma once

#include <string_view>

namespace stratolite::iam {

/// services/iam/aws_policies.bin, read-only where the program was mapped: nobody's memory until somebody looks. Immutable. Thread-safe.
std::string_view AwsPoliciesData();

}  // namespace stratolite::iam
