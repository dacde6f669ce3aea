#include "s3/directory_session_store.hpp"

namespace stratolite::s3 {

std::optional<DirectorySessionStore::Session> DirectorySessionStore::Find(storage::Reader& reader,
                                                                          std::string_view access_key_id) const {
  return reader.QueryOne(
      "SELECT bucket, read_only FROM s3_directory_session WHERE access_key_id = ?", {access_key_id},
      [](const storage::Row& row) { return Session{.bucket = row.Text(0), .read_only = row.Int(1) != 0}; });
}

void DirectorySessionStore::Add(storage::Txn& txn, std::string_view access_key_id, const Session& session,
                                TimePoint expires, TimePoint now) const {
  txn.Run("DELETE FROM s3_directory_session WHERE expires < ?", {now});
  txn.Run("INSERT INTO s3_directory_session (access_key_id, bucket, read_only, expires) VALUES (?,?,?,?)",
          {access_key_id, session.bucket, session.read_only, expires});
}

}  // namespace stratolite::s3
