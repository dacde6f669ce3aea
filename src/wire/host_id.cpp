#include "stratolite/wire/host_id.hpp"

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire {
namespace {

/// AWS's are as long: 76 characters.
constexpr std::size_t kHostIdBytes = 56;

}  // namespace

std::string HostIdOf(std::string_view request_id) {
  const Sha256Digest first = Sha256(request_id);
  const Sha256Digest second = Sha256(AsBytes(first));
  std::string bytes(AsBytes(first));
  bytes += AsBytes(second);
  return Base64Encode(std::string_view(bytes).substr(0, kHostIdBytes));
}

}  // namespace stratolite::wire
