#include "wire/uri_template.hpp"

#include <gtest/gtest.h>

namespace stratolite::wire::internal {
namespace {

std::string Labels(std::string_view uri_template, std::string_view path) {
  std::vector<Label> labels;
  if (!MatchPath(uri_template, path, &labels)) return "no match";
  std::string out;
  for (const Label& label : labels) out.append(label.name).append("=").append(label.value).append(";");
  return out;
}

TEST(UriTemplate, TakesLabelsRaw) {
  EXPECT_EQ(Labels("/", "/"), "");
  EXPECT_EQ(Labels("/a/{B}/c", "/a/x%2Fy/c"), "B=x%2Fy;");
  EXPECT_EQ(Labels("/{A}/{B}", "/1/2"), "A=1;B=2;");
  EXPECT_EQ(Labels("/{Name}.json", "/report.json"), "Name=report;");
}

TEST(UriTemplate, LabelsAreNeverEmpty) {
  EXPECT_EQ(Labels("/{A}", "/"), "no match");
  EXPECT_EQ(Labels("/{A}/b", "//b"), "no match");
  EXPECT_EQ(Labels("/{Bucket}/{Key+}", "/bucket/"), "no match");
}

TEST(UriTemplate, AGreedyLabelTakesWhatTheRestLeaves) {
  EXPECT_EQ(Labels("/{Bucket}/{Key+}", "/b/a/b//c/"), "Bucket=b;Key=a/b//c/;");
  EXPECT_EQ(Labels("/{Path+}/tail/{Id}", "/a/b/tail/7"), "Path=a/b;Id=7;");
  EXPECT_EQ(Labels("/{Path+}/tail", "/tail"), "no match");
  EXPECT_EQ(Labels("/x/{Arn+}", "/x/arn:aws:a:::b/c"), "Arn=arn:aws:a:::b/c;");
}

TEST(UriTemplate, ForgivesOneSlashAtTheEnd) {
  EXPECT_EQ(Labels("/{Bucket}", "/bucket/"), "Bucket=bucket;");
  EXPECT_EQ(Labels("/2015-03-31/functions/", "/2015-03-31/functions/"), "");
  EXPECT_EQ(Labels("/{Bucket}", "/bucket//"), "no match");
}

TEST(UriTemplate, RefusesOtherShapes) {
  EXPECT_EQ(Labels("/a", "/a/b"), "no match");
  EXPECT_EQ(Labels("/a/b", "/a"), "no match");
  EXPECT_EQ(Labels("/a", "/A"), "no match");
}

TEST(UriTemplate, CountsConstantQueryParameters) {
  EXPECT_EQ(MatchQuery("uploads", "uploads"), 1);
  EXPECT_EQ(MatchQuery("uploads", "x=1&uploads="), 1);
  EXPECT_EQ(MatchQuery("list-type=2&x", "x=7&list-type=2"), 2);
  EXPECT_EQ(MatchQuery("list-type=2", "list-type=1"), std::nullopt);
  EXPECT_EQ(MatchQuery("upload", "uploads"), std::nullopt);
}

TEST(UriTemplate, FindsQueryValues) {
  EXPECT_EQ(FindQueryValue("a=1&b&c=", "a"), "1");
  EXPECT_EQ(FindQueryValue("a=1&b&c=", "b"), "");
  EXPECT_EQ(FindQueryValue("a=1&b&c=", "c"), "");
  EXPECT_EQ(FindQueryValue("ab=1", "a"), std::nullopt);
}

TEST(UriTemplate, AnEncodedParameterIsTheSameParameter) {
  EXPECT_EQ(FindQueryValue("%75ploads", "uploads"), "");
  EXPECT_EQ(FindQueryValue("%74agging=&x=1", "tagging"), "");
  EXPECT_EQ(FindQueryValue("lis%74-typ%65=%32", "list-type"), "%32");
  EXPECT_EQ(MatchQuery("list-type=2", "lis%74-type=%32"), 1);
  EXPECT_EQ(MatchQuery("tagging", "%74agging"), 1);
  EXPECT_EQ(MatchQuery("tagging", "%zzagging&%2574agging"), std::nullopt);
}

}  // namespace
}  // namespace stratolite::wire::internal
