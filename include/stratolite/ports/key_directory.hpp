#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/names.hpp"

namespace stratolite::ports {

/// Which KMS keys there are: KMS's to offer; asked by the services that encrypt with them. Who may use a key is the authorizer's question, not this one's.
/// While nobody offers it, S3 knows the AWS managed key of its own (`alias/aws/s3`) and no other: services/s3/kms_keys.hpp says which id that has, and KMS
/// must give it the same. Thread-safe. Blocks; not from within a transaction.
class KeyDirectory {
 public:
  enum class State { kEnabled, kDisabled, kPendingDeletion, kUnavailable };
  struct Key {
    /// `arn:aws:kms:eu-west-1:111122223333:key/<id>`, also where an alias was asked for.
    std::string arn;
    State state = State::kEnabled;
    /// ENCRYPT_DECRYPT with SYMMETRIC_DEFAULT: what data keys can be made with.
    bool makes_data_keys = true;
  };

  virtual ~KeyDirectory() = default;
  /// `name`: a key's id or ARN, `alias/<name>` or an alias's ARN. Ids and aliases without ARN are those of `scope`; an ARN may name a key of another account,
  /// of the scope's region only. AWS managed keys (`alias/aws/<service>`) come into being when they are asked for. nullopt: no such key.
  virtual std::optional<Key> Find(const Scope& scope, std::string_view name) = 0;
};

}  // namespace stratolite::ports
