#include "s3/body_cipher.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace stratolite::s3 {
namespace {

constexpr std::uint64_t kCipherBlock = 16;
constexpr std::size_t kCipherKeyBytes = 32;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

/// The counter block of block `index`: the nonce plus the index, as one big-endian number that wraps.
std::array<unsigned char, kBodyNonceBytes> CounterBlock(std::string_view nonce, std::uint64_t index) {
  std::array<unsigned char, kBodyNonceBytes> block{};
  std::copy(nonce.begin(), nonce.end(), block.begin());
  unsigned carry = 0;
  for (std::size_t i = block.size(); i-- > 0;) {
    const unsigned sum = block[i] + static_cast<unsigned>(index & 0xFF) + carry;
    block[i] = static_cast<unsigned char>(sum);
    carry = sum >> 8;
    index >>= 8;
  }
  return block;
}

}  // namespace

void BodyCipher::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

BodyCipher::BodyCipher(const CustomerKey& key, std::string_view nonce, std::uint64_t offset)
    : context_(EVP_CIPHER_CTX_new()) {
  if (nonce.size() != kBodyNonceBytes || key.bytes.size() != kCipherKeyBytes) {
    throw std::runtime_error("a body under a customer's key lacks its nonce or its key");
  }
  const auto counter = CounterBlock(nonce, offset / kCipherBlock);
  if (!context_ || EVP_EncryptInit_ex(context_.get(), EVP_aes_256_ctr(), nullptr,
                                      reinterpret_cast<const unsigned char*>(key.bytes.data()), counter.data()) != 1) {
    throw std::runtime_error("OpenSSL has no AES-256-CTR");
  }
  std::array<char, kCipherBlock> skipped{};
  Apply(skipped.data(), offset % kCipherBlock);
}

void BodyCipher::Apply(char* bytes, std::size_t count) {
  while (count > 0) {
    const std::size_t piece = std::min(count, kMostAtOnce);
    auto* const data = reinterpret_cast<unsigned char*>(bytes);
    int written = 0;
    if (EVP_EncryptUpdate(context_.get(), data, &written, data, static_cast<int>(piece)) != 1 ||
        static_cast<std::size_t>(written) != piece) {
      throw std::runtime_error("OpenSSL failed to encrypt a body");
    }
    bytes += piece;
    count -= piece;
  }
}

}  // namespace stratolite::s3
