#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "s3/parts.hpp"
#include "stratolite/base/result.hpp"

namespace stratolite::s3 {

/// What a family of configurations is called: inventory, analytics, metrics, intelligent tiering.
struct ConfigurationFamily {
  /// Of s3_bucket_document, whose document is an object: id to configuration.
  std::string_view kind;
  /// Operations are `PutBucket<noun>`, `GetBucket<noun>`, `DeleteBucket<noun>`, `ListBucket<noun>s`; the member of inputs and outputs is `<noun>`, of lists `<noun>List`.
  std::string_view noun;
};

/// Configurations of a bucket that are told apart by ids of the client's: up to 1 000 of a family, listed by id in pages of 100. One per family. Thread-safe. Blocks.
class ConfigurationList {
 public:
  /// What a configuration is kept and answered as, once it was found to fit the schema and to have the id that the query names.
  using Check = std::function<Result<Json>(const Call& call, const Bucket& bucket, const Json& configuration)>;
  /// Told in the transaction of a change; nullptr: the configuration is gone.
  using Changed =
      std::function<void(storage::Txn& txn, const Bucket& bucket, const std::string& id, const Json* configuration)>;

  ConfigurationList(Parts& parts, ConfigurationFamily family, Check check, Changed changed = nullptr)
      : parts_(parts),
        family_(family),
        check_(std::move(check)),
        changed_(std::move(changed)),
        member_(family.noun),
        list_member_(member_ + "List") {}
  /// Adds the four operations. Must outlive the table.
  void Register(OperationTable& operations);

 private:
  Result<Json> Put(const Call& call);
  Result<Json> Get(const Call& call);
  Result<Json> Delete(const Call& call);
  Result<Json> List(const Call& call);

  Parts& parts_;
  const ConfigurationFamily family_;
  const Check check_;
  const Changed changed_;
  const std::string member_;
  const std::string list_member_;
};

}  // namespace stratolite::s3
