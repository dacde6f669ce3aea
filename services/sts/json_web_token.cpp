#include "sts/json_web_token.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>

#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/base/json_text.hpp"

namespace stratolite::sts {

std::optional<JsonWebToken> ParseJsonWebToken(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  const auto header = auth::Base64UrlDecode(text.substr(0, first));
  const auto claims = auth::Base64UrlDecode(text.substr(first + 1, second - first - 1));
  auto signature = auth::Base64UrlDecode(text.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  JsonWebToken token;
  token.header = ParseJsonText(*header);
  token.claims = ParseJsonText(*claims);
  if (!token.header.is_object() || !token.claims.is_object()) return std::nullopt;
  token.signing_input = std::string(text.substr(0, second));
  token.signature = *std::move(signature);
  return token;
}

namespace jwt {
namespace {

constexpr int kRsaBits = 2048;
/// r and s of P-384.
constexpr int kEcPartSize = 48;

template <auto Free>
struct Releaser {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Releaser<BIO_free_all>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Releaser<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Releaser<BN_free>>;

template <typename T>
T* NotNull(T* pointer) {
  if (pointer == nullptr) throw std::runtime_error("OpenSSL failed on a token signing key");
  return pointer;
}
void MustBeOne(int outcome) {
  if (outcome != 1) throw std::runtime_error("OpenSSL failed on a token signing key");
}

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

bool IsEs384(std::string_view algorithm) { return algorithm == kEs384; }
const EVP_MD* DigestOf(std::string_view algorithm) { return IsEs384(algorithm) ? EVP_sha384() : EVP_sha256(); }

Key ReadKey(const std::string& pem) {
  const Bio bio(NotNull(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))));
  return Key(NotNull(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)));
}

/// JWS wants r and s with a fixed width; OpenSSL speaks DER. RFC 7518 section 3.4.
std::string DerToRaw(std::string_view der) {
  const unsigned char* at = Bytes(der);
  const EcSignature signature(NotNull(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))));
  std::string raw(2 * kEcPartSize, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), Bytes(raw), kEcPartSize);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), Bytes(raw) + kEcPartSize, kEcPartSize);
  return raw;
}

std::string RawToDer(std::string_view raw) {
  if (raw.size() != 2 * kEcPartSize) return {};
  const EcSignature signature(NotNull(ECDSA_SIG_new()));
  MustBeOne(ECDSA_SIG_set0(signature.get(), BN_bin2bn(Bytes(raw), kEcPartSize, nullptr),
                           BN_bin2bn(Bytes(raw) + kEcPartSize, kEcPartSize, nullptr)));
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
  unsigned char* at = Bytes(der);
  i2d_ECDSA_SIG(signature.get(), &at);
  return der;
}

std::string Parameter(EVP_PKEY* key, const char* name, int width) {
  BIGNUM* number = nullptr;
  MustBeOne(EVP_PKEY_get_bn_param(key, name, &number));
  const Number owner(number);
  std::string bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(number)), '\0');
  BN_bn2binpad(number, Bytes(bytes), static_cast<int>(bytes.size()));
  return auth::Base64UrlEncode(bytes);
}

}  // namespace

std::string GeneratePrivateKey(std::string_view algorithm) {
  const Key key(NotNull(IsEs384(algorithm) ? EVP_EC_gen("P-384") : EVP_RSA_gen(kRsaBits)));
  const Bio bio(NotNull(BIO_new(BIO_s_mem())));
  MustBeOne(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string SignBytes(std::string_view algorithm, const std::string& private_key_pem, std::string_view text) {
  const Key key = ReadKey(private_key_pem);
  const DigestContext context(NotNull(EVP_MD_CTX_new()));
  MustBeOne(EVP_DigestSignInit(context.get(), nullptr, DigestOf(algorithm), nullptr, key.get()));
  std::size_t size = 0;
  MustBeOne(EVP_DigestSign(context.get(), nullptr, &size, Bytes(text), text.size()));
  std::string signature(size, '\0');
  MustBeOne(EVP_DigestSign(context.get(), Bytes(signature), &size, Bytes(text), text.size()));
  signature.resize(size);
  return IsEs384(algorithm) ? DerToRaw(signature) : signature;
}

bool VerifyBytes(std::string_view algorithm, const std::string& private_key_pem, std::string_view text,
                 std::string_view signature) {
  const Key key = ReadKey(private_key_pem);
  const std::string wanted = IsEs384(algorithm) ? RawToDer(signature) : std::string(signature);
  const DigestContext context(NotNull(EVP_MD_CTX_new()));
  MustBeOne(EVP_DigestVerifyInit(context.get(), nullptr, DigestOf(algorithm), nullptr, key.get()));
  return EVP_DigestVerify(context.get(), Bytes(wanted), wanted.size(), Bytes(text), text.size()) == 1;
}

Json PublicKey(std::string_view algorithm, const std::string& private_key_pem) {
  const Key key = ReadKey(private_key_pem);
  if (IsEs384(algorithm)) {
    return {{"kty", "EC"},
            {"use", "sig"},
            {"alg", algorithm},
            {"crv", "P-384"},
            {"x", Parameter(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, kEcPartSize)},
            {"y", Parameter(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, kEcPartSize)}};
  }
  return {{"kty", "RSA"},
          {"use", "sig"},
          {"alg", algorithm},
          {"n", Parameter(key.get(), OSSL_PKEY_PARAM_RSA_N, 0)},
          {"e", Parameter(key.get(), OSSL_PKEY_PARAM_RSA_E, 0)}};
}

}  // namespace jwt
}  // namespace stratolite::sts
