#pragma once

#include <array>
#include <string_view>

#include "stratolite/storage/database.hpp"

namespace stratolite::scheduler {

/// Times are microseconds since the epoch. Append only: a step that was released is never changed.
inline constexpr std::array<std::string_view, 7> kSchemaSteps = {
    R"(CREATE TABLE schedules_group (
         account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, tags TEXT NOT NULL,
         PRIMARY KEY (account, region, name)))",
    // `definition`: a JSON object in the API's words. `next_at`: the next moment that the expression names, NULL when there is none; the due row lies within the
    // flexible window after it. AUTOINCREMENT: an invocation must never meet a later schedule with the number of a deleted one.
    R"(CREATE TABLE schedules_schedule (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, group_name TEXT NOT NULL, name TEXT NOT NULL,
         enabled INTEGER NOT NULL, definition TEXT NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, anchor INTEGER NOT NULL, next_at INTEGER,
         UNIQUE (account, region, group_name, name)))",
    // Invocations that have not come to an end: called right now, or to be tried again.
    R"(CREATE TABLE schedules_invocation (
         id INTEGER PRIMARY KEY AUTOINCREMENT, schedule_id INTEGER NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, schedule_arn TEXT NOT NULL,
         target TEXT NOT NULL, scheduled_at INTEGER NOT NULL, fired_at INTEGER NOT NULL, attempts INTEGER NOT NULL))",
    "CREATE INDEX schedules_invocation_schedule ON schedules_invocation (schedule_id)",
    // Requests that carried a client token, and what they were answered.
    R"(CREATE TABLE schedules_token (
         account TEXT NOT NULL, region TEXT NOT NULL, operation TEXT NOT NULL, token TEXT NOT NULL, digest TEXT NOT NULL, answer TEXT NOT NULL,
         expires_at INTEGER NOT NULL, PRIMARY KEY (account, region, operation, token)))",
    "CREATE INDEX schedules_token_expiry ON schedules_token (expires_at)",
    "CREATE INDEX schedules_schedule_page ON schedules_schedule (account, region, group_name, name, enabled)",
};

/// Not `scheduler`: that is the owner of the world's due rows.
inline constexpr storage::Migrations kMigrations{"schedules", kSchemaSteps};

}  // namespace stratolite::scheduler
