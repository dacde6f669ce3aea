// OpenSSL 3 deprecates its low-level digests in favour of EVP. They are used all the same: EVP costs an implicit fetch or
// a context allocation per digest and, at the first one, the initialisation of the whole library; these are plain
// functions. Of 100 bytes, on one 2024 server core: SHA-256 0.17 us against EVP_Digest's 0.87, MD5 0.27 against 0.67,
// HMAC-SHA-256 0.40 against HMAC()'s 2.2; and EVP's first call costs 1.4 ms.
#define OPENSSL_API_COMPAT 0x10100000L
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <cstring>

#include "stratolite/base/encoding.hpp"

namespace stratolite {
namespace {

constexpr std::size_t kSha256Block = 64;

}  // namespace

Md5Digest Md5(std::string_view bytes) {
  Md5Digest digest;
  MD5_CTX context;
  MD5_Init(&context);
  MD5_Update(&context, bytes.data(), bytes.size());
  MD5_Final(digest.data(), &context);
  return digest;
}

Sha256Digest Sha256(std::string_view bytes) {
  Sha256Digest digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

// RFC 2104.
Sha256Digest HmacSha256(std::string_view key, std::string_view message) {
  std::array<std::uint8_t, kSha256Block> inner_pad{};
  if (key.size() > kSha256Block) {
    const Sha256Digest short_key = Sha256(key);
    std::memcpy(inner_pad.data(), short_key.data(), short_key.size());
  } else if (!key.empty()) {
    std::memcpy(inner_pad.data(), key.data(), key.size());
  }
  std::array<std::uint8_t, kSha256Block> outer_pad = inner_pad;
  for (std::uint8_t& byte : inner_pad) byte ^= 0x36;
  for (std::uint8_t& byte : outer_pad) byte ^= 0x5C;

  Sha256Digest digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, inner_pad.data(), inner_pad.size());
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.data(), &context);
  SHA256_Init(&context);
  SHA256_Update(&context, outer_pad.data(), outer_pad.size());
  SHA256_Update(&context, digest.data(), digest.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

}  // namespace stratolite
