#include "s3/listing_page.hpp"

#include <algorithm>

namespace stratolite::s3 {
namespace {

constexpr std::size_t kPieceAfterSeek = 1;
constexpr std::size_t kMaxPiece = 1001;
/// Rows may turn out to be delete markers: a piece is not cut shorter than this.
constexpr std::size_t kLeastCap = 16;

}  // namespace

void ListingCursor::Seek(ListingPosition position) {
  // A short hop stays within what was read ahead.
  for (Half* half : {&latest_, &noncurrent_}) {
    while (half->next < half->rows.size() && half->rows[half->next].key < position.key) ++half->next;
    if (half->next < half->rows.size() && !position.older_than) continue;
    if (half->exhausted && half->next == half->rows.size() && half->piece != 0) continue;
    *half = Half{.rows = {}, .next = 0, .resume = position, .piece = first_piece_, .exhausted = false};
  }
}

const ListedVersion* ListingCursor::PeekHalf(Half& half, Select select) {
  if (half.next == half.rows.size() && !half.exhausted) {
    const std::size_t piece = std::min(half.piece, std::max(wanted_, kLeastCap));
    half.rows = select(reader_, bucket_, half.resume, piece);
    half.next = 0;
    half.exhausted = half.rows.size() < piece;
    rows_read_ += half.rows.size();
    half.piece = std::min(half.piece * 4, kMaxPiece);
    if (!half.rows.empty()) half.resume = {half.rows.back().key, half.rows.back().id};
  }
  return half.next < half.rows.size() ? &half.rows[half.next] : nullptr;
}

ListingCursor::Half* ListingCursor::Front() {
  const ListedVersion* latest = PeekHalf(latest_, listing_store::Latest);
  if (kind_ == Kind::kCurrentObjects) {
    while (latest != nullptr && latest->is_delete_marker) {
      ++latest_.next;
      latest = PeekHalf(latest_, listing_store::Latest);
    }
    return latest == nullptr ? nullptr : &latest_;
  }
  const ListedVersion* noncurrent = PeekHalf(noncurrent_, listing_store::Noncurrent);
  if (latest == nullptr) return noncurrent == nullptr ? nullptr : &noncurrent_;
  return noncurrent == nullptr || latest->key <= noncurrent->key ? &latest_ : &noncurrent_;
}

const ListedVersion* ListingCursor::Peek() {
  Half* half = Front();
  return half == nullptr ? nullptr : &half->rows[half->next];
}

ListedVersion ListingCursor::Take() {
  Half* half = Front();
  if (wanted_ > 0) --wanted_;
  return std::move(half->rows[half->next++]);
}

std::optional<std::string> AfterPrefix(std::string_view prefix) {
  std::string after(prefix);
  while (!after.empty() && static_cast<unsigned char>(after.back()) == 0xFF) after.pop_back();
  if (after.empty()) return std::nullopt;
  after.back() = static_cast<char>(static_cast<unsigned char>(after.back()) + 1);
  return after;
}

ListingPage ReadPage(storage::Reader& reader, BucketId bucket, ListingCursor::Kind kind,
                     const ListingRequest& request) {
  ListingPage page;
  if (request.max_keys == 0) return page;
  const std::size_t piece = request.delimiter.empty() ? std::min(request.max_keys + 1, kMaxPiece) : kPieceAfterSeek;
  ListingCursor cursor(reader, bucket, kind, piece, request.max_keys + 1);
  // An id of 0 is older than all: the key was listed whole.
  if (request.after < request.prefix) {
    cursor.Seek({request.prefix, std::nullopt});
  } else {
    cursor.Seek({request.after, request.after.empty() ? std::nullopt : std::optional(request.older_than.value_or(0))});
  }
  while (const ListedVersion* version = cursor.Peek()) {
    const std::string_view key = version->key;
    if (!key.starts_with(request.prefix)) break;
    const std::size_t end =
        request.delimiter.empty() ? std::string_view::npos : key.find(request.delimiter, request.prefix.size());
    if (end == std::string_view::npos) {
      if (page.versions.size() + page.common_prefixes.size() == request.max_keys) {
        page.is_truncated = true;
        break;
      }
      page.last = key;
      page.last_version_id = version->version_id;
      page.versions.push_back(cursor.Take());
      continue;
    }
    std::string common(key.substr(0, end + request.delimiter.size()));
    const std::optional<std::string> beyond = AfterPrefix(common);
    // A marker within a common prefix hides it: names up to the marker were listed.
    if (common > request.after) {
      if (page.versions.size() + page.common_prefixes.size() == request.max_keys) {
        page.is_truncated = true;
        break;
      }
      page.last = common;
      page.last_version_id.clear();
      page.common_prefixes.push_back(std::move(common));
    }
    if (!beyond) break;
    cursor.Seek({*beyond, std::nullopt});
  }
  return page;
}

}  // namespace stratolite::s3
