#include "sns/message_signer.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdexcept>

#include "sns/signing_key_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::sns {
namespace {

constexpr int kKeyBits = 1024;
// Whatever the world's clock and the receiver's say.
constexpr const char* kValidFrom = "20200101000000Z";
constexpr const char* kValidUntil = "20991231235959Z";
// AWS's own verifiers look for this name.
constexpr const char* kSubject = "sns.amazonaws.com";
constexpr const char* kOpenSslFailed = "OpenSSL failed on the key that signs messages";

template <auto Free>
struct ReleasedBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, ReleasedBy<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, ReleasedBy<X509_free>>;
using MemoryBio = std::unique_ptr<BIO, ReleasedBy<BIO_free_all>>;
using SigningContext = std::unique_ptr<EVP_MD_CTX, ReleasedBy<EVP_MD_CTX_free>>;

template <typename T>
T* MustBe(T* pointer) {
  if (pointer == nullptr) throw std::runtime_error(kOpenSslFailed);
  return pointer;
}
void MustSucceed(bool good) {
  if (!good) throw std::runtime_error(kOpenSslFailed);
}

template <typename Write>
std::string WritePem(Write write) {
  const MemoryBio memory(MustBe(BIO_new(BIO_s_mem())));
  MustSucceed(write(memory.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate MakeCertificate(EVP_PKEY* key, const std::string& serial) {
  Certificate certificate(MustBe(X509_new()));
  X509* const made = certificate.get();
  BIGNUM* number = nullptr;
  MustSucceed(BN_hex2bn(&number, serial.c_str()) != 0);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made));
  BN_free(number);
  MustSucceed(X509_set_version(made, X509_VERSION_3) == 1);
  MustSucceed(ASN1_TIME_set_string(X509_getm_notBefore(made), kValidFrom) == 1);
  MustSucceed(ASN1_TIME_set_string(X509_getm_notAfter(made), kValidUntil) == 1);
  MustSucceed(X509_set_pubkey(made, key) == 1);
  X509_NAME* const name = X509_get_subject_name(made);
  const auto add = [name](const char* field, const char* value) {
    MustSucceed(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value),
                                           -1, -1, 0) == 1);
  };
  add("O", "Stratolite");
  add("CN", kSubject);
  MustSucceed(X509_set_issuer_name(made, name) == 1);
  MustSucceed(X509_sign(made, key, EVP_sha256()) > 0);
  return certificate;
}

StoredSigningKey MakeSigningKey(runtime::Random& random) {
  const PrivateKey key(MustBe(EVP_RSA_gen(kKeyBits)));
  // RFC 5280 section 4.1.2.2: positive.
  const Certificate certificate = MakeCertificate(key.get(), "7" + HexEncode(random.Bytes(15)));
  StoredSigningKey made;
  made.private_key_pem = WritePem(
      [&](BIO* out) { return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  made.certificate_pem = WritePem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
  made.name = Sha256Hex(made.certificate_pem).substr(0, 32);
  return made;
}

}  // namespace

class MessageSigner::Key {
 public:
  explicit Key(StoredSigningKey stored) : stored_(std::move(stored)) {
    const MemoryBio memory(
        MustBe(BIO_new_mem_buf(stored_.private_key_pem.data(), static_cast<int>(stored_.private_key_pem.size()))));
    private_key_.reset(MustBe(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr)), EVP_PKEY_free);
  }
  const StoredSigningKey& stored() const { return stored_; }
  EVP_PKEY* private_key() const { return private_key_.get(); }

 private:
  const StoredSigningKey stored_;
  std::shared_ptr<EVP_PKEY> private_key_;
};

MessageSigner::KeyPtr MessageSigner::Remembered() {
  const std::scoped_lock lock(mutex_);
  return key_;
}

void MessageSigner::Remember(const KeyPtr& key) {
  const std::scoped_lock lock(mutex_);
  key_ = key;
}

MessageSigner::KeyPtr MessageSigner::FindKey() {
  if (KeyPtr known = Remembered()) return known;
  auto stored = deps_.db.Read([](storage::Reader& reader) { return FindSigningKey(reader); });
  if (!stored) {
    const StoredSigningKey fresh = MakeSigningKey(deps_.random);
    stored = deps_.db.Transact([&](storage::Txn& txn) { return KeepSigningKey(txn, fresh); });
  }
  auto key = std::make_shared<const Key>(*std::move(stored));
  Remember(key);
  return key;
}

MessageSigner::KeyPtr MessageSigner::FindKey(storage::Txn& txn) {
  if (KeyPtr known = Remembered()) return known;
  auto stored = FindSigningKey(txn);
  if (!stored) stored = KeepSigningKey(txn, MakeSigningKey(deps_.random));
  auto key = std::make_shared<const Key>(*std::move(stored));
  txn.OnCommit([this, key] { Remember(key); });
  return key;
}

std::optional<std::string> MessageSigner::FindCertificate(std::string_view name) {
  if (const KeyPtr known = Remembered(); known != nullptr && known->stored().name == name)
    return known->stored().certificate_pem;
  const auto stored = deps_.db.Read([](storage::Reader& reader) { return FindSigningKey(reader); });
  if (!stored || stored->name != name) return std::nullopt;
  return stored->certificate_pem;
}

void MessageSigner::Clear() { Remember(nullptr); }

std::string MessageSigner::Sign(const Key& key, std::string_view text, int signature_version) {
  const SigningContext context(MustBe(EVP_MD_CTX_new()));
  MustSucceed(EVP_DigestSignInit(context.get(), nullptr, signature_version == 2 ? EVP_sha256() : EVP_sha1(), nullptr,
                                 key.private_key()) == 1);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.private_key())), '\0');
  std::size_t size = signature.size();
  MustSucceed(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                             reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
  signature.resize(size);
  return Base64Encode(signature);
}

std::string MessageSigner::CertificateUrl(const Key& key, std::string_view endpoint) {
  return fmt::format("{}/SimpleNotificationService-{}.pem", endpoint, key.stored().name);
}

}  // namespace stratolite::sns
