#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/result.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::s3 {

/// A field of a form before its file, as sent.
struct FormField {
  std::string name;
  std::string value;
};

/// Reads multipart/form-data (RFC 7578) while it arrives: the fields up to the one called `file`, whole, then the file in pieces. What follows the file is
/// read and dropped, as AWS does. Holds 64 KiB whatever comes. `body` outlives it. Confined to one thread. Blocks.
class PostFormReader {
 public:
  /// What the fields before the file may have, names and framing included.
  static constexpr std::size_t kMaxFieldBytes = 20 * 1024;

  PostFormReader(wire::BodyReader& body, std::string_view boundary);

  /// Errors: MalformedPOSTRequest, MaxPostPreDataLengthExceeded; the form ends without a file: InvalidArgument. Throws what the body throws.
  Result<void> ReadFields();
  const std::vector<FormField>& fields() const { return fields_; }
  /// Of the file's part; nullopt: it names none.
  const std::optional<std::string>& filename() const { return filename_; }
  /// How many bytes the file can have at most, as far as the request's length tells.
  std::optional<std::uint64_t> most_file_bytes() const;

  /// After ReadFields: up to `capacity` bytes of the file; 0: at its end, the rest of the form has been read. Throws BodyRejected: the form breaks off
  /// within it.
  std::size_t ReadFile(char* buffer, std::size_t capacity);

 private:
  /// One part's head. False: the form's last line.
  Result<bool> ReadPartHead(std::string& name);
  Result<std::string> ReadValue();
  /// Reads until `text` is in the window; what stands before it. nullopt: the body ended. Errors: the fields are too large.
  Result<std::optional<std::string>> TakeUntil(std::string_view text);
  /// False: there is nothing more.
  bool Fill();
  std::string_view Window() const { return std::string_view(buffer_).substr(begin_); }
  void Drain();

  wire::BodyReader& body_;
  /// `\r\n--boundary`.
  const std::string delimiter_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::uint64_t read_bytes_ = 0;
  std::size_t field_bytes_ = 0;
  std::vector<FormField> fields_;
  std::optional<std::string> filename_;
  bool file_ended_ = false;
};

/// The boundary of a Content-Type; nullopt: it is no multipart/form-data.
std::optional<std::string> FormBoundary(std::string_view content_type);

}  // namespace stratolite::s3
