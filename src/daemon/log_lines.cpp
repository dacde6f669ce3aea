#include "daemon/log_lines.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include "stratolite/base/json.hpp"

namespace stratolite::daemon {
namespace {

using spdlog::level::level_enum;

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::size_t kLevelWidth = 5;

void AppendNumber(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

/// `2026-01-02T03:04:05.678Z`
void AppendTime(std::string& out, TimePoint time) {
  using std::chrono::floor;
  const auto second = floor<std::chrono::seconds>(time);
  const auto millis = static_cast<int>(floor<std::chrono::milliseconds>(time - second).count());
  thread_local std::chrono::sys_seconds cached_second{std::chrono::seconds(-1)};
  thread_local std::string cached;
  if (second != cached_second) {
    cached = FormatIso8601(TimePoint(second));
    cached.pop_back();
    cached_second = second;
  }
  out.append(cached);
  const char fraction[] = {'.', static_cast<char>('0' + millis / 100), static_cast<char>('0' + millis / 10 % 10),
                           static_cast<char>('0' + millis % 10), 'Z'};
  out.append(fraction, sizeof fraction);
}

/// What came over the network, so that nobody writes lines or colours of his own: printable ASCII stays, all else is percent-encoded.
void AppendForeign(std::string& out, std::string_view text, bool json) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool quoted = json && (byte == '"' || byte == '\\');
    if (byte >= 0x20 && byte < 0x7f && !quoted) continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    if (quoted) {
      out.push_back('\\');
      out.push_back(text[i]);
    } else {
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  out.append(text, plain);
}

std::string_view LevelName(level_enum level) {
  const auto name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

std::string_view LevelColour(level_enum level) {
  if (level >= level_enum::err) return kRed;
  if (level == level_enum::warn) return kYellow;
  return level == level_enum::info ? kGreen : kCyan;
}

std::string_view StatusColour(int status) {
  if (status >= 500) return kRed;
  if (status >= 400) return kYellow;
  return status >= 300 ? kCyan : kGreen;
}

void AppendColoured(std::string& out, bool colours, std::string_view colour, std::string_view text) {
  if (colours) out.append(colour);
  out.append(text);
  if (colours) out.append(kReset);
}

/// `2026-01-02T03:04:05.678Z info  `
void AppendHead(std::string& out, const LineStyle& style, TimePoint time, level_enum level) {
  if (style.colours) out.append(kDim);
  AppendTime(out, time);
  if (style.colours) out.append(kReset);
  out.push_back(' ');
  const std::string_view name = LevelName(level);
  AppendColoured(out, style.colours, LevelColour(level), name);
  out.append(name.size() < kLevelWidth ? kLevelWidth - name.size() + 1 : 1, ' ');
}

/// Two digits that matter: `0.04`, `0.4`, `12.3`, `120`.
void AppendMilliseconds(std::string& out, std::int64_t microseconds) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(microseconds, 0));
  AppendNumber(out, us / 1000);
  if (us >= 100'000) return;
  out.push_back('.');
  out.push_back(static_cast<char>('0' + us / 100 % 10));
  if (us < 100) out.push_back(static_cast<char>('0' + us / 10 % 10));
}

void AppendSize(std::string& out, std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{" B", " KiB", " MiB", " GiB", " TiB"};
  std::size_t unit = 0;
  std::uint64_t tenths = bytes * 10;
  for (; tenths >= 10240 && unit + 1 < kUnits.size(); ++unit) tenths /= 1024;
  AppendNumber(out, tenths / 10);
  if (unit > 0 && tenths < 1000) {
    out.push_back('.');
    out.push_back(static_cast<char>('0' + tenths % 10));
  }
  out.append(kUnits[unit]);
}

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

void AppendOperation(std::string& out, const JournalRecord& request, bool json) {
  if (request.service.empty()) return out.push_back('-');
  AppendForeign(out, request.service, json);
  out.push_back('.');
  AppendForeign(out, request.operation.empty() ? "?" : request.operation, json);
}

void AppendTextLine(std::string& out, const LineStyle& style, const JournalRecord& request, std::string_view note) {
  AppendForeign(out, request.method, false);
  out.push_back(' ');
  AppendOperation(out, request, false);
  out.push_back(' ');
  if (style.colours) out.append(StatusColour(request.status));
  AppendNumber(out, static_cast<std::uint64_t>(request.status));
  if (!request.error.empty()) {
    out.push_back(' ');
    AppendForeign(out, request.error, false);
  }
  if (style.colours) out.append(kReset);
  out.push_back(' ');
  AppendMilliseconds(out, request.duration_us);
  out.append(" ms ");
  AppendColoured(out, style.colours, kDim, request.request_id.empty() ? "-" : request.request_id);
  if (const auto path = PathOf(request.target); path != "/") {
    out.push_back(' ');
    AppendForeign(out, path, false);
  }
  if (request.service == "s3") {
    if (request.bytes_in > 0) out.append(" in "), AppendSize(out, request.bytes_in);
    if (request.bytes_out > 0) out.append(" out "), AppendSize(out, request.bytes_out);
  }
  if (!request.account.empty() && request.account != style.default_account)
    out.append(" account ").append(request.account);
  if (!request.world.empty() && request.world != "default") out.append(" world ").append(request.world);
  if (!note.empty()) {
    out.append(" (");
    AppendForeign(out, note, false);
    out.push_back(')');
  }
}

void AppendField(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(",\"").append(name).append("\":\"");
  AppendForeign(out, value, true);
  out.push_back('"');
}

void AppendField(std::string& out, std::string_view name, std::uint64_t value) {
  out.append(",\"").append(name).append("\":");
  AppendNumber(out, value);
}

void AppendJsonLine(std::string& out, const JournalRecord& request, TimePoint time, level_enum level,
                    std::string_view note) {
  out.append("{\"time\":\"");
  AppendTime(out, time);
  out.append("\",\"level\":\"").append(LevelName(level)).push_back('"');
  AppendField(out, "method", request.method);
  AppendField(out, "service", request.service);
  AppendField(out, "operation", request.operation);
  AppendField(out, "status", static_cast<std::uint64_t>(request.status));
  AppendField(out, "error", request.error);
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(request.duration_us, 0));
  AppendField(out, "ms", us / 1000);
  const char fraction[] = {'.', static_cast<char>('0' + us / 100 % 10), static_cast<char>('0' + us / 10 % 10),
                           static_cast<char>('0' + us % 10)};
  out.append(fraction, sizeof fraction);
  AppendField(out, "request_id", request.request_id);
  AppendField(out, "path", PathOf(request.target));
  AppendField(out, "bytes_in", request.bytes_in);
  AppendField(out, "bytes_out", request.bytes_out);
  AppendField(out, "account", request.account);
  AppendField(out, "world", request.world);
  AppendField(out, "message", note);
  out.push_back('}');
}

}  // namespace

level_enum RequestLevel(int status) {
  if (status < 500) return level_enum::info;
  return status == 501 ? level_enum::warn : level_enum::err;
}

void AppendMessageLine(std::string& out, const LineStyle& style, TimePoint time, level_enum level,
                       std::string_view text) {
  if (style.json) {
    const Json line{{"time", FormatIso8601(time, true)}, {"level", LevelName(level)}, {"message", std::string(text)}};
    out.append(line.dump(-1, ' ', false, Json::error_handler_t::replace)).push_back('\n');
    return;
  }
  AppendHead(out, style, time, level);
  for (const char c : text) {
    if (c == '\n') {
      out.append("\\n");
    } else {
      out.push_back((c >= 0 && c < 0x20 && c != '\t') || c == 0x7f ? '?' : c);
    }
  }
  out.push_back('\n');
}

void AppendRequestLine(std::string& out, const LineStyle& style, const JournalRecord& request,
                       spdlog::level::level_enum level, std::string_view note) {
  const TimePoint time = request.time + Duration(request.duration_us);
  if (style.json) {
    AppendJsonLine(out, request, time, level, note);
  } else {
    AppendHead(out, style, time, level);
    AppendTextLine(out, style, request, note);
  }
  out.push_back('\n');
}

}  // namespace stratolite::daemon
