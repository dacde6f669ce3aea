#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "s3/body_cipher.hpp"
#include "s3/customer_key.hpp"
#include "s3/model.hpp"
#include "s3/parts.hpp"
#include "s3/ranges.hpp"
#include "stratolite/storage/blob_store.hpp"

/// How everybody who reads objects (GET, copies, SelectObjectContent, websites, replication) gets their bytes in the clear, whatever they are encrypted with:
///
///   ASSIGN_OR_RETURN(const auto key, ReadKeyForReading(call, ""));   // or std::nullopt: reads everything but SSE-C
///   const auto body = OpenBody(parts, key);                          // before the snapshot
///   db.Read([&](Reader& reader) {
///     … FindObject …
///     RETURN_IF_ERROR(CheckCustomerKey(object.details.encryption, key));
///     AddBody(parts, reader, *body, object, {0, object.size});
///   });
///   RETURN_IF_ERROR(CheckKmsAccess(parts, call, object.details.encryption));  // kms_keys.hpp; not in the snapshot
///   body->Ready();
///   … body->Read, or MakeBlobBody(std::move(body)) …
namespace stratolite::s3 {

/// A BlobReader that decrypts what is under a customer's key; other bytes go through as they are, from file to socket where that is fastest.
/// Not thread-safe. Blocks.
class BodyReader final : public storage::BlobReader {
 public:
  BodyReader(std::unique_ptr<storage::BlobReader> blobs, std::optional<CustomerKey> key)
      : blobs_(std::move(blobs)), key_(std::move(key)) {}

  void Add(storage::Reader& reader, storage::BlobId id, std::uint64_t offset, std::uint64_t length) override {
    blobs_->Add(reader, id, offset, length);
  }
  /// `nonce`: the blob's, base64. One reader reads either encrypted blobs or others.
  void AddEncrypted(storage::Reader& reader, storage::BlobId id, std::uint64_t offset, std::uint64_t length,
                    std::string_view nonce);
  void Ready() override { blobs_->Ready(); }
  std::uint64_t size() const override { return blobs_->size(); }
  std::size_t Read(char* buffer, std::size_t capacity) override;
  std::optional<FileRange> File() const override {
    // Asked in any case: it opens the file, and says so when that is not whole.
    const auto range = blobs_->File();
    return pieces_.empty() ? range : std::nullopt;
  }

 private:
  /// Ten thousand parts are not ten thousand ciphers: one is made when its turn comes.
  struct Piece {
    std::uint64_t offset = 0;
    std::uint64_t left = 0;
    std::string nonce;
    std::optional<BodyCipher> cipher = std::nullopt;
  };

  const std::unique_ptr<storage::BlobReader> blobs_;
  const std::optional<CustomerKey> key_;
  /// Encrypted ones that were not read to their end.
  std::deque<Piece> pieces_;
};

/// Before the snapshot in which the object is looked up.
std::unique_ptr<BodyReader> OpenBody(Parts& parts, std::optional<CustomerKey> key = std::nullopt);

/// Adds bytes of an object's body to what `body` reads, whatever the object consists of. Within the snapshot that showed the object. The caller has checked
/// that the body's key is the object's (CheckCustomerKey); throws where there is none.
void AddBody(Parts& parts, storage::Reader& reader, BodyReader& body, const Object& object, const ByteRange& range);

}  // namespace stratolite::s3
