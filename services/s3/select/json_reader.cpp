#include <fmt/format.h>

#include "s3/select/errors.hpp"
#include "s3/select/record_reader.hpp"
#include "s3/select/scanning.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::s3::select {
namespace {

constexpr int kMaxNesting = 128;

AwsError Malformed() { return SelectError("JSONParsingError"); }

void AppendUtf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

/// Values of a JSON text, kept or passed over, in the order of their members and with numbers as they are written. Not thread-safe.
class JsonScanner {
 public:
  explicit JsonScanner(Input& input) : input_(input) {}

  int PeekToken() {
    for (int c = input_.Peek(); c == ' ' || c == '\n' || c == '\t' || c == '\r'; c = input_.Peek()) input_.Get();
    return input_.Peek();
  }
  bool TakeToken(char c) { return PeekToken() == c && input_.Get() == c; }

  /// Of at most a record's size.
  Result<Value> ReadValue() {
    limit_ = input_.position() + kMaxRecordBytes;
    return Read(0);
  }
  /// Of any size, without keeping it; no deeper than what is read.
  Result<void> SkipValue() {
    std::string open;
    do {
      const int c = PeekToken();
      if (c == '{' || c == '[') {
        input_.Get();
        open += static_cast<char>(c + 2);
        if (open.size() > static_cast<std::size_t>(kMaxNesting)) return Malformed();
        if (!TakeToken(open.back())) {
          if (c == '{') RETURN_IF_ERROR(SkipName());
          continue;
        }
        open.pop_back();
      } else {
        limit_ = input_.position() + kMaxRecordBytes;
        RETURN_IF_ERROR(Read(0));
      }
      while (!open.empty() && TakeToken(open.back())) open.pop_back();
      if (open.empty()) break;
      if (!TakeToken(',')) return Malformed();
      if (open.back() == '}') RETURN_IF_ERROR(SkipName());
    } while (!open.empty());
    return {};
  }
  /// With its colon.
  Result<std::string> ReadName() {
    limit_ = std::max(limit_, input_.position() + kMaxRecordBytes);
    if (PeekToken() != '"') return Malformed();
    ASSIGN_OR_RETURN(std::string name, ReadText());
    if (!TakeToken(':')) return Malformed();
    return name;
  }

 private:
  Result<void> SkipName() {
    RETURN_IF_ERROR(ReadName());
    return {};
  }

  Result<Value> Read(int depth) {
    if (depth > kMaxNesting) return Malformed();
    const int c = PeekToken();
    if (input_.position() > limit_) return SelectError("OverMaxRecordSize");
    if (c == '{') return ReadObject(depth);
    if (c == '[') return ReadArray(depth);
    if (c == '"') {
      ASSIGN_OR_RETURN(std::string text, ReadText());
      return Value(std::move(text));
    }
    std::string word;
    for (int next = c; next != Input::kEnd &&
                       std::string_view(" \n\t\r,]}{[:\"").find(static_cast<char>(next)) == std::string_view::npos;
         next = input_.Peek()) {
      word += static_cast<char>(input_.Get());
      if (word.size() > kMaxRecordBytes) return SelectError("OverMaxRecordSize");
    }
    if (word == "true" || word == "false") return Value(word == "true");
    if (word == "null") return Value(Null{});
    if (word.empty() || (word[0] != '-' && (word[0] < '0' || word[0] > '9'))) return Malformed();
    const auto number = NumberOf(word);
    if (!number) return Malformed();
    return *number;
  }

  Result<Value> ReadObject(int depth) {
    input_.Get();
    Members members;
    if (!TakeToken('}')) {
      do {
        if (PeekToken() != '"') return Malformed();
        ASSIGN_OR_RETURN(std::string name, ReadText());
        if (!TakeToken(':')) return Malformed();
        ASSIGN_OR_RETURN(Value value, Read(depth + 1));
        members.emplace_back(std::move(name), std::move(value));
      } while (TakeToken(','));
      if (!TakeToken('}')) return Malformed();
    }
    return Value(std::make_shared<const Members>(std::move(members)));
  }

  Result<Value> ReadArray(int depth) {
    input_.Get();
    List list;
    if (!TakeToken(']')) {
      do {
        ASSIGN_OR_RETURN(Value value, Read(depth + 1));
        list.push_back(std::move(value));
      } while (TakeToken(','));
      if (!TakeToken(']')) return Malformed();
    }
    return Value(std::make_shared<const List>(std::move(list)));
  }

  Result<std::string> ReadText() {
    input_.Get();
    std::string text;
    for (;;) {
      const int c = input_.Get();
      if (c == '"') break;
      if (c < 0x20) return Malformed();
      if (input_.position() > limit_) return SelectError("OverMaxRecordSize");
      if (c != '\\') {
        text += static_cast<char>(c);
        continue;
      }
      RETURN_IF_ERROR(ReadEscape(text));
    }
    if (!IsValidUtf8(text)) return InvalidTextEncoding(input_.position());
    return text;
  }

  Result<void> ReadEscape(std::string& text) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const int c = input_.Get();
    if (c == 'u') {
      ASSIGN_OR_RETURN(std::uint32_t point, ReadHex());
      if (point >= 0xD800 && point < 0xDC00) {
        if (!input_.Take('\\') || !input_.Take('u')) return Malformed();
        ASSIGN_OR_RETURN(const std::uint32_t low, ReadHex());
        if (low < 0xDC00 || low > 0xDFFF) return Malformed();
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      } else if (point >= 0xDC00 && point < 0xE000) {
        return Malformed();
      }
      AppendUtf8(text, point);
      return {};
    }
    const std::size_t at = c == Input::kEnd ? std::string_view::npos : kLetters.find(static_cast<char>(c));
    if (at == std::string_view::npos) return Malformed();
    text += kMeanings[at];
    return {};
  }

