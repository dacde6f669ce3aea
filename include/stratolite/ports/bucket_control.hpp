#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::ports {

/// What S3 Control administers and S3 acts by: access points, an account's block of public access, tags of buckets. S3 holds the rows, for it needs them
/// with every request, and offers this; the API and its words are S3 Control's. Thread-safe. Blocks; not from within a transaction.
class BucketControl {
 public:
  using Tags = std::map<std::string, std::string>;

  struct BucketFacts {
    AccountId account;
    Region region;
    /// Of S3 Express One Zone.
    bool directory = false;
  };

  struct AccessPoint {
    AccountId account;
    Region region;
    std::string name;
    /// What may stand where a bucket's name does: `<name>-<random>-s3alias`.
    std::string alias;
    std::string bucket;
    AccountId bucket_account;
    /// Empty: requests come from the internet.
    std::string vpc = {};
    /// All four members of PublicAccessBlockConfiguration.
    Json public_access = {};
    /// As the user sent it; empty: none.
    std::string policy = {};
    TimePoint created_at;
    Tags tags = {};
  };

  virtual ~BucketControl() = default;

  /// nullopt: no such bucket.
  virtual std::optional<BucketFacts> FindBucket(std::string_view name) = 0;
  virtual Tags TagsOfBucket(std::string_view name) = 0;
  /// `change` is given the tags as they are and leaves those that are to be; an error of its leaves all as it was. False: no such bucket.
  virtual Result<bool> ChangeTagsOfBucket(std::string_view name, const std::function<Result<void>(Tags&)>& change) = 0;

  /// A list of tags as S3 judges those of a new bucket. Errors: MalformedXML, InvalidTag, BadRequest.
  virtual Result<Tags> ReadTags(const Json& list) = 0;

  /// All four members; nullopt: never set.
  virtual std::optional<Json> PublicAccessBlockOf(const AccountId& account) = 0;
  /// Null removes it.
  virtual void SetPublicAccessBlock(const AccountId& account, const Json& block) = 0;

  virtual std::optional<AccessPoint> FindAccessPoint(const Scope& scope, std::string_view name) = 0;
  /// False: there is one of that name.
  virtual bool AddAccessPoint(const AccessPoint& point) = 0;
  /// Saves policy and tags of one that `change` is given as it is. False: there is none.
  virtual Result<bool> ChangeAccessPoint(const Scope& scope, std::string_view name,
                                         const std::function<Result<void>(AccessPoint&)>& change) = 0;
  /// False: there was none.
  virtual bool RemoveAccessPoint(const Scope& scope, std::string_view name) = 0;
  /// In order of name, at most `limit`, names after `after`; of one bucket unless `bucket` is empty.
  virtual std::vector<AccessPoint> ListAccessPoints(const Scope& scope, std::string_view bucket, std::string_view after,
                                                    std::size_t limit) = 0;

  /// What S3 refuses as the policy of an access point. Errors: MalformedPolicy; AccessDenied, which the point's block of public access, the bucket's or an
  /// account's says.
  virtual Result<void> CheckPolicy(const AccessPoint& point, std::string_view policy, std::string_view caller) = 0;
  virtual bool IsPublicPolicy(std::string_view policy) = 0;
};

}  // namespace stratolite::ports
