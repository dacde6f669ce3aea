#include "stratolite/base/checksums.hpp"

#include <gtest/gtest.h>

#include <random>

#include "stratolite/base/encoding.hpp"

namespace stratolite {
namespace {

std::string RandomBytes(std::mt19937_64& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// One bit after the other, straight from the definition.
std::string BitwiseCrc(std::string_view bytes, int bits, std::uint64_t polynomial) {
  const std::uint64_t ones = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  std::uint64_t crc = ones;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
  }
  crc ^= ones;
  std::string value;
  for (int shift = bits - 8; shift >= 0; shift -= 8) value.push_back(static_cast<char>(crc >> shift));
  return value;
}

constexpr std::string_view kDigits = "123456789";

TEST(Checksums, KnownAnswers) {
  EXPECT_EQ(HexEncode(Checksum(ChecksumAlgorithm::kCrc32, kDigits)), "cbf43926");
  EXPECT_EQ(HexEncode(Checksum(ChecksumAlgorithm::kCrc32c, kDigits)), "e3069283");
  EXPECT_EQ(HexEncode(Checksum(ChecksumAlgorithm::kCrc64Nvme, kDigits)), "ae8b14860a799888");
  EXPECT_EQ(HexEncode(Checksum(ChecksumAlgorithm::kSha1, kDigits)), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
  EXPECT_EQ(HexEncode(Checksum(ChecksumAlgorithm::kSha256, kDigits)),
            "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
  const auto md5 = MakeMd5();
  md5->Update("1234");
  md5->Update("56789");
  EXPECT_EQ(HexEncode(md5->Finish()), "25f9e794323b453885f5181f1b624d0b");
  const auto sha256 = MakeSha256();
  sha256->Update("abc");
  EXPECT_EQ(HexEncode(sha256->Finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksums, OfNothing) {
  EXPECT_EQ(Base64Encode(Checksum(ChecksumAlgorithm::kCrc32, "")), "AAAAAA==");
  EXPECT_EQ(Base64Encode(Checksum(ChecksumAlgorithm::kCrc32c, "")), "AAAAAA==");
  EXPECT_EQ(Base64Encode(Checksum(ChecksumAlgorithm::kCrc64Nvme, "")), "AAAAAAAAAAA=");
  EXPECT_EQ(Base64Encode(Checksum(ChecksumAlgorithm::kSha1, "")), "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
  EXPECT_EQ(Base64Encode(Checksum(ChecksumAlgorithm::kSha256, "")), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(Checksums, EveryLengthAndAlignmentMatchesTheDefinition) {
  std::mt19937_64 random(1);
  const std::string bytes = RandomBytes(random, 400);
  for (std::size_t start = 0; start < 16; start += 3) {
    for (std::size_t length = 0; length + start <= bytes.size(); ++length) {
      const std::string_view piece = std::string_view(bytes).substr(start, length);
      ASSERT_EQ(Checksum(ChecksumAlgorithm::kCrc32, piece), BitwiseCrc(piece, 32, 0xEDB88320)) << length;
      ASSERT_EQ(Checksum(ChecksumAlgorithm::kCrc32c, piece), BitwiseCrc(piece, 32, 0x82F63B78)) << length;
      ASSERT_EQ(Checksum(ChecksumAlgorithm::kCrc64Nvme, piece), BitwiseCrc(piece, 64, 0x9A6C9329AC4BC9B5)) << length;
    }
  }
}

TEST(Checksums, ArrivingInPiecesChangesNothing) {
  std::mt19937_64 random(2);
  const std::string bytes = RandomBytes(random, 100'000);
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    const auto running = MakeChecksum(algorithm);
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), random() % 700);
      running->Update(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    const std::string whole = running->Finish();
    EXPECT_EQ(whole, Checksum(algorithm, bytes)) << ChecksumName(algorithm);
    EXPECT_EQ(whole.size(), ChecksumSize(algorithm));
  }
}

TEST(Checksums, CombinedPiecesAreTheWhole) {
  std::mt19937_64 random(3);
  for (const ChecksumAlgorithm algorithm :
       {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme}) {
    ASSERT_TRUE(IsCrc(algorithm));
    for (int round = 0; round < 200; ++round) {
      const std::string a = RandomBytes(random, random() % 3000);
      const std::string b = RandomBytes(random, round < 3 ? 0 : random() % 3000);
      ASSERT_EQ(CombineCrc(algorithm, Checksum(algorithm, a), Checksum(algorithm, b), b.size()),
                Checksum(algorithm, a + b))
          << ChecksumName(algorithm) << ' ' << a.size() << ' ' << b.size();
    }
  }
  EXPECT_FALSE(IsCrc(ChecksumAlgorithm::kSha1));
  EXPECT_FALSE(IsCrc(ChecksumAlgorithm::kSha256));
}

// 5 TiB of zeros: by halves, no byte of them made.
TEST(Checksums, CombiningIsExactForTheLargestObject) {
  for (const ChecksumAlgorithm algorithm :
       {ChecksumAlgorithm::kCrc32, ChecksumAlgorithm::kCrc32c, ChecksumAlgorithm::kCrc64Nvme}) {
    const std::string zero(1024, '\0');
    std::string doubled = Checksum(algorithm, zero);
    std::uint64_t length = zero.size();
    for (int i = 0; i < 32; ++i, length *= 2) doubled = CombineCrc(algorithm, doubled, doubled, length);
    const std::string head = Checksum(algorithm, kDigits);
    const std::string at_once = CombineCrc(algorithm, head, doubled, length);
    std::string by_halves = head;
    std::string half = Checksum(algorithm, zero);
    std::uint64_t half_length = zero.size();
    for (; half_length < length / 2; half_length *= 2) half = CombineCrc(algorithm, half, half, half_length);
    by_halves = CombineCrc(algorithm, by_halves, half, half_length);
    by_halves = CombineCrc(algorithm, by_halves, half, half_length);
    EXPECT_EQ(at_once, by_halves) << ChecksumName(algorithm);
  }
}

TEST(Checksums, NamesAreThoseOfAws) {
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    EXPECT_EQ(ParseChecksumName(ChecksumName(algorithm)), algorithm);
  }
  EXPECT_EQ(ChecksumName(ChecksumAlgorithm::kCrc64Nvme), "CRC64NVME");
  EXPECT_EQ(ParseChecksumName("crc32"), std::nullopt);
  EXPECT_EQ(ParseChecksumName("MD5"), std::nullopt);
  EXPECT_EQ(ParseChecksumName(""), std::nullopt);
}

}  // namespace
}  // namespace stratolite
