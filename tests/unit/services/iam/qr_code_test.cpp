#include "iam/qr_code.hpp"

#include <gtest/gtest.h>

#include "stratolite/base/encoding.hpp"

namespace stratolite::iam {
namespace {

std::string Rows(const QrCode& code) {
  std::string rows;
  for (int y = 0; y < code.size; ++y) {
    if (y > 0) rows.push_back('\n');
    for (int x = 0; x < code.size; ++x) rows.push_back(code.dark(x, y) ? '#' : '.');
  }
  return rows;
}

// What another implementation (the Python package qrcode, level L, mask 0, byte mode) draws.
TEST(QrCodeTest, TheSmallestSizeIsDrawnModuleByModule) {
  const auto code = MakeQrCode("HELLO otpauth");
  ASSERT_TRUE(code);
  EXPECT_EQ(Rows(*code),
            "#######..#.##.#######\n"
            "#.....#..###..#.....#\n"
            "#.###.#.##.##.#.###.#\n"
            "#.###.#..#.#..#.###.#\n"
            "#.###.#...#.#.#.###.#\n"
            "#.....#.....#.#.....#\n"
            "#######.#.#.#.#######\n"
            "........##.##........\n"
            "###.########.##...#..\n"
            "..##.#.#.###....#..#.\n"
            "#...###..#..#.#######\n"
            "#.##.#...#.#....#..#.\n"
            "#.#.#.#..##..#.#..#..\n"
            "........##.###.##.##.\n"
            "#######.#..##.###.###\n"
            "#.....#.##.#...#.....\n"
            "#.###.#.#####...#.##.\n"
            "#.###.#..#..##.##.##.\n"
            "#.###.#.##.####.#.#.#\n"
            "#.....#.##......#..#.\n"
            "#######.######.#..###");
}

TEST(QrCodeTest, AlignmentVersionAndSeveralBlocksAreDrawnAsElsewhere) {
  const auto fourth = MakeQrCode(std::string(60, 'x'));
  ASSERT_TRUE(fourth);
  EXPECT_EQ(fourth->size, 4 * 4 + 17);
  EXPECT_EQ(Sha256Hex(Rows(*fourth)), "b18ba663d83876662062b6ef520ec50a0fbb4783ee7ab9659b4c4d1d017688f1");
  const auto ninth = MakeQrCode(std::string(200, 'y'));
  ASSERT_TRUE(ninth);
  EXPECT_EQ(ninth->size, 9 * 4 + 17);
  EXPECT_EQ(Sha256Hex(Rows(*ninth)), "f18433421156057ba9c2df3c2effdf19fa1cfec74e661960ea5340fbe548f5e9");
}

TEST(QrCodeTest, WhatIsTooLongIsNoCode) {
  EXPECT_TRUE(MakeQrCode(std::string(858, 'z')));
  EXPECT_FALSE(MakeQrCode(std::string(859, 'z')));
}

TEST(QrCodeTest, ThePictureIsAPngOfItsSize) {
  const auto code = MakeQrCode("HELLO otpauth");
  ASSERT_TRUE(code);
  const std::string png = DrawPng(*code, 4);
  EXPECT_TRUE(png.starts_with("\x89PNG\r\n\x1A\n"));
  EXPECT_TRUE(png.ends_with("IEND\xAE\x42\x60\x82"));
  EXPECT_EQ(static_cast<unsigned char>(png[19]), (21 + 8) * 4);
}

}  // namespace
}  // namespace stratolite::iam
