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
    // What ended by a link that nobody signed: for two days the token of its endpoint takes that back.
    std::string_view(R"(CREATE TABLE sns_ended_subscription (
         topic_id INTEGER NOT NULL, token TEXT NOT NULL, account TEXT NOT NULL, protocol TEXT NOT NULL,
         endpoint TEXT NOT NULL, principal TEXT NOT NULL, attributes TEXT NOT NULL, ended_at INTEGER NOT NULL,
         PRIMARY KEY (topic_id, token)))"),

    // -- Platform applications and SMS.
    std::string_view(R"(CREATE TABLE sns_platform_application (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, arn TEXT NOT NULL UNIQUE,
         platform TEXT NOT NULL, name TEXT NOT NULL, attributes TEXT NOT NULL))"),
    std::string_view("CREATE INDEX sns_platform_application_arn ON sns_platform_application (account, region, arn)"),
    std::string_view(R"(CREATE TABLE sns_platform_endpoint (
         id INTEGER PRIMARY KEY AUTOINCREMENT, application INTEGER NOT NULL, arn TEXT NOT NULL UNIQUE,
         token TEXT NOT NULL, attributes TEXT NOT NULL, UNIQUE (application, token)))"),
    std::string_view("CREATE INDEX sns_platform_endpoint_application ON sns_platform_endpoint (application, id)"),
    std::string_view(R"(CREATE TABLE sns_sms_settings (
         account TEXT NOT NULL, region TEXT NOT NULL, attributes TEXT NOT NULL, PRIMARY KEY (account, region)))"),
    std::string_view(R"(CREATE TABLE sns_opted_out (
         account TEXT NOT NULL, region TEXT NOT NULL, phone TEXT NOT NULL, PRIMARY KEY (account, region, phone)))"),
    // `code`: the one-time password that was sent last.
    std::string_view(R"(CREATE TABLE sns_sandbox_phone (
         account TEXT NOT NULL, region TEXT NOT NULL, phone TEXT NOT NULL, verified INTEGER NOT NULL,
         code TEXT NOT NULL, sent_at INTEGER NOT NULL, PRIMARY KEY (account, region, phone)))"),

    // -- Publishing: FIFO, archive, outbox of email and SMS.
    // One row: the world's key, PEM.
    std::string_view(R"(CREATE TABLE sns_signing_key (
         id INTEGER PRIMARY KEY, name TEXT NOT NULL, private_key TEXT NOT NULL, certificate TEXT NOT NULL))"),
    // FIFO topics: the number given last, and what was published within the last five minutes. `scope` is the message group, or empty when the whole
    // topic is searched for duplicates.
    std::string_view("CREATE TABLE sns_sequence (topic_id INTEGER PRIMARY KEY, last INTEGER NOT NULL)"),
    std::string_view(R"(CREATE TABLE sns_remembered (
         topic_id INTEGER NOT NULL, scope TEXT NOT NULL, token TEXT NOT NULL, message_id TEXT NOT NULL,
         sequence_number TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (topic_id, scope, token)))"),
    std::string_view("CREATE INDEX sns_remembered_expiry ON sns_remembered (expires_at)"),
    // Messages of topics with an archive policy, in the order they were published. `bodies` and `attributes`: JSON.
    std::string_view(R"(CREATE TABLE sns_archived_message (
         id INTEGER PRIMARY KEY AUTOINCREMENT, topic_id INTEGER NOT NULL, published_at INTEGER NOT NULL,
         message_id TEXT NOT NULL, subject TEXT NOT NULL, bodies TEXT NOT NULL, attributes TEXT,
         group_id TEXT NOT NULL, deduplication_id TEXT NOT NULL, sequence_number TEXT NOT NULL,
         trace_header TEXT NOT NULL, endpoint TEXT NOT NULL))"),
    std::string_view("CREATE INDEX sns_archived_message_time ON sns_archived_message (topic_id, published_at, id)"),
    // Subscriptions with a replay policy. `cursor`: the archived message that was replayed last.
    std::string_view(R"(CREATE TABLE sns_replay (
         subscription_id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, subscription_arn TEXT NOT NULL,
         status TEXT NOT NULL, cursor INTEGER NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER))"),
    std::string_view("CREATE INDEX sns_replay_topic ON sns_replay (topic_id)"),

    // -- HTTP(S) deliveries. AUTOINCREMENT: a due row must never meet a later delivery with the number of an earlier one.
    std::string_view(R"(CREATE TABLE sns_http_delivery (
         id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, message_id TEXT NOT NULL, topic_arn TEXT NOT NULL,
         subscription_arn TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL, raw INTEGER NOT NULL, attributes TEXT,
         policy TEXT NOT NULL, dead_letter_arn TEXT, failures INTEGER NOT NULL))"),
};

inline constexpr storage::Migrations kMigrations{"sns", kSchemaSteps};

}  // namespace stratolite::sns
