#pragma once

#include <array>
#include <string_view>

#include "stratolite/storage/database.hpp"

namespace stratolite::sns {

/// Times are microseconds since the epoch. Append only: a step that was released is never changed.
inline constexpr std::array kSchemaSteps = {
    // -- Topics and subscriptions. `attributes` and `tags`: JSON objects of strings. AUTOINCREMENT and `version`: what memory holds of a topic is
    // known to be old by these two.
    std::string_view(R"(CREATE TABLE sns_topic (
         id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, arn TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
         region TEXT NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL,
         created_at INTEGER NOT NULL, subscriptions_deleted INTEGER NOT NULL, data_protection_policy TEXT))"),
    std::string_view("CREATE INDEX sns_topic_name ON sns_topic (account, region, arn)"),
    // `account` is the subscriber's, `region` the topic's. AUTOINCREMENT: lists go on after a number.
    std::string_view(R"(CREATE TABLE sns_subscription (
         id INTEGER PRIMARY KEY AUTOINCREMENT, topic_id INTEGER NOT NULL, arn TEXT NOT NULL UNIQUE,
         topic_arn TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, protocol TEXT NOT NULL,
         endpoint TEXT NOT NULL, confirmed INTEGER NOT NULL, token TEXT NOT NULL, principal TEXT NOT NULL,
         confirmation_was_authenticated INTEGER NOT NULL, authenticate_on_unsubscribe INTEGER NOT NULL,
         attributes TEXT NOT NULL, created_at INTEGER NOT NULL))"),
    std::string_view("CREATE INDEX sns_subscription_topic ON sns_subscription (topic_id, id)"),
    std::string_view("CREATE INDEX sns_subscription_owner ON sns_subscription (account, region, id)"),
    std::string_view(
        "CREATE UNIQUE INDEX sns_subscription_endpoint ON sns_subscription (topic_id, protocol, endpoint)"),

    // -- Platform applications and SMS.

    // -- Publishing: FIFO, archive, outbox of email and SMS.

    // -- HTTP(S) deliveries.
};

inline constexpr storage::Migrations kMigrations{"sns", kSchemaSteps};

}  // namespace stratolite::sns
