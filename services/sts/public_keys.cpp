#include "sts/public_keys.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "stratolite/auth/sealed_messages.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::sts {
namespace {

/// RFC 7518 sections 3.3 and 3.4.
struct TokenAlgorithm {
  std::string_view name;
  /// Empty: RSA.
  std::string_view curve;
  const char* group;
  std::size_t part_size;
  const EVP_MD* (*digest)();
};
constexpr std::array<TokenAlgorithm, 6> kTokenAlgorithms{{{"RS256", "", nullptr, 0, &EVP_sha256},
                                                          {"RS384", "", nullptr, 0, &EVP_sha384},
                                                          {"RS512", "", nullptr, 0, &EVP_sha512},
                                                          {"ES256", "P-256", "prime256v1", 32, &EVP_sha256},
                                                          {"ES384", "P-384", "secp384r1", 48, &EVP_sha384},
                                                          {"ES512", "P-521", "secp521r1", 66, &EVP_sha512}}};

template <auto Free>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using PublicKeyPtr = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using BigNumberPtr = std::unique_ptr<BIGNUM, FreedBy<BN_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, FreedBy<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, FreedBy<OSSL_PARAM_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, FreedBy<EVP_PKEY_CTX_free>>;
using VerifyContextPtr = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using EcPairPtr = std::unique_ptr<ECDSA_SIG, FreedBy<ECDSA_SIG_free>>;

const unsigned char* BytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

const TokenAlgorithm* FindAlgorithm(std::string_view name) {
  for (const TokenAlgorithm& algorithm : kTokenAlgorithms) {
    if (algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

std::string TextMember(const Json& key, const char* name) {
  const auto found = key.find(name);
  return found != key.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::string> BinaryMember(const Json& key, const char* name) {
  auto bytes = auth::Base64UrlDecode(TextMember(key, name));
  if (!bytes || bytes->empty()) return std::nullopt;
  return bytes;
}

BigNumberPtr ToNumber(std::string_view bytes) {
  return BigNumberPtr(BN_bin2bn(BytesOf(bytes), static_cast<int>(bytes.size()), nullptr));
}

PublicKeyPtr MakeKey(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return PublicKeyPtr(key);
}

PublicKeyPtr ReadRsaKey(const Json& key) {
  const auto modulus = BinaryMember(key, "n");
  const auto exponent = BinaryMember(key, "e");
  if (!modulus || !exponent) return nullptr;
  const BigNumberPtr n = ToNumber(*modulus);
  const BigNumberPtr e = ToNumber(*exponent);
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return MakeKey("RSA", builder.get());
}

PublicKeyPtr ReadEcKey(const Json& key, const TokenAlgorithm& algorithm) {
  const auto x = BinaryMember(key, "x");
  const auto y = BinaryMember(key, "y");
  if (!x || !y || x->size() != algorithm.part_size || y->size() != algorithm.part_size) return nullptr;
  const std::string point = "\x04" + *x + *y;
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, algorithm.group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return MakeKey("EC", builder.get());
}

/// r and s side by side, as OpenSSL wants them; empty: malformed.
std::string EcSignatureToDer(std::string_view raw, std::size_t part_size) {
  if (raw.size() != 2 * part_size) return {};
  const EcPairPtr pair(ECDSA_SIG_new());
  BigNumberPtr r = ToNumber(raw.substr(0, part_size));
  BigNumberPtr s = ToNumber(raw.substr(part_size));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* at = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(pair.get(), &at);
  return der;
}

}  // namespace

bool FitsAlgorithm(const Json& key, std::string_view algorithm) {
  const TokenAlgorithm* const wanted = FindAlgorithm(algorithm);
  if (wanted == nullptr || !key.is_object()) return false;
  if (const std::string use = TextMember(key, "use"); !use.empty() && use != "sig") return false;
  if (const std::string alg = TextMember(key, "alg"); !alg.empty() && alg != algorithm) return false;
  if (wanted->curve.empty()) return TextMember(key, "kty") == "RSA";
  return TextMember(key, "kty") == "EC" && TextMember(key, "crv") == wanted->curve;
}

bool VerifyByPublicKey(std::string_view algorithm, const Json& key, std::string_view text, std::string_view signature) {
  if (!FitsAlgorithm(key, algorithm)) return false;
  const TokenAlgorithm& wanted = *FindAlgorithm(algorithm);
  const bool rsa = wanted.curve.empty();
  const PublicKeyPtr public_key = rsa ? ReadRsaKey(key) : ReadEcKey(key, wanted);
  const std::string given = rsa ? std::string(signature) : EcSignatureToDer(signature, wanted.part_size);
  const VerifyContextPtr context(EVP_MD_CTX_new());
  if (!public_key || given.empty() || !context) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, wanted.digest(), nullptr, public_key.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), BytesOf(given), given.size(), BytesOf(text), text.size()) == 1;
}

}  // namespace stratolite::sts
