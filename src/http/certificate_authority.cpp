#include "http/certificate_authority.hpp"
#include "stratolite/base/encoding.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stratolite::http {
namespace {

namespace fs = std::filesystem;

constexpr long kDaySeconds = 24L * 60 * 60;
constexpr long kAuthorityDays = 3650;
// Apple's limit for certificates of authorities that the user added (support.apple.com/HT210176).
constexpr long kLeafDays = 825;
constexpr std::size_t kMaxLeaves = 512;
constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxCommonNameBytes = 64;
// Names of this machine, and those under which clients made for other emulators look for one.
constexpr std::string_view kStandardNames =
    "DNS:localhost,DNS:*.localhost,DNS:*.s3.localhost,IP:127.0.0.1,IP:::1,DNS:localhost.localstack.cloud,"
    "DNS:*.localhost.localstack.cloud,DNS:*.s3.localhost.localstack.cloud";

using Certificate = std::shared_ptr<X509>;
using Key = std::shared_ptr<EVP_PKEY>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

void Require(bool good, const char* what) {
  if (!good) throw std::runtime_error(fmt::format("OpenSSL failed: {}", what));
}

Key NewKey() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  Require(key != nullptr, "a key could not be made");
  return {key, &EVP_PKEY_free};
}

std::string RandomHex(std::size_t bytes) {
  std::string random(bytes, '\0');
  Require(RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(bytes)) == 1, "no randomness");
  std::string hex;
  for (const char c : random) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

struct CertificateFields {
  std::string common_name;
  long days = 0;
  std::initializer_list<std::pair<int, std::string>> extensions;
};

/// `issuer` null: signed by itself.
Certificate Issue(const CertificateFields& fields, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  const Certificate certificate(X509_new(), &X509_free);
  X509* const made = certificate.get();
  BIGNUM* serial = nullptr;
  // RFC 5280 section 4.1.2.2: positive, at most 20 octets.
  const std::string number = "7" + RandomHex(15).substr(1);
  Require(made != nullptr && BN_hex2bn(&serial, number.c_str()) != 0, "a serial number could not be made");
  BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(made));
  BN_free(serial);
  X509_set_version(made, X509_VERSION_3);
  // A day early: the clocks of containers and machines differ.
  X509_gmtime_adj(X509_getm_notBefore(made), -kDaySeconds);
  X509_gmtime_adj(X509_getm_notAfter(made), (fields.days - 1) * kDaySeconds);
  X509_set_pubkey(made, key);
  X509_NAME* const subject = X509_get_subject_name(made);
  const auto name = [subject](const char* field, const std::string& value) {
    X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.c_str()), -1,
                               -1, 0);
  };
  name("O", "Stratolite");
  name("CN", fields.common_name);
  X509* const signer = issuer != nullptr ? issuer : made;
  X509_set_issuer_name(made, X509_get_subject_name(signer));
  X509V3_CTX context;
  X509V3_set_ctx(&context, signer, made, nullptr, nullptr, 0);
  for (const auto& [nid, value] : fields.extensions) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    Require(extension != nullptr && X509_add_ext(made, extension, -1) == 1, "a certificate's extension was refused");
    X509_EXTENSION_free(extension);
  }
  Require(X509_sign(made, issuer_key, EVP_sha256()) > 0, "a certificate could not be signed");
  return certificate;
}

template <typename Write>
std::string ToPem(Write write) {
  const Bio memory(BIO_new(BIO_s_mem()), &BIO_free);
  Require(memory && write(memory.get()) == 1, "PEM could not be written");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string ReadText(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return in ? text.str() : "";
}

void WriteDurably(const fs::path& file, const std::string& text, mode_t mode) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  const bool written = descriptor >= 0 &&
                       ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fchmod(descriptor, mode) == 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!written) throw std::runtime_error(fmt::format("cannot write {}: {}", file.string(), std::strerror(error)));
}

void SyncFolder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) throw std::runtime_error(fmt::format("cannot write {}: {}", folder.string(), std::strerror(error)));
}

/// A fresh folder, mode 0700; removed unless it was renamed meanwhile.
class DirectoryAside {
 public:
  explicit DirectoryAside(const fs::path& parent) {
    std::string path = (parent / ".ca-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr)
      throw std::runtime_error(fmt::format("cannot make a folder in {}: {}", parent.string(), std::strerror(errno)));
    path_ = path;
  }
  DirectoryAside(const DirectoryAside&) = delete;
  DirectoryAside& operator=(const DirectoryAside&) = delete;
  ~DirectoryAside() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool IsAddress(const std::string& host) {
  unsigned char address[16];
  return ::inet_pton(AF_INET, host.c_str(), address) == 1 || ::inet_pton(AF_INET6, host.c_str(), address) == 1;
}

/// Lower case and without the root's dot; empty when it is no name (RFC 1123, and the underscores that people use).
std::string CanonicalHost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string name = AsciiLower(host.substr(0, host.find('%')));
  if (name.size() > kMaxHostBytes) return {};
  if (IsAddress(name)) return name;
  const bool clean = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
  const bool labels = !name.empty() && name.front() != '.' && name.find("..") == std::string::npos;
  return clean && labels ? name : std::string();
}

std::string AlternativeNames(const std::string& host) {
  std::string names(kStandardNames);
  char machine[256] = "";
  if (::gethostname(machine, sizeof machine - 1) == 0) {
    const std::string name = CanonicalHost(machine);
    if (!name.empty() && name != "localhost" && !IsAddress(name)) names += ",DNS:" + name;
  }
  if (!host.empty()) names += (IsAddress(host) ? ",IP:" : ",DNS:") + host;
  return names;
}

}  // namespace

