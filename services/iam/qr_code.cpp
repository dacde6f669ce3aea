#include "iam/qr_code.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace stratolite::iam {
namespace {

constexpr int kLargestVersion = 20;
/// ISO/IEC 18004 table 9, level L, versions 1 to 20.
constexpr std::array<int, kLargestVersion> kCorrectionPerBlock = {7,  10, 15, 20, 26, 18, 20, 24, 30, 18,
                                                                  20, 24, 26, 30, 22, 24, 28, 30, 28, 28};
constexpr std::array<int, kLargestVersion> kBlocks = {1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8};

using Bytes = std::vector<std::uint8_t>;

/// Modules that carry data or correction: all but the patterns.
int DataModulesOf(int version) {
  int modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const int marks = version / 7 + 2;
    modules -= (25 * marks - 10) * marks - 55;
    if (version >= 7) modules -= 36;
  }
  return modules;
}

int DataBytesOf(int version) {
  const auto index = static_cast<std::size_t>(version - 1);
  return DataModulesOf(version) / 8 - kCorrectionPerBlock[index] * kBlocks[index];
}

/// In the field of 256 elements over x⁸ + x⁴ + x³ + x² + 1.
std::uint8_t Multiply(std::uint8_t a, std::uint8_t b) {
  int product = 0;
  for (int bit = 7; bit >= 0; --bit) {
    product = (product << 1) ^ ((product >> 7) * 0x11D);
    product ^= ((b >> bit) & 1) * a;
  }
  return static_cast<std::uint8_t>(product);
}

/// Reed-Solomon.
Bytes CorrectionOf(const Bytes& data, int count) {
  Bytes divisor(static_cast<std::size_t>(count), 0);
  divisor.back() = 1;
  std::uint8_t root = 1;
  for (int i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < divisor.size(); ++j) {
      divisor[j] = Multiply(divisor[j], root);
      if (j + 1 < divisor.size()) divisor[j] ^= divisor[j + 1];
    }
    root = Multiply(root, 2);
  }
  Bytes remainder(static_cast<std::size_t>(count), 0);
  for (const std::uint8_t byte : data) {
    const std::uint8_t factor = byte ^ remainder.front();
    remainder.erase(remainder.begin());
    remainder.push_back(0);
    for (std::size_t i = 0; i < remainder.size(); ++i) remainder[i] ^= Multiply(divisor[i], factor);
  }
  return remainder;
}

/// The text as bytes of its mode, padded.
Bytes EncodeText(std::string_view text, int version) {
  std::vector<bool> bits;
  const auto append = [&bits](std::uint32_t value, int count) {
    for (int i = count - 1; i >= 0; --i) bits.push_back((value >> i) & 1);
  };
  append(4, 4);
  append(static_cast<std::uint32_t>(text.size()), version < 10 ? 8 : 16);
  for (const char c : text) append(static_cast<unsigned char>(c), 8);
  const std::size_t capacity = static_cast<std::size_t>(DataBytesOf(version)) * 8;
  append(0, static_cast<int>(std::min<std::size_t>(4, capacity - bits.size())));
  while (bits.size() % 8 != 0) bits.push_back(false);
  for (std::uint32_t pad = 0xEC; bits.size() < capacity; pad ^= 0xEC ^ 0x11) append(pad, 8);
  Bytes bytes(bits.size() / 8, 0);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | (bits[i] ? 0x80 >> (i % 8) : 0));
  }
  return bytes;
}

/// Blocks with their correction, byte by byte in turn. The last blocks may be longer by one.
Bytes Interleave(const Bytes& data, int version) {
  const auto index = static_cast<std::size_t>(version - 1);
  const auto blocks = static_cast<std::size_t>(kBlocks[index]);
  const std::size_t short_blocks = blocks - data.size() % blocks;
  const std::size_t short_size = data.size() / blocks;
  std::vector<Bytes> parts;
  std::vector<Bytes> corrections;
  for (std::size_t block = 0, place = 0; block < blocks; ++block) {
    const std::size_t size = short_size + (block >= short_blocks ? 1 : 0);
    const auto begin = data.begin() + static_cast<std::ptrdiff_t>(place);
    parts.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
    corrections.push_back(CorrectionOf(parts.back(), kCorrectionPerBlock[index]));
    place += size;
  }
  Bytes mixed;
  for (std::size_t i = 0; i <= short_size; ++i) {
    for (const Bytes& part : parts) {
      if (i < part.size()) mixed.push_back(part[i]);
    }
  }
  for (std::size_t i = 0; i < corrections.front().size(); ++i) {
    for (const Bytes& correction : corrections) mixed.push_back(correction[i]);
  }
  return mixed;
}

