// The low-level digests of OpenSSL, as in digests.cpp and for its reasons.
#define OPENSSL_API_COMPAT 0x10100000L
#define OPENSSL_SUPPRESS_DEPRECATED
#include "stratolite/base/checksums.hpp"

#include <openssl/md5.h>
#include <openssl/sha.h>

#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace stratolite {
namespace {

static_assert(std::endian::native == std::endian::little);

// CRCs with reflected bits, all ones before and after: the only kind that S3 has. A register of `kBits` holds a polynomial, the coefficient of x^0 in
// its highest bit.
template <int kBits, std::uint64_t kPolynomial>
struct Crc {
  static constexpr std::uint64_t kOnes = kBits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << kBits) - 1;
  static constexpr std::uint64_t kOne = std::uint64_t{1} << (kBits - 1);

  static constexpr std::uint64_t TimesX(std::uint64_t a) { return (a >> 1) ^ ((a & 1) != 0 ? kPolynomial : 0); }

  static constexpr std::uint64_t Multiply(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    for (; a != 0; a = (a << 1) & kOnes, b = TimesX(b)) {
      if ((a & kOne) != 0) product ^= b;
    }
    return product;
  }

  // x^(2^i)
  static constexpr std::array<std::uint64_t, 64> MakeSquares() {
    std::array<std::uint64_t, 64> squares{};
    squares[0] = TimesX(kOne);
    for (std::size_t i = 1; i < squares.size(); ++i) squares[i] = Multiply(squares[i - 1], squares[i - 1]);
    return squares;
  }
  static constexpr std::array<std::uint64_t, 64> kSquares = MakeSquares();

  static constexpr std::uint64_t PowerOfX(std::uint64_t exponent) {
    std::uint64_t power = kOne;
    for (std::size_t i = 0; exponent != 0; ++i, exponent >>= 1) {
      if ((exponent & 1) != 0) power = Multiply(kSquares[i], power);
    }
    return power;
  }

  static std::uint64_t Combine(std::uint64_t a, std::uint64_t b, std::uint64_t b_length) {
    return Multiply(PowerOfX(b_length * 8), a) ^ b;
  }

  // [n][byte]: what `byte` with n zero bytes behind it leaves in the register.
  using Tables = std::array<std::array<std::uint64_t, 256>, 8>;
  static constexpr Tables MakeTables() {
    Tables tables{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::uint64_t value = byte;
      for (int bit = 0; bit < 8; ++bit) value = TimesX(value);
      tables[0][byte] = value;
    }
    for (std::size_t n = 1; n < tables.size(); ++n) {
      for (std::size_t byte = 0; byte < 256; ++byte) {
        const std::uint64_t before = tables[n - 1][byte];
        tables[n][byte] = (before >> 8) ^ tables[0][before & 0xFF];
      }
    }
    return tables;
  }
  static constexpr Tables kTables = MakeTables();

  // Eight bytes at a time.
  static std::uint64_t UpdateByTables(std::uint64_t crc, const char* data, std::size_t size) {
    for (; size >= 8; data += 8, size -= 8) {
      std::uint64_t word;
      std::memcpy(&word, data, 8);
      word ^= crc;
      crc = 0;
      for (std::size_t i = 0; i < 8; ++i, word >>= 8) crc ^= kTables[7 - i][word & 0xFF];
    }
    for (; size > 0; ++data, --size) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<std::uint8_t>(*data)) & 0xFF];
    return crc;
  }

  static std::uint64_t Update(std::uint64_t crc, std::string_view bytes);

#if defined(__x86_64__)
  // Multiplies 16 bytes by x^bits modulo the polynomial: the earlier eight bytes stand 64 places higher. A product of reflected words comes out one
  // place too high, hence the 1 less.
  static constexpr long long FoldConstant(std::uint64_t bits) {
    return static_cast<long long>(PowerOfX(bits - 1) << (64 - kBits));
  }

  // Folds by carry-less multiplication to 16 bytes with the same remainder, which the tables finish.
  // Intel, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (2009).
  __attribute__((target("pclmul,sse4.1"))) static std::uint64_t UpdateByFolding(std::uint64_t crc, const char* data,
                                                                                std::size_t size) {
    assert(size >= 64);
    const auto load = [](const char* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); };
    const __m128i by_64_bytes = _mm_set_epi64x(FoldConstant(512), FoldConstant(512 + 64));
    const __m128i by_16_bytes = _mm_set_epi64x(FoldConstant(128), FoldConstant(128 + 64));
    __m128i lanes[4] = {_mm_xor_si128(load(data), _mm_set_epi64x(0, static_cast<long long>(crc))), load(data + 16),
                        load(data + 32), load(data + 48)};
    data += 64;
    size -= 64;
    for (; size >= 64; data += 64, size -= 64) {
      for (int i = 0; i < 4; ++i) {
        lanes[i] = _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(lanes[i], by_64_bytes, 0x00),
                                               _mm_clmulepi64_si128(lanes[i], by_64_bytes, 0x11)),
                                 _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + 16 * i)));
      }
    }
    __m128i rest = lanes[0];
    for (int i = 1; i < 4; ++i) {
      rest = _mm_xor_si128(
          _mm_xor_si128(_mm_clmulepi64_si128(rest, by_16_bytes, 0x00), _mm_clmulepi64_si128(rest, by_16_bytes, 0x11)),
          lanes[i]);
    }
    char folded[16];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(folded), rest);
    return UpdateByTables(UpdateByTables(0, folded, sizeof folded), data, size);
  }
