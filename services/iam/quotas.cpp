#include "iam/quotas.hpp"

#include <fmt/format.h>

#include "iam/errors.hpp"

namespace stratolite::iam {

Result<void> Quota::Check(std::int64_t count) const {
  if (count > limit) return LimitExceeded(fmt::format("Cannot exceed quota for {}: {}", name, limit));
  return {};
}

}  // namespace stratolite::iam
