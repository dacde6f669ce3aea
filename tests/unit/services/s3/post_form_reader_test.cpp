#include "s3/post_form_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace stratolite::s3 {
namespace {

constexpr std::string_view kForm =
    "--B\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na/${filename}\r\n"
    "--B\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n"
    "--B\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=\"FILE\"; filename=\"C:\\dir\\x "
    "\\\"y\\\".txt\"\r\n\r\n"
    "line\r\n--C\r\n-\r\n"
    "--B\r\nContent-Disposition: form-data; name=\"late\"\r\n\r\nignored\r\n--B--\r\n";

/// Hands out a text in pieces of one size. Not thread-safe.
class PiecewiseBody final : public wire::BodyReader {
 public:
  PiecewiseBody(std::string_view text, std::size_t piece) : left_(text), size_(text.size()), piece_(piece) {}
  std::size_t Read(char* buffer, std::size_t capacity) override {
    const std::size_t count = std::min({capacity, piece_, left_.size()});
    std::copy_n(left_.data(), count, buffer);
    left_.remove_prefix(count);
    return count;
  }
  std::optional<std::uint64_t> size() const override { return size_; }
  std::string_view left() const { return left_; }

 private:
  std::string_view left_;
  const std::size_t size_;
  const std::size_t piece_;
};

std::string FileOf(PostFormReader& reader, std::size_t capacity) {
  std::string file;
  std::string buffer(capacity, '\0');
  while (const std::size_t count = reader.ReadFile(buffer.data(), capacity)) file.append(buffer, 0, count);
  return file;
}

TEST(PostFormReader, ReadsTheSameHoweverTheFormIsCut) {
  for (std::size_t piece = 1; piece <= kForm.size(); ++piece) {
    PiecewiseBody body(kForm, piece);
    PostFormReader reader(body, "B");
    ASSERT_TRUE(reader.ReadFields().ok()) << piece;
    ASSERT_EQ(reader.fields().size(), 2U);
    EXPECT_EQ(reader.fields()[0].name, "key");
    EXPECT_EQ(reader.fields()[0].value, "a/${filename}");
    EXPECT_EQ(reader.fields()[1].value, "");
    EXPECT_EQ(reader.filename(), "x \"y\".txt");
    EXPECT_EQ(FileOf(reader, 1 + piece % 7), "line\r\n--C\r\n-") << piece;
    EXPECT_TRUE(body.left().empty());
  }
}

TEST(PostFormReader, TheLastLineNeedsNoEnd) {
  PiecewiseBody body("--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--B", 1000);
  PostFormReader reader(body, "B");
  ASSERT_TRUE(reader.ReadFields().ok());
  EXPECT_EQ(FileOf(reader, 100), "x");
}

TEST(PostFormReader, AFormThatBreaksOffIsRefused) {
  for (std::size_t size = 0; size < kForm.find("\r\n--B\r\nContent-Disposition: form-data; name=\"late\""); ++size) {
    PiecewiseBody body(kForm.substr(0, size), 1000);
    PostFormReader reader(body, "B");
    const auto read = reader.ReadFields();
    if (!read.ok()) {
      EXPECT_EQ(read.error().code, "MalformedPOSTRequest") << size;
    } else {
      EXPECT_THROW(FileOf(reader, 100), wire::BodyRejected) << size;
    }
  }
}

TEST(PostFormReader, FieldsMayNotBeLargerThanTheirLimit) {
  const std::string form = "--B\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n" +
                           std::string(PostFormReader::kMaxFieldBytes, 'x') + "\r\n--B--\r\n";
  PiecewiseBody body(form, 1000);
  PostFormReader reader(body, "B");
  EXPECT_EQ(reader.ReadFields().error().code, "MaxPostPreDataLengthExceeded");
}

TEST(FormBoundaryTest, IsReadOutOfTheContentType) {
  EXPECT_EQ(FormBoundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(FormBoundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), "a b");
  for (const char* type : {"multipart/form-data", "multipart/mixed; boundary=a", "multipart/form-data; boundary=", ""})
    EXPECT_EQ(FormBoundary(type), std::nullopt) << type;
}

}  // namespace
}  // namespace stratolite::s3
