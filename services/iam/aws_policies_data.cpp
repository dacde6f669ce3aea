#include "iam/aws_policies_data.hpp"

#include <cstddef>

asm(R"(.pushsection .rodata.stratolite_aws_policies, "a", @progbits
.balign 64
stratolite_aws_policies: .incbin ")" STRATOLITE_AWS_POLICIES_FILE R"("
stratolite_aws_policies_end:
.popsection)");

extern "C" const char stratolite_aws_policies[];
extern "C" const char stratolite_aws_policies_end[];

namespace stratolite::iam {

std::string_view AwsPoliciesData() {
  return {stratolite_aws_policies, static_cast<std::size_t>(stratolite_aws_policies_end - stratolite_aws_policies)};
}

}  // namespace stratolite::iam
