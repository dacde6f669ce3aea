#include "stratolite/runtime/random.hpp"

#include "stratolite/base/encoding.hpp"

namespace stratolite::runtime {

std::string Random::Bytes(std::size_t length) {
  std::string bytes(length, '\0');
  for (std::size_t at = 0; at < length;) {
    std::uint64_t word = Next();
    for (int i = 0; i < 8 && at < length; ++i, ++at, word >>= 8) bytes[at] = static_cast<char>(word & 0xff);
  }
  return bytes;
}

std::string Random::Uuid() {
  std::string bytes = Bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string text = HexEncode(bytes);
  for (const std::size_t dash : {8, 13, 18, 23}) text.insert(dash, 1, '-');
  return text;
}

std::uint64_t Random::Below(std::uint64_t bound) {
  // Rejection keeps it uniform: the values beyond the last whole multiple of `bound` are drawn again.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = Next();
  while (value >= limit) value = Next();
  return value % bound;
}

std::string Random::String(std::size_t length, std::string_view alphabet) {
  std::string text(length, '\0');
  for (char& character : text) character = alphabet[Below(alphabet.size())];
  return text;
}

}  // namespace stratolite::runtime
