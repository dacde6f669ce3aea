#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "s3/customer_key.hpp"

struct evp_cipher_ctx_st;

namespace stratolite::s3 {

/// Bytes of the nonce that every body under a customer's key has of its own: the first counter block.
inline constexpr std::size_t kBodyNonceBytes = 16;

/// AES-256-CTR over one body: encrypting and decrypting are the same, any offset can be the first, so that ranges cost what they are long. CTR tells nobody
/// that bytes on the disk were changed; the object's checksum does, where somebody looks at all of it. Not thread-safe.
class BodyCipher {
 public:
  /// `nonce`: kBodyNonceBytes raw bytes. Begins at `offset` of the body. Throws when OpenSSL does.
  BodyCipher(const CustomerKey& key, std::string_view nonce, std::uint64_t offset);

  /// In place, the next bytes.
  void Apply(char* bytes, std::size_t count);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace stratolite::s3
