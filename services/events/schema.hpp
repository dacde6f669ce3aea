#pragma once

#include <array>
#include <string_view>

#include "stratolite/storage/database.hpp"

namespace stratolite::events {

/// Times are microseconds since the epoch. Append only: a step that was released is never changed.
inline constexpr auto kSchemaSteps = std::to_array<std::string_view>({
    // Buses. `version` grows with every change of the bus, its rules and their targets: what memory holds of it is good as long as that is the same.
    // AUTOINCREMENT: a cached bus must never meet a later one with the number of a deleted one. `tags`: a JSON object of strings.
    R"(CREATE TABLE events_bus (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL,
         created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, description TEXT NOT NULL, policy TEXT NOT NULL, kms_key TEXT NOT NULL,
         dead_letter_arn TEXT, log_config TEXT, tags TEXT NOT NULL, UNIQUE (account, region, name)))",
    // Rules; '' is none. `pattern` is the text as given.
    R"(CREATE TABLE events_rule (
         id INTEGER PRIMARY KEY AUTOINCREMENT, bus_id INTEGER NOT NULL, name TEXT NOT NULL, pattern TEXT NOT NULL, schedule TEXT NOT NULL,
         state TEXT NOT NULL, description TEXT NOT NULL, role_arn TEXT NOT NULL, managed_by TEXT NOT NULL, created_by TEXT NOT NULL, tags TEXT NOT NULL,
         created_at INTEGER NOT NULL, UNIQUE (bus_id, name)))",
    // Targets, in the order in which they were added; `document` is the target as PutTargets took it.
    R"(CREATE TABLE events_target (
         ordinal INTEGER PRIMARY KEY, rule_id INTEGER NOT NULL, target_id TEXT NOT NULL, arn TEXT NOT NULL, document TEXT NOT NULL,
         UNIQUE (rule_id, target_id)))",
    "CREATE INDEX events_target_arn ON events_target (arn)",

    // Archives, replays and endpoints. `rule_arns`: a JSON array. Ended replays stay, as on AWS. `document`: the endpoint's members as they were given.
    R"(CREATE TABLE events_archive (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, uuid TEXT NOT NULL,
         bus_id INTEGER NOT NULL, bus_arn TEXT NOT NULL, rule_id INTEGER NOT NULL UNIQUE, description TEXT NOT NULL, pattern TEXT NOT NULL,
         kms_key TEXT NOT NULL, retention_days INTEGER NOT NULL, event_count INTEGER NOT NULL, size_bytes INTEGER NOT NULL, created_at INTEGER NOT NULL,
         UNIQUE (account, region, name)))",
    R"(CREATE TABLE events_replay (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,
         archive_id INTEGER NOT NULL, archive_arn TEXT NOT NULL, bus_arn TEXT NOT NULL, rule_arns TEXT NOT NULL, from_time INTEGER NOT NULL,
         until_time INTEGER NOT NULL, state TEXT NOT NULL, state_reason TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
         last_replayed_at INTEGER, UNIQUE (account, region, name)))",
    R"(CREATE TABLE events_endpoint (
         id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, endpoint_id TEXT NOT NULL, document TEXT NOT NULL,
         created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, UNIQUE (account, region, name)))",

    // Connections and API destinations. `auth`: AuthParameters as given. AUTOINCREMENT: a due row must never meet a later call with the number of an
    // earlier one; `delivery`: all of it but the body, in JSON.
    R"(CREATE TABLE events_connection (
         id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, uuid TEXT NOT NULL, description TEXT NOT NULL,
         authorization_type TEXT NOT NULL, auth TEXT NOT NULL, kms_key TEXT NOT NULL, state TEXT NOT NULL, state_reason TEXT NOT NULL,
         secret_arn TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, authorized_at INTEGER NOT NULL, token TEXT NOT NULL,
         token_expires_at INTEGER NOT NULL, UNIQUE (account, region, name)))",
    R"(CREATE TABLE events_api_destination (
         id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, uuid TEXT NOT NULL, description TEXT NOT NULL,
         connection_arn TEXT NOT NULL, endpoint TEXT NOT NULL, method TEXT NOT NULL, rate_per_second INTEGER NOT NULL, created_at INTEGER NOT NULL,
         modified_at INTEGER NOT NULL, UNIQUE (account, region, name)))",
    R"(CREATE TABLE events_api_call (
         id INTEGER PRIMARY KEY AUTOINCREMENT, delivery TEXT NOT NULL, body TEXT NOT NULL, enqueued_at INTEGER NOT NULL, failures INTEGER NOT NULL))",

    // Events in archives; `event` is the whole envelope.
    R"(CREATE TABLE events_archived (
         id INTEGER PRIMARY KEY AUTOINCREMENT, archive_id INTEGER NOT NULL, event_time INTEGER NOT NULL, archived_at INTEGER NOT NULL,
         bytes INTEGER NOT NULL, event TEXT NOT NULL))",
    "CREATE INDEX events_archived_time ON events_archived (archive_id, event_time, id)",
    "CREATE INDEX events_archived_arrival ON events_archived (archive_id, archived_at, bytes)",
});

/// Not `events`: that is the owner of every world's outbox.
inline constexpr storage::Migrations kMigrations{"eventbridge", kSchemaSteps};

}  // namespace stratolite::events
