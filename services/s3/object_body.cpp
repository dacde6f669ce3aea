#include "s3/object_body.hpp"

#include <algorithm>
#include <stdexcept>

#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {
namespace {

void AddPiece(storage::Reader& reader, BodyReader& body, storage::BlobId blob, std::string_view nonce,
              const Object& object, const ByteRange& range) {
  if (object.details.encryption.method == Encryption::Method::kCustomerKey) {
    body.AddEncrypted(reader, blob, range.offset, range.length, nonce);
  } else {
    body.Add(reader, blob, range.offset, range.length);
  }
}

}  // namespace

void BodyReader::AddEncrypted(storage::Reader& reader, storage::BlobId id, std::uint64_t offset, std::uint64_t length,
                              std::string_view nonce) {
  if (!key_) throw std::logic_error("a body under a customer's key is read without one");
  pieces_.push_back({.offset = offset, .left = length, .nonce = Base64Decode(nonce).value_or("")});
  blobs_->Add(reader, id, offset, length);
}

std::size_t BodyReader::Read(char* buffer, std::size_t capacity) {
  if (pieces_.empty()) return blobs_->Read(buffer, capacity);
  Piece& piece = pieces_.front();
  const std::size_t count = blobs_->Read(buffer, std::min<std::uint64_t>(capacity, piece.left));
  if (!piece.cipher) piece.cipher.emplace(*key_, piece.nonce, piece.offset);
  piece.cipher->Apply(buffer, count);
  piece.left -= count;
  if (piece.left == 0) pieces_.pop_front();
  return count;
}

std::unique_ptr<BodyReader> OpenBody(Parts& parts, std::optional<CustomerKey> key) {
  return std::make_unique<BodyReader>(parts.deps.blobs.OpenReader(), std::move(key));
}

void AddBody(Parts& parts, storage::Reader& reader, BodyReader& body, const Object& object, const ByteRange& range) {
  if (range.length == 0) return;
  if (object.blob) return AddPiece(reader, body, *object.blob, object.details.encryption.nonce, object, range);
  std::uint64_t begin = 0;
  std::uint64_t added = 0;
  const std::uint64_t end = range.offset + range.length;
  for (const ObjectPart& part : parts.objects.Parts(reader, object.id)) {
    const std::uint64_t from = std::max(begin, range.offset);
    const std::uint64_t to = std::min(begin + part.size, end);
    if (from < to) {
      if (!part.blob) break;
      AddPiece(reader, body, *part.blob, part.nonce, object, {from - begin, to - from});
      added += to - from;
    }
    begin += part.size;
  }
  if (added != range.length) {
    throw storage::StorageError("s3_object " + std::to_string(object.id) +
                                " lacks parts: stop the daemon and run 'stratolite doctor --check'");
  }
}

}  // namespace stratolite::s3
