#include "iam/one_time_codes.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cassert>
#include <stdexcept>

namespace stratolite::iam {

std::int64_t CodeStepAt(TimePoint time) {
  constexpr std::int64_t kSecondsPerStep = 30;
  return EpochSeconds(time) / kSecondsPerStep;
}

std::string CodeOfStep(std::string_view seed, std::int64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * (counter.size() - 1 - i)));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  if (HMAC(EVP_sha1(), seed.data(), static_cast<int>(seed.size()), counter.data(), counter.size(), mac.data(), &size) ==
      nullptr) {
    throw std::runtime_error("OpenSSL failed on a one-time code");
  }
  // RFC 4226 section 5.3: the last four bits say where the code is.
  const std::size_t place = mac[size - 1] & 0x0F;
  const std::uint32_t number = (static_cast<std::uint32_t>(mac[place] & 0x7F) << 24) |
                               (static_cast<std::uint32_t>(mac[place + 1]) << 16) |
                               (static_cast<std::uint32_t>(mac[place + 2]) << 8) | mac[place + 3];
  return fmt::format("{:06}", number % 1'000'000);
}

std::string Base32Encode(std::string_view bytes) {
  constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  assert(bytes.size() % 5 == 0);
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    held += 8;
    while (held >= 5) {
      held -= 5;
      text.push_back(kBase32[(bits >> held) & 31]);
    }
  }
  return text;
}

}  // namespace stratolite::iam
