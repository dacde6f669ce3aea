#pragma once

#include <array>
#include <string_view>

namespace stratolite::sts {

/// Append only: a step that was released is never changed.
inline constexpr std::array<std::string_view, 1> kSchemaSteps{
    // One key per JWT algorithm and world; private_key is PEM (PKCS #8).
    "CREATE TABLE sts_signing_key (algorithm TEXT PRIMARY KEY, key_id TEXT NOT NULL, private_key TEXT NOT NULL) "
    "WITHOUT ROWID"};

}  // namespace stratolite::sts
