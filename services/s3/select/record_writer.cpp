#include "s3/select/record_writer.hpp"

#include <algorithm>

namespace stratolite::s3::select {
namespace {

void AppendField(std::string& out, const OutputFormat& format, const std::string& text) {
  const auto holds = [&](const std::string& part) { return !part.empty() && text.find(part) != std::string::npos; };
  const bool needed = holds(format.field_delimiter) || holds(format.record_delimiter) || holds(format.quote) ||
                      holds("\n") || holds("\r");
  if (format.quote.empty() || (!needed && !format.quote_always)) {
    out += text;
    return;
  }
  out += format.quote;
  for (const char c : text) {
    if (c == format.quote[0]) out += format.escape;
    out += c;
  }
  out += format.quote;
}

}  // namespace

void AppendRecord(std::string& out, const OutputFormat& format, const Members& record) {
  if (format.json) {
    Members present;
    std::copy_if(record.begin(), record.end(), std::back_inserter(present),
                 [](const auto& member) { return !member.second.is_missing(); });
    AppendJsonText(out, Value(std::make_shared<const Members>(std::move(present))));
  } else {
    bool first = true;
    for (const auto& [name, value] : record) {
      if (!first) out += format.field_delimiter;
      first = false;
      AppendField(out, format, ToText(value));
    }
  }
  out += format.record_delimiter;
}

}  // namespace stratolite::s3::select
