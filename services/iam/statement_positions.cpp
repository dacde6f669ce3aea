#include "iam/statement_positions.hpp"

namespace stratolite::iam {
namespace {

/// Goes through a document once, bracket by bracket.
class StatementScanner {
 public:
  explicit StatementScanner(std::string_view text) : text_(text) {}

  std::vector<StatementPosition> Run() {
    while (index_ < text_.size()) {
      const char c = text_[index_];
      if (c == '"') {
        ReadString();
        continue;
      }
      Step();
      if (c == ':' && depth_ == 1) in_statements_ = last_string_ == "Statement";
      if (c == ':' && depth_ == 1 && in_statements_) start_ = here_;
      if (c == '{' || c == '[') Open(c);
      if (c == '}' || c == ']') Close();
      if (c == ',' && depth_ == list_depth_) start_ = here_;
    }
    return found_;
  }

 private:
  void Step() {
    if (text_[index_] == '\n') {
      ++here_.line;
      here_.column = 1;
    } else {
      ++here_.column;
    }
    ++index_;
  }

  void ReadString() {
    Step();
    const std::size_t begin = index_;
    while (index_ < text_.size() && text_[index_] != '"') {
      if (text_[index_] == '\\') Step();
      if (index_ < text_.size()) Step();
    }
    if (depth_ == 1) last_string_ = text_.substr(begin, index_ - begin);
    if (index_ < text_.size()) Step();
  }

  void Open(char bracket) {
    ++depth_;
    if (!in_statements_) return;
    if (bracket == '[' && depth_ == 2) {
      list_depth_ = 2;
      start_ = here_;
    }
  }

  void Close() {
    const bool of_list = list_depth_ == 2;
    if (in_statements_ && depth_ == (of_list ? 3 : 2)) found_.push_back({start_, here_});
    --depth_;
    if (in_statements_ && depth_ == 1) {
      in_statements_ = false;
      list_depth_ = kNoList;
    }
  }

  static constexpr int kNoList = -1;

  const std::string_view text_;
  std::size_t index_ = 0;
  TextPosition here_;
  TextPosition start_;
  int depth_ = 0;
  int list_depth_ = kNoList;
  bool in_statements_ = false;
  std::string_view last_string_;
  std::vector<StatementPosition> found_;
};

}  // namespace

std::vector<StatementPosition> FindStatements(std::string_view document) { return StatementScanner(document).Run(); }

}  // namespace stratolite::iam
