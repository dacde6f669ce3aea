#include "stratolite/base/encoding.hpp"

#include <gtest/gtest.h>

namespace stratolite {
namespace {

std::string Hex(const Sha256Digest& digest) { return HexEncode(AsBytes(digest)); }

TEST(Base64, KnownAnswersOfRfc4648) {
  const std::pair<const char*, const char*> kVectors[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : kVectors) {
    EXPECT_EQ(Base64Encode(plain), coded);
    EXPECT_EQ(Base64Decode(coded), plain);
  }
}

TEST(Base64, EveryByteSurvives) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  for (std::size_t length = 250; length <= 256; ++length) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes.substr(0, length))), bytes.substr(0, length));
  }
}

TEST(Base64, RefusesWhatIsMalformed) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zm9v\n", "Zm 9v", "Zm-_", "Zg==Zg==", "=Zg="}) {
    EXPECT_EQ(Base64Decode(text), std::nullopt) << text;
  }
}

TEST(Hex, RoundTripAndRefusal) {
  EXPECT_EQ(HexEncode(std::string_view("\x00\x7F\xFF", 3)), "007fff");
  EXPECT_EQ(HexDecode("007FfF"), std::string("\x00\x7F\xFF", 3));
  EXPECT_EQ(HexDecode("0"), std::nullopt);
  EXPECT_EQ(HexDecode("0g"), std::nullopt);
}

TEST(Percent, EncodesAllButTheUnreserved) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b/+%\xC3\xA9"), "a%20b%2F%2B%25%C3%A9");
  EXPECT_EQ(PercentEncode("/a b/", true), "/a%20b/");
}

TEST(Percent, DecodesAndRefusesBrokenEscapes) {
  EXPECT_EQ(PercentDecode("a%20b+c%2f"), "a b+c/");
  EXPECT_EQ(PercentDecode("a%20b+c", true), "a b c");
  for (const char* text : {"%", "%2", "%2g", "abc%", "%%41"}) EXPECT_EQ(PercentDecode(text), std::nullopt) << text;
}

TEST(Utf8, AcceptsWhatIsWellFormed) {
  for (const char* text :
       {"", "plain ascii, longer than a block", "caf\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "12345678\xC3\xA9\x31\x32\x33\x34\x35\x36\x37\x38"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  EXPECT_EQ(Utf8Length("caf\xC3\xA9 \xF0\x9F\x98\x80"), 6U);
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndStumps) {
  for (const char* text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "abcdefgh\xC3", "\xC3(", "\xF0\x9F\x98"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << HexEncode(text);
  }
}

TEST(NearestName, FindsATypoAndKeepsQuietOtherwise) {
  const std::string_view names[] = {"--port", "--data-dir", "--ephemeral", "--auth"};
  EXPECT_EQ(NearestName("--prot", names), "--port");
  EXPECT_EQ(NearestName("--datadir", names), "--data-dir");
  EXPECT_EQ(NearestName("--colour", names), "");
  EXPECT_EQ(NearestName("", names), "");
  EXPECT_EQ(NearestName("x", std::span<const std::string_view>()), "");
}

TEST(Digests, KnownAnswers) {
  EXPECT_EQ(Md5Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(Md5Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// RFC 4231, cases 1, 2, 6 (a key longer than a block) and an empty key.
TEST(Digests, HmacKnownAnswers) {
  EXPECT_EQ(Hex(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Hex(HmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(Hex(HmacSha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(ConstantTime, ComparesWhatIsThere) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("secret", "secret"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secreT"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secre"));
}

TEST(AsciiLower, LowersLettersAndLeavesAllOtherBytes) {
  EXPECT_EQ(AsciiLower(""), "");
  EXPECT_EQ(AsciiLower("AZaz@[`{09-_"), "azaz@[`{09-_");
  EXPECT_EQ(AsciiLower("\xC3\x89\xFF"), "\xC3\x89\xFF");
}

}  // namespace
}  // namespace stratolite