  Result<std::uint32_t> ReadHex() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const int c = input_.Get();
      const int lower = c | 0x20;
      if (c >= '0' && c <= '9') {
        value = value * 16 + static_cast<std::uint32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f' && c != Input::kEnd) {
        value = value * 16 + static_cast<std::uint32_t>(lower - 'a' + 10);
      } else {
        return Malformed();
      }
    }
    return value;
  }

  Input& input_;
  std::uint64_t limit_ = 0;
};

/// The values that a path leads to, one after the other: of a document of any size, no more than one of them is in memory. Not thread-safe.
class JsonWalker {
 public:
  JsonWalker(Input& input, const std::vector<PathStep>& steps) : input_(input), scanner_(input), steps_(steps) {}

  Result<bool> Next(Value& value) {
    for (;;) {
      bool found = false;
      if (frames_.empty()) {
        if (scanner_.PeekToken() == Input::kEnd) {
          if (input_.error()) return *input_.error();
          return false;
        }
        ASSIGN_OR_RETURN(found, Enter(0, value));
      } else {
        ASSIGN_OR_RETURN(found, Advance(value));
      }
      if (found) return true;
    }
  }

 private:
  /// An open container, whose elements that fit the step are entered one after the other.
  struct Frame {
    std::size_t step;
    bool object;
    std::size_t index = 0;
    bool found = false;
  };

  // At the beginning of a value; true: `value` is a record.
  Result<bool> Enter(std::size_t step, Value& value) {
    if (step == steps_.size()) {
      ASSIGN_OR_RETURN(value, scanner_.ReadValue());
      return true;
    }
    const PathStep::Kind kind = steps_[step].kind;
    const bool object = kind == PathStep::Kind::kName || kind == PathStep::Kind::kEveryMember;
    const int c = scanner_.PeekToken();
    if (c == (object ? '{' : '[')) {
      input_.Get();
      if (frames_.size() > static_cast<std::size_t>(kMaxNesting)) return Malformed();
      frames_.push_back({.step = step, .object = object});
      return false;
    }
    // What is no list counts as a list of one.
    if (kind == PathStep::Kind::kEveryElement) return Enter(step + 1, value);
    RETURN_IF_ERROR(scanner_.SkipValue());
    value = Missing{};
    return true;
  }

  Result<bool> Advance(Value& value) {
    Frame& frame = frames_.back();
    const PathStep& step = steps_[frame.step];
    const bool every = step.kind == PathStep::Kind::kEveryElement || step.kind == PathStep::Kind::kEveryMember;
    if (scanner_.TakeToken(frame.object ? '}' : ']')) {
      const bool lacking = !every && !frame.found;
      frames_.pop_back();
      value = Missing{};
      return lacking;
    }
    if (frame.index++ > 0 && !scanner_.TakeToken(',')) return Malformed();
    bool fits = every;
    if (frame.object) {
      ASSIGN_OR_RETURN(const std::string name, scanner_.ReadName());
      fits = fits || (!frame.found && step.Names(name));
    } else {
      fits = fits || frame.index - 1 == step.index;
    }
    if (!fits) {
      RETURN_IF_ERROR(scanner_.SkipValue());
      return false;
    }
    frame.found = true;
    return Enter(frame.step + 1, value);
  }

  Input& input_;
  JsonScanner scanner_;
  const std::vector<PathStep>& steps_;
  std::vector<Frame> frames_;
};

/// Not thread-safe.
class JsonReader final : public RecordReader {
 public:
  JsonReader(Input& input, JsonKind kind, std::vector<PathStep> source, std::optional<ScanRange> range)
      : input_(input), kind_(kind), source_(std::move(source)), range_(range), document_(input, source_) {}

  Result<void> Bind(Query& query) override {
    SkipByteOrderMark(input_);
    if (range_) SkipToRange(input_, *range_, "\n");
    BindRecords(query);
    return {};
  }

  Result<bool> Next(Record& record) override {
    if (kind_ == JsonKind::kDocument) return document_.Next(record.tree);
    for (;;) {
      if (line_walker_) {
        ASSIGN_OR_RETURN(const bool found, line_walker_->Next(record.tree));
        if (found) return true;
        line_walker_.reset();
      }
      ASSIGN_OR_RETURN(const bool more, ReadLine());
      if (!more) return false;
    }
  }

 private:
  Result<bool> ReadLine() {
    if (input_.Peek() == Input::kEnd) return input_.error() ? Result<bool>(*input_.error()) : Result<bool>(false);
    if (range_ && input_.position() > range_->last) return false;
    line_.clear();
    for (;;) {
      const std::string_view there = input_.Buffered();
      const std::size_t end = there.find('\n');
      line_ += there.substr(0, end);
      if (line_.size() > kMaxRecordBytes) return SelectError("OverMaxRecordSize");
      input_.Skip(end == std::string_view::npos ? there.size() : end + 1);
      if (end != std::string_view::npos || there.empty()) break;
    }
    if (input_.error()) return *input_.error();
    line_input_.emplace(line_);
    line_walker_.emplace(*line_input_, source_);
    return true;
  }

  Input& input_;
  const JsonKind kind_;
  const std::vector<PathStep> source_;
  const std::optional<ScanRange> range_;
  JsonWalker document_;
  std::string line_;
  std::optional<Input> line_input_;
  std::optional<JsonWalker> line_walker_;
};

}  // namespace

std::unique_ptr<RecordReader> ReadJson(Input& input, JsonKind kind, std::vector<PathStep> source,
                                       std::optional<ScanRange> range) {
  return std::make_unique<JsonReader>(input, kind, std::move(source), range);
}

}  // namespace stratolite::s3::select
