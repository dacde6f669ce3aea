#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/time.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// What a session of CreateSession is for, by its access key: rows of s3_directory_session. Immutable. Thread-safe. Blocks.
class DirectorySessionStore {
 public:
  struct Session {
    std::string bucket;
    bool read_only = false;
  };

  /// nullopt: the key is no session's. Expired ones are found; their credentials are refused before.
  std::optional<Session> Find(storage::Reader& reader, std::string_view access_key_id) const;
  /// Forgets those that expired before `now`.
  void Add(storage::Txn& txn, std::string_view access_key_id, const Session& session, TimePoint expires,
           TimePoint now) const;
};

}  // namespace stratolite::s3