#endif
};

template <int kBits, std::uint64_t kPolynomial>
std::uint64_t Crc<kBits, kPolynomial>::Update(std::uint64_t crc, std::string_view bytes) {
#if defined(__x86_64__)
  static const bool can_fold = __builtin_cpu_supports("pclmul") != 0;
  if (can_fold && bytes.size() >= 64) return UpdateByFolding(crc, bytes.data(), bytes.size());
#endif
  return UpdateByTables(crc, bytes.data(), bytes.size());
}

using Crc32 = Crc<32, 0xEDB88320>;
using Crc32c = Crc<32, 0x82F63B78>;
using Crc64Nvme = Crc<64, 0x9A6C9329AC4BC9B5>;

std::string ToBytes(std::uint64_t value, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = size; i > 0; --i, value >>= 8) bytes[i - 1] = static_cast<char>(value & 0xFF);
  return bytes;
}

std::uint64_t FromBytes(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = (value << 8) | static_cast<std::uint8_t>(byte);
  return value;
}

template <typename Kind, std::size_t kSize>
class CrcDigest final : public RunningDigest {
 public:
  void Update(std::string_view bytes) override { crc_ = Kind::Update(crc_, bytes); }
  std::string Finish() override { return ToBytes(crc_ ^ Kind::kOnes, kSize); }

 private:
  std::uint64_t crc_ = Kind::kOnes;
};

template <typename Context, int (*kInit)(Context*), int (*kUpdate)(Context*, const void*, std::size_t),
          int (*kFinal)(unsigned char*, Context*), std::size_t kSize>
class OpensslDigest final : public RunningDigest {
 public:
  OpensslDigest() { kInit(&context_); }
  void Update(std::string_view bytes) override { kUpdate(&context_, bytes.data(), bytes.size()); }
  std::string Finish() override {
    std::string digest(kSize, '\0');
    kFinal(reinterpret_cast<unsigned char*>(digest.data()), &context_);
    return digest;
  }

 private:
  Context context_;
};

using RunningMd5 = OpensslDigest<MD5_CTX, &MD5_Init, &MD5_Update, &MD5_Final, MD5_DIGEST_LENGTH>;
using RunningSha1 = OpensslDigest<SHA_CTX, &SHA1_Init, &SHA1_Update, &SHA1_Final, SHA_DIGEST_LENGTH>;
using RunningSha256 = OpensslDigest<SHA256_CTX, &SHA256_Init, &SHA256_Update, &SHA256_Final, SHA256_DIGEST_LENGTH>;

constexpr std::array<std::pair<std::string_view, std::size_t>, 5> kNamesAndSizes = {
    {{"CRC32", 4}, {"CRC32C", 4}, {"CRC64NVME", 8}, {"SHA1", 20}, {"SHA256", 32}}};

}  // namespace

std::string_view ChecksumName(ChecksumAlgorithm algorithm) {
  return kNamesAndSizes[static_cast<std::size_t>(algorithm)].first;
}

std::optional<ChecksumAlgorithm> ParseChecksumName(std::string_view name) {
  for (const ChecksumAlgorithm algorithm : kChecksumAlgorithms) {
    if (ChecksumName(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

std::size_t ChecksumSize(ChecksumAlgorithm algorithm) {
  return kNamesAndSizes[static_cast<std::size_t>(algorithm)].second;
}

bool IsCrc(ChecksumAlgorithm algorithm) { return algorithm < ChecksumAlgorithm::kSha1; }

std::unique_ptr<RunningDigest> MakeChecksum(ChecksumAlgorithm algorithm) {
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32:
      return std::make_unique<CrcDigest<Crc32, 4>>();
    case ChecksumAlgorithm::kCrc32c:
      return std::make_unique<CrcDigest<Crc32c, 4>>();
    case ChecksumAlgorithm::kCrc64Nvme:
      return std::make_unique<CrcDigest<Crc64Nvme, 8>>();
    case ChecksumAlgorithm::kSha1:
      return std::make_unique<RunningSha1>();
    case ChecksumAlgorithm::kSha256:
      return std::make_unique<RunningSha256>();
  }
  __builtin_unreachable();
}

std::unique_ptr<RunningDigest> MakeMd5() { return std::make_unique<RunningMd5>(); }

std::unique_ptr<RunningDigest> MakeSha256() { return std::make_unique<RunningSha256>(); }

std::string Checksum(ChecksumAlgorithm algorithm, std::string_view bytes) {
  const std::unique_ptr<RunningDigest> digest = MakeChecksum(algorithm);
  digest->Update(bytes);
  return digest->Finish();
}

std::string CombineCrc(ChecksumAlgorithm algorithm, std::string_view a, std::string_view b, std::uint64_t b_length) {
  assert(IsCrc(algorithm) && a.size() == ChecksumSize(algorithm) && b.size() == a.size());
  const auto combine = [&]<typename Kind>(Kind) { return Kind::Combine(FromBytes(a), FromBytes(b), b_length); };
  switch (algorithm) {
    case ChecksumAlgorithm::kCrc32:
      return ToBytes(combine(Crc32{}), a.size());
    case ChecksumAlgorithm::kCrc32c:
      return ToBytes(combine(Crc32c{}), a.size());
    default:
      return ToBytes(combine(Crc64Nvme{}), a.size());
  }
}

}  // namespace stratolite
