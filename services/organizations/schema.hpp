#pragma once

#include <array>
#include <string_view>

namespace stratolite::organizations {

/// Times are microseconds since the epoch; tags are JSON objects. Append only: a step that was released is never changed.
inline constexpr std::array<std::string_view, 10> kSchemaSteps = {
    // `policy_types`: a JSON array.
    R"(CREATE TABLE organizations_organization (
         id TEXT PRIMARY KEY, management TEXT NOT NULL UNIQUE, email TEXT NOT NULL, feature_set TEXT NOT NULL,
         root_id TEXT NOT NULL UNIQUE, root_tags TEXT NOT NULL, policy_types TEXT NOT NULL) WITHOUT ROWID)",
    R"(CREATE TABLE organizations_unit (
         id TEXT PRIMARY KEY, organization TEXT NOT NULL, parent TEXT NOT NULL, name TEXT NOT NULL, tags TEXT NOT NULL,
         UNIQUE (parent, name)) WITHOUT ROWID)",
    R"(CREATE TABLE organizations_account (
         id TEXT PRIMARY KEY, organization TEXT NOT NULL, parent TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
         state TEXT NOT NULL, joined_method TEXT NOT NULL, joined_at BIGINT NOT NULL, tags TEXT NOT NULL) WITHOUT ROWID)",
    "CREATE INDEX organizations_account_parent ON organizations_account (organization, parent, id)",
    R"(CREATE TABLE organizations_policy (
         id TEXT PRIMARY KEY, organization TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL,
         description TEXT NOT NULL, content TEXT NOT NULL, tags TEXT NOT NULL, UNIQUE (organization, type, name))
         WITHOUT ROWID)",
    // Targets are roots, units and accounts. AWS's own policies have no row of their own.
    R"(CREATE TABLE organizations_attachment (
         organization TEXT NOT NULL, target TEXT NOT NULL, policy TEXT NOT NULL, type TEXT NOT NULL,
         PRIMARY KEY (organization, target, policy)) WITHOUT ROWID)",
    "CREATE INDEX organizations_attachment_policy ON organizations_attachment (organization, policy, target)",
    R"(CREATE TABLE organizations_account_request (
         id TEXT PRIMARY KEY, organization TEXT NOT NULL, account_name TEXT NOT NULL, email TEXT NOT NULL,
         role_name TEXT NOT NULL, tags TEXT NOT NULL, state TEXT NOT NULL, requested_at BIGINT NOT NULL,
         completed_at BIGINT, account TEXT NOT NULL, failure_reason TEXT NOT NULL) WITHOUT ROWID)",
    R"(CREATE TABLE organizations_handshake (
         id TEXT PRIMARY KEY, organization TEXT NOT NULL, management TEXT NOT NULL, target TEXT NOT NULL,
         target_email TEXT NOT NULL, state TEXT NOT NULL, requested_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
         notes TEXT NOT NULL, tags TEXT NOT NULL) WITHOUT ROWID)",
    // AWS services with trusted access.
    R"(CREATE TABLE organizations_service (
         organization TEXT NOT NULL, principal TEXT NOT NULL, enabled_at BIGINT NOT NULL,
         PRIMARY KEY (organization, principal)) WITHOUT ROWID)",
};

}  // namespace stratolite::organizations
