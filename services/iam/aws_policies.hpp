#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/managed_policies.hpp"

/// AWS's own managed policies as the binary carries them (services/iam/aws_policies.bin, written by src/tools/distill_managed_policies.py): their default
/// version only, and no descriptions. The data stay where the program was mapped; a question inflates one block of some 64 KiB and forgets it. In partitions
/// other than `aws` they are the same, with that partition in their ARNs. All functions: Thread-safe.
namespace stratolite::iam {

/// Nothing for what is no `arn:<partition>:iam::aws:policy/…`, or not there.
std::optional<ManagedPolicy> FindAwsPolicy(std::string_view arn);
/// Precondition: FindAwsPolicy finds it.
std::string AwsPolicyDocument(std::string_view arn);
/// In order of names, byte by byte, after `after`, those whose path begins with `path_prefix`.
std::vector<ManagedPolicy> ListAwsPolicies(std::string_view path_prefix, std::string_view after, std::int64_t limit);
/// All of them, each block inflated once.
void VisitAwsPolicies(const std::function<void(const ManagedPolicy& policy, std::string_view document)>& visit);
bool IsAwsPolicyArn(std::string_view arn);

}  // namespace stratolite::iam
