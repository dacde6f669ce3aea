#include "stratolite/service/blob_body.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace stratolite {
namespace {

// What fits into the processor's cache is sent faster: docs/performance.md.
constexpr std::uint64_t kChunkBytes = 256 * 1024;

class BlobBody final : public wire::BodyProducer {
 public:
  explicit BlobBody(std::unique_ptr<storage::BlobReader> reader)
      : reader_(std::move(reader)), size_(reader_->size()), left_(size_) {}

  bool Next(std::string& chunk) override {
    // The caller's buffer comes back: only the first chunk and a shorter last one change its size.
    chunk.resize(std::min(kChunkBytes, left_));
    std::size_t filled = 0;
    while (filled < chunk.size()) {
      const std::size_t count = reader_->Read(chunk.data() + filled, chunk.size() - filled);
      if (count == 0) throw storage::StorageError("a blob ended before its size");
      filled += count;
    }
    left_ -= filled;
    return filled > 0;
  }
  std::optional<std::uint64_t> size() const override { return size_; }
  std::optional<FileRange> file() const override {
    const auto range = reader_->File();
    if (!range) return std::nullopt;
    return FileRange{range->descriptor, range->offset, range->length};
  }

 private:
  const std::unique_ptr<storage::BlobReader> reader_;
  const std::uint64_t size_;
  std::uint64_t left_;
};

}  // namespace

std::shared_ptr<wire::BodyProducer> MakeBlobBody(std::unique_ptr<storage::BlobReader> reader) {
  return std::make_shared<BlobBody>(std::move(reader));
}

}  // namespace stratolite
