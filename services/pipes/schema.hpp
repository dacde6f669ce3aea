#pragma once

#include <array>
#include <string_view>

#include "stratolite/storage/database.hpp"

namespace stratolite::pipes {

/// Times are microseconds since the epoch. Append only: a step that was released is never changed.
inline constexpr std::array<std::string_view, 1> kSchemaSteps = {
    // `settings` and `tags`: JSON objects. AUTOINCREMENT: what still runs for a deleted pipe must never meet a later one with its number.
    R"(CREATE TABLE pipes_pipe (
         id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
         desired_state TEXT NOT NULL, current_state TEXT NOT NULL, created_at BIGINT NOT NULL,
         modified_at BIGINT NOT NULL, revision BIGINT NOT NULL, settings TEXT NOT NULL, tags TEXT NOT NULL,
         UNIQUE (account, region, name)))",
};

inline constexpr storage::Migrations kMigrations{"pipes", kSchemaSteps};

}  // namespace stratolite::pipes
