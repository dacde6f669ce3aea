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
    // Versions of an account's managed policies.
    std::string_view(R"(CREATE TABLE iam_policy_version (
         policy INTEGER NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL, created_at BIGINT NOT NULL,
         PRIMARY KEY (policy, number)) WITHOUT ROWID)"),
    // Access keys, SSH keys, service-specific credentials, signing certificates. `entity` 0: the account's root user. `details`: a JSON object.
    std::string_view(R"(CREATE TABLE iam_user_credential (
         number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
         entity INTEGER NOT NULL, kind INTEGER NOT NULL, active INTEGER NOT NULL, created_at BIGINT NOT NULL,
         details TEXT NOT NULL))"),
    std::string_view("CREATE INDEX iam_user_credential_owner ON iam_user_credential (account, kind, entity, number)"),
    // `history`: what earlier passwords left, a JSON list, the newest first.
    std::string_view(R"(CREATE TABLE iam_login_profile (
         entity INTEGER PRIMARY KEY, account TEXT NOT NULL, password TEXT NOT NULL, created_at BIGINT NOT NULL,
         changed_at BIGINT NOT NULL, reset_required INTEGER NOT NULL, history TEXT NOT NULL))"),
    // Whose an MFA device is. `entity` 0: the root user's. `last_step`: the step of the last code that passed, which never passes again.
    std::string_view(R"(CREATE TABLE iam_mfa_assignment (
         device INTEGER PRIMARY KEY, account TEXT NOT NULL, entity INTEGER NOT NULL, enabled_at BIGINT NOT NULL,
         drift INTEGER NOT NULL, last_step BIGINT NOT NULL))"),
    std::string_view("CREATE INDEX iam_mfa_assignment_owner ON iam_mfa_assignment (account, entity, device)"),
    // Settings of an account, each a JSON value under a name.
    std::string_view(R"(CREATE TABLE iam_account_feature (
         account TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (account, name)) WITHOUT ROWID)"),
    // Reports on their way: of credentials, of services last accessed.
    std::string_view(R"(CREATE TABLE iam_report (
         id TEXT PRIMARY KEY, account TEXT NOT NULL, kind INTEGER NOT NULL, created_at BIGINT NOT NULL,
         ready_at BIGINT NOT NULL, request TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID)"),
    std::string_view("CREATE INDEX iam_report_account ON iam_report (account, kind, created_at)"),
    std::string_view(R"(CREATE TABLE iam_delegation (
         id TEXT PRIMARY KEY, owner_account TEXT NOT NULL, created_at BIGINT NOT NULL, details TEXT NOT NULL)
         WITHOUT ROWID)"),
    std::string_view("CREATE INDEX iam_delegation_owner ON iam_delegation (owner_account, id)"),
    // What accounts have of their own: one alias, which no other has, and a JSON object of the password policy's members.
    std::string_view("CREATE TABLE iam_account_alias (account TEXT PRIMARY KEY, alias TEXT NOT NULL UNIQUE)"),
    std::string_view("CREATE TABLE iam_password_policy (account TEXT PRIMARY KEY, policy TEXT NOT NULL)"),
    // Deletions of services' roles. `status`: DeletionStatus.
    std::string_view(R"(CREATE TABLE iam_deletion_task (
         id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, role_name TEXT NOT NULL, status INTEGER NOT NULL)
         WITHOUT ROWID)"),
};

}  // namespace stratolite::iam