/// Puts patterns and data where they belong.
class Drawing {
 public:
  explicit Drawing(int version) : version_(version) {
    code_.size = version * 4 + 17;
    code_.modules.assign(static_cast<std::size_t>(code_.size * code_.size), false);
    fixed_ = code_.modules;
    for (int i = 0; i < code_.size; ++i) {
      Fix(6, i, i % 2 == 0);
      Fix(i, 6, i % 2 == 0);
    }
    DrawFinder(3, 3);
    DrawFinder(code_.size - 4, 3);
    DrawFinder(3, code_.size - 4);
    DrawAlignment();
    DrawFormat();
    DrawVersion();
  }

  QrCode Fill(const Bytes& bytes) {
    std::size_t bit = 0;
    for (int right = code_.size - 1; right >= 1; right -= 2) {
      if (right == 6) right = 5;
      const bool upwards = ((right + 1) & 2) == 0;
      for (int step = 0; step < code_.size; ++step) {
        for (int x = right; x > right - 2; --x) {
          const int y = upwards ? code_.size - 1 - step : step;
          if (fixed_[Place(x, y)]) continue;
          const bool data = bit < bytes.size() * 8 && ((bytes[bit / 8] >> (7 - bit % 8)) & 1);
          ++bit;
          // Mask 0. The standard picks the one that looks best; readers read the number.
          code_.modules[Place(x, y)] = data != ((x + y) % 2 == 0);
        }
      }
    }
    return std::move(code_);
  }

 private:
  std::size_t Place(int x, int y) const { return static_cast<std::size_t>(y * code_.size + x); }

  void Fix(int x, int y, bool dark) {
    code_.modules[Place(x, y)] = dark;
    fixed_[Place(x, y)] = true;
  }

  void DrawFinder(int center_x, int center_y) {
    for (int dy = -4; dy <= 4; ++dy) {
      for (int dx = -4; dx <= 4; ++dx) {
        const int x = center_x + dx;
        const int y = center_y + dy;
        if (x < 0 || y < 0 || x >= code_.size || y >= code_.size) continue;
        const int ring = std::max(std::abs(dx), std::abs(dy));
        Fix(x, y, ring != 2 && ring != 4);
      }
    }
  }

  void DrawAlignment() {
    if (version_ == 1) return;
    const int marks = version_ / 7 + 2;
    const int step = (version_ * 4 + marks * 2 + 1) / (marks * 2 - 2) * 2;
    std::vector<int> places = {6};
    for (int i = marks - 2; i >= 0; --i) places.push_back(code_.size - 7 - i * step);
    for (const int y : places) {
      for (const int x : places) {
        const bool first_row = y == places.front();
        const bool first_column = x == places.front();
        if ((first_row && first_column) || (first_row && x == places.back()) || (first_column && y == places.back()))
          continue;
        for (int dy = -2; dy <= 2; ++dy) {
          for (int dx = -2; dx <= 2; ++dx) Fix(x + dx, y + dy, std::max(std::abs(dx), std::abs(dy)) != 1);
        }
      }
    }
  }

  /// Level L, mask 0, with its BCH code.
  void DrawFormat() {
    constexpr int kLevelAndMask = 1 << 3;
    int remainder = kLevelAndMask;
    for (int i = 0; i < 10; ++i) remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
    const int bits = (kLevelAndMask << 10 | remainder) ^ 0x5412;
    const auto bit = [bits](int i) { return ((bits >> i) & 1) != 0; };
    for (int i = 0; i <= 5; ++i) Fix(8, i, bit(i));
    Fix(8, 7, bit(6));
    Fix(8, 8, bit(7));
    Fix(7, 8, bit(8));
    for (int i = 9; i < 15; ++i) Fix(14 - i, 8, bit(i));
    for (int i = 0; i < 8; ++i) Fix(code_.size - 1 - i, 8, bit(i));
    for (int i = 8; i < 15; ++i) Fix(8, code_.size - 15 + i, bit(i));
    Fix(8, code_.size - 8, true);
  }

