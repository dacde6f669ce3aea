#include "s3/post_form_reader.hpp"

#include <algorithm>

#include "s3/errors.hpp"
#include "s3/http_surface_errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::size_t kFormWindow = 64 * 1024;
// RFC 2046 section 5.1.1
constexpr std::size_t kMaxBoundaryLength = 70;

std::string_view TrimmedForm(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// `name="value"` and `name=value` after the first `;`. Browsers write `%22` for a quotation mark, others `\"`.
std::optional<std::string> FormParameterOf(std::string_view header, std::string_view wanted) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos && at < header.size()) {
    ++at;
    const std::size_t equals = header.find_first_of("=;", at);
    if (equals == std::string_view::npos) return std::nullopt;
    const bool matches = wire::EqualsIgnoreCase(TrimmedForm(header.substr(at, equals - at)), wanted);
    if (header[equals] == ';') {
      at = equals;
      continue;
    }
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size() && header[at + 1] == '"') ++at;
        value += header[at];
      }
      at = header.find(';', at);
    } else {
      const std::size_t end = header.find(';', at);
      value = TrimmedForm(header.substr(at, end == std::string_view::npos ? end : end - at));
      at = end;
    }
    if (matches) return value;
  }
  return std::nullopt;
}

/// The part's own description among its header lines.
std::string_view DispositionOf(std::string_view head) {
  constexpr std::string_view kName = "content-disposition";
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !wire::EqualsIgnoreCase(TrimmedForm(line.substr(0, colon)), kName)) continue;
    return TrimmedForm(line.substr(colon + 1));
  }
  return {};
}

/// Old browsers send the whole path.
std::string BareName(std::string name) {
  const auto slash = name.find_last_of("/\\");
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

}  // namespace

std::optional<std::string> FormBoundary(std::string_view content_type) {
  const std::string_view type = TrimmedForm(content_type.substr(0, content_type.find(';')));
  if (!wire::EqualsIgnoreCase(type, "multipart/form-data")) return std::nullopt;
  auto boundary = FormParameterOf(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kMaxBoundaryLength) return std::nullopt;
  return boundary;
}

PostFormReader::PostFormReader(wire::BodyReader& body, std::string_view boundary)
    : body_(body), delimiter_("\r\n--" + std::string(boundary)) {}

bool PostFormReader::Fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kFormWindow);
  const std::size_t count = body_.Read(buffer_.data() + had, kFormWindow);
  buffer_.resize(had + count);
  read_bytes_ += count;
  return count > 0;
}

Result<std::optional<std::string>> PostFormReader::TakeUntil(std::string_view text) {
  std::size_t seen = 0;
  while (true) {
    const std::string_view window = Window();
    const std::size_t from = seen > text.size() ? seen - text.size() : 0;
    if (const auto at = window.find(text, from); at != std::string_view::npos) {
      field_bytes_ += at + text.size();
      if (field_bytes_ > kMaxFieldBytes) return FormFieldsTooLarge();
      std::optional<std::string> taken = std::string(window.substr(0, at));
      begin_ += at + text.size();
      return taken;
    }
    if (field_bytes_ + window.size() > kMaxFieldBytes + text.size()) return FormFieldsTooLarge();
    seen = window.size();
    if (!Fill()) return std::optional<std::string>();
  }
}

Result<bool> PostFormReader::ReadPartHead(std::string& name) {
  ASSIGN_OR_RETURN(const auto rest, TakeUntil("\r\n"));
  // `--` after the boundary: the form's last line, which may lack its end.
  if (!rest) return Window().starts_with("--") ? Result<bool>(false) : MalformedForm();
  if (rest->starts_with("--")) return false;
  if (!TrimmedForm(*rest).empty()) return MalformedForm();
  std::string head;
  while (true) {
    ASSIGN_OR_RETURN(const auto line, TakeUntil("\r\n"));
    if (!line) return MalformedForm();
    if (line->empty()) break;
    head.append(*line).append("\r\n");
  }
  const std::string_view disposition = DispositionOf(head);
  const auto named = FormParameterOf(disposition, "name");
  if (!named) return MalformedForm();
  name = *named;
  filename_ = FormParameterOf(disposition, "filename");
  if (filename_) filename_ = BareName(*std::move(filename_));
  return true;
}

Result<void> PostFormReader::ReadFields() {
  // A preamble is allowed; mostly the form begins with its boundary, which has no line before it.
  buffer_ = "\r\n";
  ASSIGN_OR_RETURN(const auto preamble, TakeUntil(delimiter_));
  if (!preamble) return MalformedForm();
  while (true) {
    std::string name;
    ASSIGN_OR_RETURN(const bool more, ReadPartHead(name));
    if (!more) return FormWithoutFile(0);
    if (wire::EqualsIgnoreCase(name, "file")) return {};
    ASSIGN_OR_RETURN(auto value, TakeUntil(delimiter_));
    if (!value) return MalformedForm();
    fields_.push_back({std::move(name), *std::move(value)});
  }
}

std::optional<std::uint64_t> PostFormReader::most_file_bytes() const {
  const auto announced = body_.size();
  if (!announced) return std::nullopt;
  const std::uint64_t unread = *announced - std::min(*announced, read_bytes_);
  return unread + Window().size();
}

std::size_t PostFormReader::ReadFile(char* buffer, std::size_t capacity) {
  while (!file_ended_) {
    const std::string_view window = Window();
    const std::size_t at = window.find(delimiter_);
    const bool found = at != std::string_view::npos;
    // What may be the beginning of a delimiter waits for the rest.
    const std::size_t safe = found ? at : window.size() - std::min(window.size(), delimiter_.size() - 1);
    if (safe > 0) {
      const std::size_t count = std::min(safe, capacity);
      std::copy_n(window.data(), count, buffer);
      begin_ += count;
      return count;
    }
    if (found) {
      file_ended_ = true;
      Drain();
    } else if (!Fill()) {
      throw wire::BodyRejected(MalformedForm());
    }
  }
  return 0;
}

void PostFormReader::Drain() {
  do {
    begin_ = buffer_.size();
  } while (Fill());
}

}  // namespace stratolite::s3
