#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// QR codes as pictures: ISO/IEC 18004, bytes, error correction level L, sizes up to version 20 (858 bytes). All functions: Thread-safe.
namespace stratolite::iam {

/// A square of modules. Plain data.
struct QrCode {
  int size = 0;
  /// Row by row; true is dark.
  std::vector<bool> modules;

  bool dark(int x, int y) const { return modules[static_cast<std::size_t>(y * size + x)]; }
};

/// nullopt: the text is too long.
std::optional<QrCode> MakeQrCode(std::string_view text);
/// A PNG of it, black on white with the quiet zone that the standard asks for, `scale` pixels to a module.
std::string DrawPng(const QrCode& code, int scale);

}  // namespace stratolite::iam
