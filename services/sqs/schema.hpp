#pragma once

#include <array>
#include <string_view>

#include "stratolite/storage/database.hpp"

namespace stratolite::sqs {

/// Times are microseconds since the epoch. Append only: a step that was released is never changed.
inline constexpr std::array<std::string_view, 12> kSchemaSteps = {
    // `attributes` and `tags`: JSON objects of strings. AUTOINCREMENT: a receipt handle or a waiter must never meet a
    // later queue with the number of a deleted one.
    R"(CREATE TABLE sqs_queue (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
         created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL,
         dead_letter_arn TEXT, purged_at INTEGER, last_sequence INTEGER NOT NULL,
         deduplicates_per_group INTEGER NOT NULL, UNIQUE (account, region, name)))",
    "CREATE INDEX sqs_queue_dead_letter ON sqs_queue (dead_letter_arn) WHERE dead_letter_arn IS NOT NULL",
    // Names that must rest for a minute.
    R"(CREATE TABLE sqs_deleted_queue (
         account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, deleted_at INTEGER NOT NULL,
         PRIMARY KEY (account, region, name)))",
    // One row per message, in order of arrival. A row is in flight when visible_at lies ahead and `received` is 1, delayed
    // when it is 0. `sequence` is NULL on standard queues. `body` is NULL when it lies in sqs_body.
    R"(CREATE TABLE sqs_message (
         id INTEGER PRIMARY KEY, queue_id INTEGER NOT NULL, visible_at INTEGER NOT NULL, received INTEGER NOT NULL,
         sent_at INTEGER NOT NULL, receive_count INTEGER NOT NULL, first_received_at INTEGER, last_received_at INTEGER,
         message_id TEXT NOT NULL, sender TEXT NOT NULL, md5 TEXT NOT NULL, body TEXT, attributes TEXT, group_id TEXT,
         deduplication_id TEXT, sequence TEXT, trace_header TEXT, source_arn TEXT))",
    // Covers finding what is visible and counting what is not, both without touching the rows.
    "CREATE INDEX sqs_message_visible ON sqs_message (queue_id, visible_at, id, received, sent_at)",
    "CREATE INDEX sqs_message_group ON sqs_message (queue_id, group_id, id) WHERE sequence IS NOT NULL",
    // Large bodies lie apart: receiving a message rewrites its row.
    "CREATE TABLE sqs_body (message INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    // FIFO queues: the first message of each group and when it can be seen. A group with a later ready_at is skipped
    // without looking at its messages.
    R"(CREATE TABLE sqs_group (
         queue_id INTEGER NOT NULL, group_id TEXT NOT NULL, head INTEGER NOT NULL, ready_at INTEGER NOT NULL,
         PRIMARY KEY (queue_id, group_id)))",
    "CREATE INDEX sqs_group_ready ON sqs_group (queue_id, ready_at, head)",
    // `scope` is the message group, or empty when the whole queue is searched for duplicates. Deduplication is of kind 0,
    // repeated receive attempts of kind 1; `outcome` is JSON.
    R"(CREATE TABLE sqs_remembered (
         queue_id INTEGER NOT NULL, kind INTEGER NOT NULL, scope TEXT NOT NULL, token TEXT NOT NULL,
         outcome TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (queue_id, kind, scope, token)))",
    "CREATE INDEX sqs_remembered_expiry ON sqs_remembered (queue_id, expires_at)",
    R"(CREATE TABLE sqs_move_task (
         ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source_id INTEGER NOT NULL, source_arn TEXT NOT NULL, destination_arn TEXT, rate INTEGER,
         status TEXT NOT NULL, moved INTEGER NOT NULL, to_move INTEGER NOT NULL, started_at INTEGER NOT NULL,
         failure TEXT))",
};

inline constexpr storage::Migrations kMigrations{"sqs", kSchemaSteps};

}  // namespace stratolite::sqs
