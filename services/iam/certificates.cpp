#include "iam/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdint>
#include <ctime>
#include <memory>

#include "iam/credential_errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::iam {
namespace {

constexpr int kSmallestRsa = 2048;
constexpr int kLargestRsa = 16'384;
constexpr std::string_view kSshRsa = "ssh-rsa";

template <auto Free>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using X509Ptr = std::unique_ptr<X509, FreedBy<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using NumberPtr = std::unique_ptr<BIGNUM, FreedBy<BN_free>>;

BioPtr Memory(std::string_view text) { return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

/// No pass phrase is asked for.
int NoPassPhrase(char*, int, int, void*) { return -1; }

KeyPtr ReadPrivateKey(std::string_view pem) {
  const BioPtr memory = Memory(pem);
  return KeyPtr(PEM_read_bio_PrivateKey(memory.get(), nullptr, &NoPassPhrase, nullptr));
}

TimePoint TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return TimePoint(std::chrono::seconds(timegm(&parts)));
}

CertificateFacts ReadFacts(X509* certificate) {
  CertificateFacts facts;
  facts.not_before = TimeOf(X509_get0_notBefore(certificate));
  facts.not_after = TimeOf(X509_get0_notAfter(certificate));
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size > 0) facts.bytes.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return facts;
}

/// All certificates of a text; nullopt when something in it is none.
std::optional<std::vector<X509Ptr>> ReadChain(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  std::size_t expected = 0;
  for (std::size_t place = pem.find(kBegin); place != std::string_view::npos; place = pem.find(kBegin, place + 1))
    ++expected;
  std::vector<X509Ptr> chain;
  const BioPtr memory = Memory(pem);
  while (X509* const certificate = PEM_read_bio_X509(memory.get(), nullptr, &NoPassPhrase, nullptr)) {
    chain.emplace_back(certificate);
  }
  if (chain.empty() || chain.size() != expected) return std::nullopt;
  return chain;
}

bool Signs(X509* issuer, X509* certificate) {
  const KeyPtr key(X509_get_pubkey(issuer));
  return key != nullptr && X509_verify(certificate, key.get()) == 1;
}

void AppendSshField(std::string& out, std::string_view field) {
  const auto size = static_cast<std::uint32_t>(field.size());
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
  out.append(field);
}

/// RFC 4253 section 6.6: a number is big-endian, and positive ones do not begin with a set bit.
std::string SshNumber(const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  if (!bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80) != 0) bytes.insert(bytes.begin(), '\0');
  return bytes;
}

/// The next field of an SSH key's bytes, taken off their front.
std::optional<std::string_view> TakeSshField(std::string_view& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  bytes.remove_prefix(4);
  if (size > bytes.size()) return std::nullopt;
  const std::string_view field = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return field;
}

std::string Fingerprint(std::string_view bytes) {
  const std::string hex = Md5Hex(bytes);
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    if (i > 0) out.push_back(':');
    out.append(hex, i, 2);
  }
  return out;
}

KeyPtr MakeRsaKey(BIGNUM* modulus, BIGNUM* exponent) {
  const std::unique_ptr<OSSL_PARAM_BLD, FreedBy<OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent);
  const std::unique_ptr<OSSL_PARAM, FreedBy<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const std::unique_ptr<EVP_PKEY_CTX, FreedBy<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

Result<SshPublicKey> DescribeRsa(const KeyPtr& key) {
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return InvalidSshKey();
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits < kSmallestRsa || bits > kLargestRsa) return InvalidSshKey();
  BIGNUM* raw_modulus = nullptr;
  BIGNUM* raw_exponent = nullptr;
  EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_N, &raw_modulus);
  EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &raw_exponent);
  const NumberPtr modulus(raw_modulus);
  const NumberPtr exponent(raw_exponent);
  if (modulus == nullptr || exponent == nullptr) return InvalidSshKey();
  std::string bytes;
  AppendSshField(bytes, kSshRsa);
  AppendSshField(bytes, SshNumber(exponent.get()));
  AppendSshField(bytes, SshNumber(modulus.get()));
  const BioPtr memory(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PUBKEY(memory.get(), key.get()) != 1) return InvalidSshKey();
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return SshPublicKey{std::string(kSshRsa).append(" ").append(Base64Encode(bytes)),
                      std::string(data, static_cast<std::size_t>(size)), Fingerprint(bytes)};
}

}  // namespace

std::optional<CertificateFacts> ReadCertificate(std::string_view pem) {
  const auto chain = ReadChain(pem);
  if (!chain || chain->size() != 1) return std::nullopt;
  return ReadFacts(chain->front().get());
}

bool IsPrivateKey(std::string_view pem) { return ReadPrivateKey(pem) != nullptr; }

Result<CertificateFacts> CheckServerCertificate(std::string_view certificate, std::string_view private_key,
                                                std::string_view chain) {
  const auto own = ReadChain(certificate);
  if (!own || own->size() != 1) return MalformedCertificate();
  const KeyPtr key = ReadPrivateKey(private_key);
  if (key == nullptr) return MalformedPrivateKey();
  X509* const leaf = own->front().get();
  if (X509_check_private_key(leaf, key.get()) != 1) return KeyPairMismatch();
  if (!chain.empty()) {
    const auto issuers = ReadChain(chain);
    if (!issuers) return MalformedCertificate();
    X509* signed_one = leaf;
    for (std::size_t i = 0; i < issuers->size(); ++i) {
      if (!Signs((*issuers)[i].get(), signed_one)) return InvalidCertificateChain(static_cast<int>(i));
      signed_one = (*issuers)[i].get();
    }
  }
  return ReadFacts(leaf);
}

Result<SshPublicKey> ReadSshPublicKey(std::string_view body) {
  while (!body.empty() && (body.front() == ' ' || body.front() == '\n' || body.front() == '\r')) body.remove_prefix(1);
  if (body.starts_with("-----BEGIN ")) {
    const BioPtr memory = Memory(body);
    return DescribeRsa(KeyPtr(PEM_read_bio_PUBKEY(memory.get(), nullptr, &NoPassPhrase, nullptr)));
  }
  if (!body.starts_with(kSshRsa) || body.size() <= kSshRsa.size() || body[kSshRsa.size()] != ' ')
    return UnknownSshEncoding();
  const std::string_view rest = body.substr(kSshRsa.size() + 1);
  const auto bytes = Base64Decode(rest.substr(0, rest.find_first_of(" \r\n\t")));
  if (!bytes) return InvalidSshKey();
  std::string_view left = *bytes;
  const auto type = TakeSshField(left);
  const auto exponent = TakeSshField(left);
  const auto modulus = TakeSshField(left);
  if (!type || *type != kSshRsa || !exponent || !modulus || !left.empty()) return InvalidSshKey();
  const auto number = [](std::string_view text) {
    return NumberPtr(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()), nullptr));
  };
  const NumberPtr n = number(*modulus);
  const NumberPtr e = number(*exponent);
  return DescribeRsa(MakeRsaKey(n.get(), e.get()));
}

}  // namespace stratolite::iam
