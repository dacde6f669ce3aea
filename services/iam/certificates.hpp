#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

/// X.509 certificates, private keys and SSH public keys, as far as IAM looks into them. All functions: Thread-safe.
namespace stratolite::iam {

/// What is read of a certificate. Plain data.
struct CertificateFacts {
  TimePoint not_before;
  TimePoint not_after;
  /// DER.
  std::string bytes;
};

/// One certificate in PEM. nullopt: it is none.
std::optional<CertificateFacts> ReadCertificate(std::string_view pem);
/// What a server certificate must be: certificate and key in PEM that belong together, and a chain in which each certificate signs the one before it. An empty
/// `chain`: there is none. Errors: MalformedCertificate, KeyPairMismatch.
Result<CertificateFacts> CheckServerCertificate(std::string_view certificate, std::string_view private_key,
                                                std::string_view chain);
/// Whether it is a private key in PEM, without a pass phrase.
bool IsPrivateKey(std::string_view pem);

/// An SSH public key. Plain data.
struct SshPublicKey {
  /// `ssh-rsa AAAA…`, without comment.
  std::string ssh;
  /// SubjectPublicKeyInfo.
  std::string pem;
  /// MD5 of the key's bytes, `aa:bb:…`.
  std::string fingerprint;
};

/// In `ssh-rsa` or PEM format; RSA of 2048 to 16384 bits. Errors: InvalidPublicKey, UnrecognizedPublicKeyEncoding.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
Result<SshPublicKey> ReadSshPublicKey(std::string_view body);

}  // namespace stratolite::iam
