#pragma once

#include <cstdint>
#include <optional>

#include "s3/post_form_reader.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::s3 {

/// The file of a form as the body of a PutObject. Its length is known when it has been read; a policy may limit it. `reader` outlives it. Confined to one
/// thread. Blocks.
class PostFormFile final : public wire::BodyReader {
 public:
  /// content-length-range.
  struct Limits {
    std::uint64_t least = 0;
    std::uint64_t most = UINT64_MAX;
  };

  PostFormFile(PostFormReader& reader, Limits limits);

  /// The body of such a call; nullptr: the call is an ordinary one.
  static const PostFormFile* Of(const Call& call);

  /// Throws BodyRejected with EntityTooSmall or EntityTooLarge, which tell the whole size, at the end.
  std::size_t Read(char* buffer, std::size_t capacity) override;
  /// nullopt: nobody knows.
  std::optional<std::uint64_t> most_bytes() const { return reader_.most_file_bytes(); }

 private:
  PostFormReader& reader_;
  const Limits limits_;
  std::uint64_t received_ = 0;
};

}  // namespace stratolite::s3