  void DrawVersion() {
    if (version_ < 7) return;
    int remainder = version_;
    for (int i = 0; i < 12; ++i) remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1F25);
    const int bits = version_ << 12 | remainder;
    for (int i = 0; i < 18; ++i) {
      const bool dark = ((bits >> i) & 1) != 0;
      const int a = code_.size - 11 + i % 3;
      const int b = i / 3;
      Fix(a, b, dark);
      Fix(b, a, dark);
    }
  }

  const int version_;
  QrCode code_;
  std::vector<bool> fixed_;
};

void AppendBigEndian(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

std::uint32_t PngCrc(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
  }
  return ~crc;
}

void AppendPngChunk(std::string& out, std::string_view type, std::string_view content) {
  AppendBigEndian(out, static_cast<std::uint32_t>(content.size()));
  std::string covered(type);
  covered.append(content);
  out.append(covered);
  AppendBigEndian(out, PngCrc(covered));
}

/// A zlib stream whose blocks are stored as they are: these pictures are small.
std::string StoreInZlib(std::string_view bytes) {
  constexpr std::size_t kMostInBlock = 65'535;
  std::string out = "\x78\x01";
  for (std::size_t place = 0;;) {
    const std::string_view block = bytes.substr(place, kMostInBlock);
    place += block.size();
    out.push_back(place == bytes.size() ? 1 : 0);
    const auto size = static_cast<std::uint16_t>(block.size());
    const auto inverted = static_cast<std::uint16_t>(~size);
    for (const std::uint16_t number : {size, inverted}) {
      out.push_back(static_cast<char>(number & 0xFF));
      out.push_back(static_cast<char>(number >> 8));
    }
    out.append(block);
    if (place == bytes.size()) break;
  }
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char byte : bytes) {
    a = (a + static_cast<unsigned char>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  AppendBigEndian(out, b << 16 | a);
  return out;
}

}  // namespace

std::optional<QrCode> MakeQrCode(std::string_view text) {
  for (int version = 1; version <= kLargestVersion; ++version) {
    const std::size_t header = version < 10 ? 12 : 20;
    if (header + text.size() * 8 > static_cast<std::size_t>(DataBytesOf(version)) * 8) continue;
    return Drawing(version).Fill(Interleave(EncodeText(text, version), version));
  }
  return std::nullopt;
}

std::string DrawPng(const QrCode& code, int scale) {
  constexpr int kQuiet = 4;
  const int width = (code.size + 2 * kQuiet) * scale;
  std::string header;
  AppendBigEndian(header, static_cast<std::uint32_t>(width));
  AppendBigEndian(header, static_cast<std::uint32_t>(width));
  // One bit of grey for each pixel, no interlacing.
  header.append({1, 0, 0, 0, 0});
  std::string rows;
  for (int y = 0; y < width; ++y) {
    std::string row(static_cast<std::size_t>((width + 7) / 8), '\xFF');
    const int module_y = y / scale - kQuiet;
    for (int x = 0; x < width; ++x) {
      const int module_x = x / scale - kQuiet;
      const bool inside = module_x >= 0 && module_y >= 0 && module_x < code.size && module_y < code.size;
      if (!inside || !code.dark(module_x, module_y)) continue;
      char& byte = row[static_cast<std::size_t>(x / 8)];
      byte = static_cast<char>(byte & ~(0x80 >> (x % 8)));
    }
    rows.push_back(0);
    rows.append(row);
  }
  std::string png = "\x89PNG\r\n\x1A\n";
  AppendPngChunk(png, "IHDR", header);
  AppendPngChunk(png, "IDAT", StoreInZlib(rows));
  AppendPngChunk(png, "IEND", "");
  return png;
}

}  // namespace stratolite::iam
