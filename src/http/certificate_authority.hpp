#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

struct evp_pkey_st;
struct x509_st;

namespace stratolite::http {

/// A certificate authority of one's own and the certificates that it signs for whatever host a client asks for, so that AWS's clients can be aimed
/// at https:// once they trust one file. Made at the first need. Knows no revocation and no requests: it is for local development.
/// Thread-safe. Blocks.
class CertificateAuthority {
 public:
  /// Kept as `ca.pem` and `ca.key` in `directory`, which is made with them; empty: in memory, gone with the object.
  explicit CertificateAuthority(std::filesystem::path directory);
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  /// What clients must trust. Throws std::runtime_error that says what to do when it cannot be read or made.
  std::string Pem();
  /// Where Pem is kept; empty: nowhere. The file is there once Pem was called.
  std::filesystem::path file() const;

  struct Leaf {
    std::shared_ptr<x509_st> certificate;
    std::shared_ptr<evp_pkey_st> key;
  };
  /// A certificate for `host`, a name or an IP address, and for all names of this machine; only for the latter when `host` is neither.
  /// Throws as Pem does.
  Leaf CertifyHost(std::string_view host);

 private:
  struct Issuer;

  const Issuer& Have();
  void Load();
  void Create();

  const std::filesystem::path directory_;
  std::mutex mutex_;
  std::unique_ptr<Issuer> issuer_;
  std::unordered_map<std::string, Leaf> leaves_;
};

}  // namespace stratolite::http
