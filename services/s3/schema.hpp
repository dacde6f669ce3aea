#pragma once

#include <array>
#include <string_view>

#include "stratolite/storage/database.hpp"

namespace stratolite::s3 {

/// Times are microseconds since the epoch, texts with several values JSON objects. Keys are compared byte by byte (SQLite's BINARY), the order of S3's
/// listings. Append only: a step that was released is never changed.
inline constexpr std::array<std::string_view, 15> kSchemaSteps = {
    // AUTOINCREMENT: rows of a deleted bucket must never meet a later one with its number.
    R"(CREATE TABLE s3_bucket (
         id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, account TEXT NOT NULL, region TEXT NOT NULL,
         created_at INTEGER NOT NULL, versioning INTEGER NOT NULL))",
    "CREATE INDEX s3_bucket_account ON s3_bucket (account, name)",
    // One sub-resource of a bucket: its notification configuration, its tags. `document`: JSON.
    R"(CREATE TABLE s3_bucket_document (
         bucket_id INTEGER NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket_id, kind)))",
    // One row per version or delete marker. AUTOINCREMENT: a later version has the greater id.
    R"(CREATE TABLE s3_object (
         id INTEGER PRIMARY KEY AUTOINCREMENT, bucket_id INTEGER NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
         is_latest INTEGER NOT NULL, is_delete_marker INTEGER NOT NULL, last_modified INTEGER NOT NULL, size INTEGER NOT NULL,
         etag TEXT NOT NULL, storage_class TEXT NOT NULL, checksum_algorithm INTEGER, checksum_type INTEGER,
         checksum TEXT, system_metadata TEXT NOT NULL, user_metadata TEXT NOT NULL, tags TEXT NOT NULL, blob INTEGER,
         part_count INTEGER NOT NULL))",
    // Two halves: a bucket without versions pays for one. The first holds all that listings show, so that a page is read off it in order instead of row by
    // row from all over the table (a third of the time out of a million keys); (bucket_id, key) is unique in it.
    R"(CREATE INDEX s3_object_latest ON s3_object (bucket_id, key, is_latest, is_delete_marker, last_modified, size, etag,
         storage_class, checksum_algorithm, checksum_type, version_id) WHERE is_latest = 1)",
    "CREATE INDEX s3_object_noncurrent ON s3_object (bucket_id, key, id) WHERE is_latest = 0",
    R"(CREATE TABLE s3_object_part (
         object_id INTEGER NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, blob INTEGER, checksum TEXT NOT NULL,
         PRIMARY KEY (object_id, number)) WITHOUT ROWID)",
    R"(CREATE TABLE s3_upload (
         id INTEGER PRIMARY KEY AUTOINCREMENT, upload_id TEXT NOT NULL UNIQUE, bucket_id INTEGER NOT NULL, key TEXT NOT NULL,
         initiated INTEGER NOT NULL, initiator TEXT NOT NULL, storage_class TEXT NOT NULL, system_metadata TEXT NOT NULL,
         user_metadata TEXT NOT NULL, tags TEXT NOT NULL, checksum_algorithm INTEGER, checksum_type INTEGER NOT NULL);
       CREATE INDEX s3_upload_key ON s3_upload (bucket_id, key, upload_id))",
    R"(CREATE TABLE s3_upload_part (
         upload INTEGER NOT NULL, number INTEGER NOT NULL, last_modified INTEGER NOT NULL, size INTEGER NOT NULL,
         etag TEXT NOT NULL, checksum TEXT NOT NULL, blob INTEGER, PRIMARY KEY (upload, number)) WITHOUT ROWID)",
    // What CompleteMultipartUpload answered, for those who ask again. `answer`: JSON.
    R"(CREATE TABLE s3_completed_upload (
         upload_id TEXT PRIMARY KEY, bucket_id INTEGER NOT NULL, key TEXT NOT NULL, completed_at INTEGER NOT NULL,
         etag TEXT NOT NULL, answer TEXT NOT NULL);
       CREATE INDEX s3_completed_upload_time ON s3_completed_upload (completed_at))",
    // JSON of ObjectDetails: encryption, locks, ACL, …
    R"(ALTER TABLE s3_object ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
       ALTER TABLE s3_upload ADD COLUMN details TEXT NOT NULL DEFAULT '{}')",
    // Access points of S3 Control, and what is set on an account as a whole. `public_access`, `document`, `tags`: JSON.
    R"(CREATE TABLE s3_access_point (
         account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, alias TEXT NOT NULL UNIQUE, bucket TEXT NOT NULL,
         bucket_account TEXT NOT NULL, vpc TEXT NOT NULL, public_access TEXT NOT NULL, policy TEXT NOT NULL,
         created_at INTEGER NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (account, region, name));
       CREATE INDEX s3_access_point_bucket ON s3_access_point (bucket);
       CREATE TABLE s3_account_document (
         account TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (account, kind)))",
    // Of parts under a customer's key: what makes the key stream of each its own, base64; else empty.
    R"(ALTER TABLE s3_object_part ADD COLUMN nonce TEXT NOT NULL DEFAULT '';
       ALTER TABLE s3_upload_part ADD COLUMN nonce TEXT NOT NULL DEFAULT '')",
    // Lines of server access logs that were not delivered yet.
    R"(CREATE TABLE s3_access_log (
         id INTEGER PRIMARY KEY AUTOINCREMENT, bucket_id INTEGER NOT NULL, time INTEGER NOT NULL, line TEXT NOT NULL);
       CREATE INDEX s3_access_log_bucket ON s3_access_log (bucket_id, id))",
    // What sessions of directory buckets are for, by access key.
    R"(CREATE TABLE s3_directory_session (
         access_key_id TEXT PRIMARY KEY, bucket TEXT NOT NULL, read_only INTEGER NOT NULL, expires INTEGER NOT NULL))",
};

inline constexpr storage::Migrations kMigrations{"s3", kSchemaSteps};

}  // namespace stratolite::s3
