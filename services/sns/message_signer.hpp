#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/service/service.hpp"

namespace stratolite::storage {
class Txn;
}

namespace stratolite::sns {

/// A world's key for what it delivers, with the certificate that receivers check it by. Both are made when a message is first signed (some tens of
/// milliseconds) and stored with the world. The key has 1024 bits where AWS's has 2048: signing is most of what a publication costs, and
/// takes a third of the time so. Certificates are their own issuer. `deps` must outlive it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
class MessageSigner {
 public:
  class Key;
  using KeyPtr = std::shared_ptr<const Key>;

  explicit MessageSigner(const ServiceDeps& deps) : deps_(deps) {}

  /// Not within a transaction.
  KeyPtr FindKey();
  KeyPtr FindKey(storage::Txn& txn);
  /// PEM; nullopt: no key of this world has that name. `name`: as in CertificateUrl.
  std::optional<std::string> FindCertificate(std::string_view name);
  /// Forgets what memory holds (reset).
  void Clear();

  /// Base64, of SignatureVersion 1 (SHA-1) or 2 (SHA-256).
  static std::string Sign(const Key& key, std::string_view text, int signature_version);
  /// `http://localhost:4566/SimpleNotificationService-<name>.pem`
  static std::string CertificateUrl(const Key& key, std::string_view endpoint);

 private:
  KeyPtr Remembered();
  void Remember(const KeyPtr& key);

  const ServiceDeps deps_;
  std::mutex mutex_;
  KeyPtr key_;  // guarded by mutex_
};

}  // namespace stratolite::sns