struct CertificateAuthority::Issuer {
  Certificate certificate;
  Key key;
  /// Of every certificate that this process signs.
  Key leaf_key;
  std::string pem;
};

CertificateAuthority::CertificateAuthority(fs::path directory) : directory_(std::move(directory)) {}
CertificateAuthority::~CertificateAuthority() = default;

fs::path CertificateAuthority::file() const { return directory_.empty() ? fs::path() : directory_ / "ca.pem"; }

std::string CertificateAuthority::Pem() {
  const std::scoped_lock lock(mutex_);
  return Have().pem;
}

const CertificateAuthority::Issuer& CertificateAuthority::Have() {
  if (issuer_) return *issuer_;
  if (directory_.empty() || !fs::exists(directory_)) Create();
  // Also after Create: another process may have been quicker.
  if (!directory_.empty()) Load();
  return *issuer_;
}

void CertificateAuthority::Create() {
  auto issuer = std::make_unique<Issuer>();
  issuer->key = NewKey();
  issuer->leaf_key = NewKey();
  issuer->certificate = Issue({.common_name = "Stratolite local CA " + RandomHex(4),
                               .days = kAuthorityDays,
                               .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                              {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                              {NID_subject_key_identifier, "hash"}}},
                              issuer->key.get(), nullptr, issuer->key.get());
  issuer->pem = ToPem([&](BIO* out) { return PEM_write_bio_X509(out, issuer->certificate.get()); });
  if (directory_.empty()) {
    issuer_ = std::move(issuer);
    return;
  }
  const std::string key = ToPem([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, issuer->key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  // Written aside and renamed whole: nobody sees half of it, and of two that make one at once the first wins.
  const fs::path parent = directory_.parent_path();
  if (!parent.empty() && fs::create_directories(parent)) fs::permissions(parent, fs::perms::owner_all);
  const DirectoryAside aside(parent);
  WriteDurably(aside.path() / "ca.key", key, 0600);
  WriteDurably(aside.path() / "ca.pem", issuer->pem, 0644);
  // Users install it: a power cut must not leave another one, or half of this.
  SyncFolder(aside.path());
  if (::rename(aside.path().c_str(), directory_.c_str()) != 0 && errno != ENOTEMPTY && errno != EEXIST)
    throw std::runtime_error(fmt::format("cannot make {}: {}", directory_.string(), std::strerror(errno)));
  SyncFolder(parent);
}

void CertificateAuthority::Load() {
  auto issuer = std::make_unique<Issuer>();
  issuer->pem = ReadText(file());
  const std::string key = ReadText(directory_ / "ca.key");
  const Bio pem_in(BIO_new_mem_buf(issuer->pem.data(), static_cast<int>(issuer->pem.size())), &BIO_free);
  const Bio key_in(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())), &BIO_free);
  issuer->certificate.reset(PEM_read_bio_X509(pem_in.get(), nullptr, nullptr, nullptr), &X509_free);
  issuer->key.reset(PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (!issuer->certificate || !issuer->key ||
      X509_check_private_key(issuer->certificate.get(), issuer->key.get()) != 1) {
    throw std::runtime_error(fmt::format(
        "{} holds no certificate authority that can be used: remove it, and a new one is made", directory_.string()));
  }
  if (X509_cmp_current_time(X509_get0_notAfter(issuer->certificate.get())) <= 0) {
    throw std::runtime_error(fmt::format(
        "the certificate authority in {} has expired: remove it, and a new one is made", directory_.string()));
  }
  issuer->leaf_key = NewKey();
  issuer_ = std::move(issuer);
}

CertificateAuthority::Leaf CertificateAuthority::CertifyHost(std::string_view host) {
  std::string name = CanonicalHost(host);
  if (name == "localhost" || name == "127.0.0.1" || name == "::1") name.clear();
  const std::scoped_lock lock(mutex_);
  const Issuer& issuer = Have();
  if (const auto known = leaves_.find(name); known != leaves_.end()) return known->second;
  Leaf leaf;
  leaf.key = issuer.leaf_key;
  leaf.certificate = Issue({.common_name = name.empty() || name.size() > kMaxCommonNameBytes ? "localhost" : name,
                            .days = kLeafDays,
                            .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                           {NID_key_usage, "critical,digitalSignature"},
                                           {NID_ext_key_usage, "serverAuth"},
                                           {NID_subject_alt_name, AlternativeNames(name)},
                                           {NID_authority_key_identifier, "keyid"},
                                           {NID_subject_key_identifier, "hash"}}},
                           leaf.key.get(), issuer.certificate.get(), issuer.key.get());
  // Who asks for more names than any client would gets them made again and again, and memory stays as it is.
  if (leaves_.size() >= kMaxLeaves) leaves_.clear();
  leaves_.emplace(std::move(name), leaf);
  return leaf;
}

}  // namespace stratolite::http
