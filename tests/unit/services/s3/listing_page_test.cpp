#include "s3/listing_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "s3/schema.hpp"

namespace stratolite::s3 {
namespace {

using Strings = std::vector<std::string>;

/// Rows of one bucket, and what a listing of them must give, said in the simplest way.
class ListingPageTest : public ::testing::Test {
 protected:
  struct Version {
    ObjectId id;
    bool marker;
  };

  void SetUp() override { db_->Migrate(kMigrations); }

  /// Versions from oldest to newest.
  void Insert(const std::string& key, const std::vector<bool>& markers) {
    db_->Transact([&](storage::Txn& txn) {
      for (std::size_t i = 0; i < markers.size(); ++i) {
        txn.Run(
            "INSERT INTO s3_object (bucket_id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag,"
            " storage_class, system_metadata, user_metadata, tags, part_count) VALUES (1,?,?,?,?,0,0,'','','','','',0)",
            {key, std::to_string(i), i + 1 == markers.size(), markers[i]});
        model_[key].push_back({txn.last_insert_rowid(), markers[i]});
      }
    });
  }

  /// Everything that a listing shows, a name or `name#id` each, common prefixes once and where they stand.
  Strings Expected(ListingCursor::Kind kind, const ListingRequest& request) const {
    Strings entries;
    for (const auto& [key, versions] : model_) {
      if (!key.starts_with(request.prefix)) continue;
      const bool shown = kind == ListingCursor::Kind::kAllVersions || !versions.back().marker;
      const std::size_t end =
          request.delimiter.empty() ? std::string::npos : key.find(request.delimiter, request.prefix.size());
      if (end != std::string::npos) {
        const std::string common = key.substr(0, end + request.delimiter.size());
        if (shown && common > request.after && (entries.empty() || entries.back() != common)) entries.push_back(common);
      } else if (shown && key > request.after) {
        if (kind == ListingCursor::Kind::kCurrentObjects) {
          entries.push_back(key + "#" + std::to_string(versions.back().id));
        } else {
          for (auto version = versions.rbegin(); version != versions.rend(); ++version)
            entries.push_back(key + "#" + std::to_string(version->id));
        }
      }
    }
    return entries;
  }

  /// The same, page by page. Prefixes and versions come in two lists; merged, they are in order again.
  Strings Listed(ListingCursor::Kind kind, ListingRequest request) {
    Strings entries;
    for (int pages = 0; pages < 1000; ++pages) {
      const ListingPage page = db_->Read([&](storage::Reader& reader) { return ReadPage(reader, 1, kind, request); });
      EXPECT_LE(page.versions.size() + page.common_prefixes.size(), request.max_keys);
      auto prefix = page.common_prefixes.begin();
      for (const ListedVersion& version : page.versions) {
        while (prefix != page.common_prefixes.end() && *prefix < version.key) entries.push_back(*prefix++);
        entries.push_back(version.key + "#" + std::to_string(version.id));
      }
      entries.insert(entries.end(), prefix, page.common_prefixes.end());
      if (!page.is_truncated) return entries;
      request.after = page.last;
      request.older_than = std::nullopt;
      if (!page.last_version_id.empty() && kind == ListingCursor::Kind::kAllVersions)
        request.older_than = page.versions.back().id;
    }
    ADD_FAILURE() << "the listing does not end";
    return entries;
  }

  std::unique_ptr<storage::Database> db_ = storage::Database::Open({});
  std::map<std::string, std::vector<Version>> model_;
};

TEST_F(ListingPageTest, RandomBucketsAreListedAsTheSimplestWayWould) {
  std::mt19937 random(7);
  const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  const auto word = [&](int longest) {
    std::string text;
    for (int length = below(longest + 1); length > 0; --length) text += "ab/-"[below(4)];
    return text;
  };
  for (int i = 0; i < 150; ++i) {
    const std::string key = "k" + word(7);
    if (model_.contains(key)) continue;
    std::vector<bool> markers(static_cast<std::size_t>(1 + below(4)));
    for (std::size_t j = 0; j < markers.size(); ++j) markers[j] = below(3) == 0;
    Insert(key, markers);
  }
  for (int i = 0; i < 120; ++i) {
    ListingRequest request;
    request.prefix = below(2) == 0 ? "" : "k" + word(2);
    request.delimiter = Strings{"", "/", "-", "a", "b/", "--"}[static_cast<std::size_t>(below(6))];
    request.max_keys = static_cast<std::size_t>(below(3) == 0 ? 1000 : 1 + below(40));
    request.after = below(2) == 0 ? "" : "k" + word(5);
    for (const auto kind : {ListingCursor::Kind::kCurrentObjects, ListingCursor::Kind::kAllVersions}) {
      ASSERT_EQ(Listed(kind, request), Expected(kind, request))
          << "prefix '" << request.prefix << "' delimiter '" << request.delimiter << "' after '" << request.after
          << "' by " << request.max_keys;
    }
  }
}

TEST_F(ListingPageTest, ACommonPrefixCostsOneSeekHoweverManyKeysItHas) {
  db_->Transact([](storage::Txn& txn) {
    txn.Run(
        "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 24999)"
        " INSERT INTO s3_object (bucket_id, key, version_id, is_latest, is_delete_marker, last_modified, size, etag,"
        " storage_class, system_metadata, user_metadata, tags, part_count)"
        " SELECT 1, printf('%d/%05d', i / 5000, i), 'null', 1, 0, 0, 0, '', '', '', '', '', 0 FROM n");
  });
  db_->Read([](storage::Reader& reader) {
    ListingCursor cursor(reader, 1, ListingCursor::Kind::kCurrentObjects, 1, 1001);
    cursor.Seek({"", std::nullopt});
    for (const char* key : {"0/00000", "1/05000", "2/10000", "3/15000", "4/20000"}) {
      ASSERT_NE(cursor.Peek(), nullptr);
      EXPECT_EQ(cursor.Peek()->key, key);
      EXPECT_EQ(cursor.rows_read(), static_cast<std::size_t>(key[0] - '0' + 1));
      cursor.Seek({*AfterPrefix(std::string(key, 2)), std::nullopt});
    }
    EXPECT_EQ(cursor.Peek(), nullptr);
  });
}

TEST(AfterPrefix, IsTheLeastStringBeyond) {
  EXPECT_EQ(AfterPrefix("a/"), "a0");
  EXPECT_EQ(AfterPrefix("a\x7f"), "a\x80");
  EXPECT_EQ(AfterPrefix("a\xff\xff"), "b");
  EXPECT_EQ(AfterPrefix("\xff"), std::nullopt);
}

}  // namespace
}  // namespace stratolite::s3
