#include "wire/pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

#include <re2/re2.h>

namespace stratolite::wire::internal {
namespace {

constexpr std::int64_t kMaxMemoryPerPattern = 2 << 20;
constexpr int kMaxRepeat = 1000;  // RE2's own limit

/// Java's POSIX classes, `\p{Print}`.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kJavaClasses{{
    {"Alnum", "[:alnum:]"},
    {"Alpha", "[:alpha:]"},
    {"ASCII", "[:ascii:]"},
    {"Blank", "[:blank:]"},
    {"Cntrl", "[:cntrl:]"},
    {"Digit", "[:digit:]"},
    {"Graph", "[:graph:]"},
    {"Lower", "[:lower:]"},
    {"Print", "[:print:]"},
    {"Punct", "[:punct:]"},
    {"Space", "[:space:]"},
    {"Upper", "[:upper:]"},
    {"XDigit", "[:xdigit:]"},
}};

/// Rewrites what Java and RE2 spell differently.
class JavaPatternTranslator {
 public:
  explicit JavaPatternTranslator(std::string_view java) : java_(java) {}

  /// nullopt: RE2 would read the expression differently than Java does.
  std::optional<std::string> Translate() {
    while (at_ < java_.size()) {
      const char c = java_[at_];
      if (c == '\\') {
        Escape();
      } else if (in_class_) {
        if (c == '[' && !java_.substr(at_).starts_with("[:")) return std::nullopt;
        if (java_.substr(at_).starts_with("&&")) return std::nullopt;
        if (c == ']' && !class_start_) in_class_ = false;
        class_start_ = class_start_ && c == '^';
        Copy(1);
      } else if (c == '{') {
        Repetition();
      } else {
        if (c == '[') in_class_ = class_start_ = true;
        Copy(1);
      }
    }
    return std::move(out_);
  }

 private:
  void Copy(std::size_t count) {
    out_ += java_.substr(at_, count);
    at_ += count;
  }

  std::optional<std::uint32_t> UnicodeEscape(std::size_t at) const {
    if (java_.size() < at + 6 || java_[at] != '\\' || java_[at + 1] != 'u') return std::nullopt;
    std::uint32_t code = 0;
    for (const char c : java_.substr(at + 2, 4)) {
      if (!std::isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
      code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return code;
  }

  void Escape() {
    class_start_ = false;
    if (auto code = UnicodeEscape(at_)) {
      at_ += 6;
      const auto low = UnicodeEscape(at_);
      if (*code >= 0xD800 && *code < 0xDC00 && low && *low >= 0xDC00 && *low < 0xE000) {
        code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
        at_ += 6;
      }
      char buffer[16];
      std::snprintf(buffer, sizeof buffer, "\\x{%X}", static_cast<unsigned>(*code));
      out_ += buffer;
      return;
    }
    for (const auto& [java, posix] : kJavaClasses) {
      if (java_.substr(at_).starts_with("\\p{" + std::string(java) + "}")) {
        out_ += in_class_ ? std::string(posix) : "[" + std::string(posix) + "]";
        at_ += java.size() + 4;
        return;
      }
    }
    Copy(2);
  }

  /// `{1,2048}` becomes `{1,}`: RE2 refuses to count so far.
  void Repetition() {
    const std::size_t end = java_.find('}', at_);
    if (end == std::string_view::npos) return Copy(1);
    const std::string bounds(java_.substr(at_ + 1, end - at_ - 1));
    const std::size_t comma = bounds.find(',');
    const bool numeric = !bounds.empty() && std::all_of(bounds.begin(), bounds.end(),
                                                        [](char c) { return c == ',' || (c >= '0' && c <= '9'); });
    const std::string high = comma == std::string::npos ? bounds : bounds.substr(comma + 1);
    const std::string low = bounds.substr(0, comma);
    const bool commas = high.find(',') != std::string::npos;
    if (!numeric || commas || low.size() > 9 || high.size() > 9 || (high.empty() ? 0 : std::stoi(high)) <= kMaxRepeat) {
      return Copy(end + 1 - at_);
    }
    out_ += "{" + std::to_string(std::min(low.empty() ? 0 : std::stoi(low), kMaxRepeat)) + ",}";
    at_ = end + 1;
  }

  std::string_view java_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  bool class_start_ = false;
  std::string out_;
};

std::unique_ptr<re2::RE2> CompilePattern(std::string_view java) {
  const auto translated = JavaPatternTranslator(java).Translate();
  if (!translated) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemoryPerPattern);
  auto compiled = std::make_unique<re2::RE2>(*translated, options);
  return compiled->ok() ? std::move(compiled) : nullptr;
}

/// Index of the parenthesis that closes the one at `open`; npos when there is none.
std::size_t ClosingParenthesis(std::string_view java, std::size_t open) {
  int depth = 0;
  bool in_class = false;
  for (std::size_t i = open; i < java.size(); ++i) {
    const char c = java[i];
    if (c == '\\') {
      ++i;
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      in_class = true;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Pattern::Pattern(std::string_view java) {
  // `((?!^\d+$)^[a-z]+$)`: one pair of parentheses around everything changes nothing.
  if (java.starts_with("((?!") && ClosingParenthesis(java, 0) == java.size() - 1)
    java = java.substr(1, java.size() - 2);
  std::string_view rest = java;
  if (rest.starts_with("^(?=") || rest.starts_with("^(?!")) rest.remove_prefix(1);
  while (rest.starts_with("(?=") || rest.starts_with("(?!")) {
    const std::size_t close = ClosingParenthesis(rest, 0);
    if (close == std::string_view::npos) return;
    auto expression = CompilePattern(rest.substr(3, close - 3));
    if (!expression) return;
    lookaheads_.push_back({rest[2] == '!', std::move(expression)});
    rest.remove_prefix(close + 1);
  }
  // An alternative after the lookahead would not be under it.
  if (!lookaheads_.empty() && rest.find('|') != std::string_view::npos) return;
  body_ = CompilePattern(rest);
}

Pattern::~Pattern() = default;

bool Pattern::LookaheadsHold(std::string_view text) const {
  const re2::StringPiece piece(text.data(), text.size());
  return std::all_of(lookaheads_.begin(), lookaheads_.end(), [&](const Lookahead& lookahead) {
    return lookahead.expression->Match(piece, 0, piece.size(), re2::RE2::ANCHOR_START, nullptr, 0) !=
           lookahead.negative;
  });
}

bool Pattern::Matches(std::string_view text) const {
  if (!supported()) return true;
  const re2::StringPiece piece(text.data(), text.size());
  return LookaheadsHold(text) && body_->Match(piece, 0, piece.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

bool Pattern::Finds(std::string_view text) const {
  if (!supported()) return true;
  const re2::StringPiece piece(text.data(), text.size());
  return LookaheadsHold(text) && body_->Match(piece, 0, piece.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

const Pattern& PatternCache::Get(std::string_view java) {
  const std::lock_guard lock(mutex_);
  auto& slot = patterns_[std::string(java)];
  if (!slot) slot = std::make_unique<const Pattern>(java);
  return *slot;
}

}  // namespace stratolite::wire::internal
