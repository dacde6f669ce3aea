#include "s3/post_form_file.hpp"

#include <algorithm>

#include "s3/errors.hpp"
#include "s3/http_surface_errors.hpp"
#include "s3/object_writing.hpp"

namespace stratolite::s3 {

PostFormFile::PostFormFile(PostFormReader& reader, Limits limits)
    : reader_(reader), limits_{limits.least, std::min(limits.most, kMaxPutBytes)} {}

const PostFormFile* PostFormFile::Of(const Call& call) { return dynamic_cast<const PostFormFile*>(call.body); }

std::size_t PostFormFile::Read(char* buffer, std::size_t capacity) {
  const std::size_t count = reader_.ReadFile(buffer, capacity);
  received_ += count;
  if (received_ > limits_.most) {
    while (const std::size_t more = reader_.ReadFile(buffer, capacity)) received_ += more;
    throw wire::BodyRejected(EntityTooLarge(received_, limits_.most));
  }
  if (count == 0 && received_ < limits_.least) throw wire::BodyRejected(FormFileTooSmall(received_, limits_.least));
  return count;
}

}  // namespace stratolite::s3
