#include "sqs/receipt_handle.hpp"

#include <array>
#include <cstring>

#include "stratolite/base/encoding.hpp"

namespace stratolite::sqs {
namespace {

// magic(3) checksum(8) payload, padded with noise to what AWS's handles measure.
constexpr std::string_view kMagic("\x01\x01\x01", 3);
constexpr std::size_t kLength = 189;
constexpr std::size_t kChecksumAt = 3;
constexpr std::size_t kPayloadAt = 11;
constexpr std::size_t kUuidBytes = 16;
constexpr std::size_t kPayloadLength = 8 + 8 + 4 + kUuidBytes;

std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::uint64_t Checksum(std::string_view bytes) {
  std::uint64_t sum = bytes.size();
  for (const char byte : bytes) sum = Mix(sum ^ static_cast<unsigned char>(byte));
  return sum;
}

/// Spreads the payload over noise that its checksum determines; its own inverse.
void Whiten(std::uint64_t seed, char* bytes, std::size_t length) {
  for (std::size_t i = 0; i < length; i += 8) {
    seed = Mix(seed);
    for (std::size_t j = i; j < length && j < i + 8; ++j) bytes[j] ^= static_cast<char>(seed >> (8 * (j - i)));
  }
}

std::string UuidBytes(std::string_view uuid) {
  std::string hex;
  for (const char c : uuid) {
    if (c != '-') hex.push_back(c);
  }
  return HexDecode(hex).value_or(std::string(kUuidBytes, '\0'));
}

std::string UuidText(std::string_view bytes) {
  std::string text = HexEncode(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, "-");
  return text;
}

}  // namespace

std::string EncodeReceipt(const Receipt& receipt) {
  std::string bytes(kLength, '\0');
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  char* payload = bytes.data() + kPayloadAt;
  const auto count = static_cast<std::int32_t>(receipt.receive_count);
  std::memcpy(payload, &receipt.queue, 8);
  std::memcpy(payload + 8, &receipt.row, 8);
  std::memcpy(payload + 16, &count, 4);
  std::memcpy(payload + 20, UuidBytes(receipt.message_id).data(), kUuidBytes);
  const std::uint64_t checksum = Checksum({payload, kPayloadLength});
  std::memcpy(bytes.data() + kChecksumAt, &checksum, 8);
  Whiten(checksum, payload, kLength - kPayloadAt);
  return Base64Encode(bytes);
}

std::optional<Receipt> DecodeReceipt(std::string_view handle) {
  std::optional<std::string> bytes = Base64Decode(handle);
  if (!bytes || bytes->size() != kLength || !bytes->starts_with(kMagic)) return std::nullopt;
  std::uint64_t checksum = 0;
  std::memcpy(&checksum, bytes->data() + kChecksumAt, 8);
  char* payload = bytes->data() + kPayloadAt;
  Whiten(checksum, payload, kLength - kPayloadAt);
  if (Checksum({payload, kPayloadLength}) != checksum) return std::nullopt;
  Receipt receipt;
  std::int32_t count = 0;
  std::memcpy(&receipt.queue, payload, 8);
  std::memcpy(&receipt.row, payload + 8, 8);
  std::memcpy(&count, payload + 16, 4);
  receipt.receive_count = count;
  receipt.message_id = UuidText({payload + 20, kUuidBytes});
  return receipt;
}

}  // namespace stratolite::sqs
