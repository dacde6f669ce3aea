#pragma once

#include <array>
#include <string_view>

namespace stratolite::iam {

/// Times are microseconds since the epoch. Append only: a step that was released is never changed.
inline constexpr std::array kSchemaSteps = {
    // `lookup_name`: the name in lower case. `tags` and `details`: JSON objects. AUTOINCREMENT: what was deleted never comes back under its number.
    std::string_view(R"(CREATE TABLE iam_entity (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, kind INTEGER NOT NULL, lookup_name TEXT NOT NULL,
         name TEXT NOT NULL, path TEXT NOT NULL, unique_id TEXT NOT NULL, arn TEXT NOT NULL UNIQUE,
         created_at BIGINT NOT NULL, tags TEXT NOT NULL, boundary TEXT NOT NULL, details TEXT NOT NULL,
         UNIQUE (account, kind, lookup_name)))"),
    std::string_view("CREATE INDEX iam_entity_unique_id ON iam_entity (unique_id)"),
    std::string_view("CREATE INDEX iam_entity_boundary ON iam_entity (account, boundary)"),
    // Users of groups, roles of instance profiles.
    std::string_view(R"(CREATE TABLE iam_member (
         container INTEGER NOT NULL, member INTEGER NOT NULL, PRIMARY KEY (container, member)) WITHOUT ROWID)"),
    std::string_view("CREATE INDEX iam_member_member ON iam_member (member, container)"),
    std::string_view(R"(CREATE TABLE iam_inline_policy (
         entity INTEGER NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (entity, name))
         WITHOUT ROWID)"),
    // Managed policies of users, groups and roles; AWS's own have no row as entity.
    std::string_view(R"(CREATE TABLE iam_attachment (
         entity INTEGER NOT NULL, account TEXT NOT NULL, policy_arn TEXT NOT NULL, PRIMARY KEY (entity, policy_arn))
         WITHOUT ROWID)"),
    std::string_view("CREATE INDEX iam_attachment_policy ON iam_attachment (account, policy_arn, entity)"),
};

}  // namespace stratolite::iam
