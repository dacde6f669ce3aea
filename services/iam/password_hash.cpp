#include "iam/password_hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::iam {
namespace {

constexpr std::string_view kScheme = "pbkdf2-sha256";
// A handler may take some milliseconds, no more; nobody signs in with these passwords.
constexpr int kRounds = 20'000;
constexpr int kMostRounds = 10'000'000;

std::string Derive(std::string_view password, std::string_view salt, int rounds) {
  std::array<unsigned char, 32> derived{};
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()), rounds,
                        EVP_sha256(), static_cast<int>(derived.size()), derived.data()) != 1) {
    throw std::runtime_error("OpenSSL failed on a password");
  }
  return {reinterpret_cast<const char*>(derived.data()), derived.size()};
}

}  // namespace

std::string HashPassword(std::string_view password, std::string_view salt) {
  return fmt::format("{}${}${}${}", kScheme, kRounds, Base64Encode(salt),
                     Base64Encode(Derive(password, salt, kRounds)));
}

bool PasswordMatches(std::string_view password, std::string_view hashed) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= hashed.size();) {
    const std::size_t end = std::min(hashed.find('$', begin), hashed.size());
    parts.push_back(hashed.substr(begin, end - begin));
    begin = end + 1;
  }
  if (parts.size() != 4 || parts[0] != kScheme) return false;
  const auto rounds = ParseWholeNumber<int>(parts[1]);
  const auto salt = Base64Decode(parts[2]);
  const auto expected = Base64Decode(parts[3]);
  if (!rounds || *rounds < 1 || *rounds > kMostRounds || !salt || !expected) return false;
  return ConstantTimeEquals(Derive(password, *salt, *rounds), *expected);
}

}  // namespace stratolite::iam
