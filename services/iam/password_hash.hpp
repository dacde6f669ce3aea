#pragma once

#include <string>
#include <string_view>

namespace stratolite::iam {

/// What is kept of a password: `pbkdf2-sha256$<rounds>$<salt>$<hash>`, salt and hash in base64. `salt`: sixteen random bytes. Thread-safe.
std::string HashPassword(std::string_view password, std::string_view salt);
/// Whether it is the password that was hashed; false too for what HashPassword never wrote. Thread-safe.
bool PasswordMatches(std::string_view password, std::string_view hashed);

}  // namespace stratolite::iam
