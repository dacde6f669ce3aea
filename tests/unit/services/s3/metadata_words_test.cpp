#include "s3/metadata_words.hpp"

#include <gtest/gtest.h>

namespace stratolite::s3 {
namespace {

TEST(MetadataWordsTest, AsciiStaysAsItIs) {
  EXPECT_EQ(EncodeWords("a value, with_ =signs?"), "a value, with_ =signs?");
  EXPECT_EQ(DecodeWords("a value, with_ =signs?"), "a value, with_ =signs?");
}

TEST(MetadataWordsTest, MostlyAsciiTextIsQuoted) {
  EXPECT_EQ(EncodeWords("non-ascii-%E2%80%94_—_é_"), "=?UTF-8?Q?non-ascii-%E2%80%94=5F=E2=80=94=5F=C3=A9=5F?=");
  EXPECT_EQ(EncodeWords("caf\u00e9 au lait"), "=?UTF-8?Q?caf=C3=A9_au_lait?=");
}

TEST(MetadataWordsTest, OtherTextIsBase64) { EXPECT_EQ(EncodeWords("\uFFFDa\uFFFD"), "=?UTF-8?B?77+9Ye+/vQ==?="); }

TEST(MetadataWordsTest, WordsAreRead) {
  EXPECT_EQ(DecodeWords("=?UTF-8?Q?caf=C3=A9_au_lait?="), "caf\u00e9 au lait");
  EXPECT_EQ(DecodeWords("=?utf-8?b?w6k=?= and =?ISO-8859-1?Q?=E9?="), "\u00e9 and \u00e9");
}

TEST(MetadataWordsTest, BytesThatAreNoTextAreReplaced) { EXPECT_EQ(DecodeWords("=?UTF-8?B?wWHD?="), "\uFFFDa\uFFFD"); }

TEST(MetadataWordsTest, WhatIsNoWordStays) {
  EXPECT_EQ(DecodeWords("=?UTF-8?X?abc?="), "=?UTF-8?X?abc?=");
  EXPECT_EQ(DecodeWords("=?UTF-8?B?abc"), "=?UTF-8?B?abc");
  EXPECT_EQ(DecodeWords("=?"), "=?");
  EXPECT_EQ(DecodeWords("a=?UTF-8?Q?b?="), "a=?UTF-8?Q?b?=");
  EXPECT_EQ(DecodeWords("=?koi8-r?B?wWHD?="), "=?koi8-r?B?wWHD?=");
  EXPECT_EQ(DecodeWords("=?UTF-8?Q?a b?="), "=?UTF-8?Q?a b?=");
}

// Each beginning used to be read up to the end of the text: ten seconds for a request's worth of these.
TEST(MetadataWordsTest, ManyBeginningsOfWordsAreReadOnce) {
  std::string text;
  for (int i = 0; i < 9000; ++i) text += " =?a?Q?";
  text += "?=";
  EXPECT_EQ(DecodeWords(text), text);
}

TEST(MetadataWordsTest, LongTextIsSeveralWordsThatReadAsOne) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "\u00e9\u4e16\U0001F600 ";
  const std::string words = EncodeWords(text);
  EXPECT_NE(words.find("?= =?"), std::string::npos);
  EXPECT_EQ(DecodeWords(words), text);
}

}  // namespace
}  // namespace stratolite::s3
