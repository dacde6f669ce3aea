#include "wire/form_parameters.hpp"

#include <algorithm>

#include "stratolite/base/encoding.hpp"

namespace stratolite::wire::internal {
namespace {

using Parameter = FormParameters::Parameter;

// The dot sorts before every other byte, so that `a`, `a.b` and `a.c` stand together even when there is an `a-b`.
constexpr int RankOf(char c) { return c == '.' ? -1 : static_cast<unsigned char>(c); }

int CompareNames(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) return left != a.end() ? 1 : right != b.end() ? -1 : 0;
  return RankOf(*left) < RankOf(*right) ? -1 : 1;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string_view> FormParameters::Branch::value() const {
  if (empty() || skip_ == 0 || first_->name.size() != skip_) return std::nullopt;
  return first_->value;
}

FormParameters::Branch FormParameters::Branch::Longer() const {
  if (skip_ == 0) return *this;
  const auto* first =
      std::partition_point(first_, last_, [this](const Parameter& p) { return p.name.size() == skip_; });
  return Branch(first, last_, skip_ + 1);
}

bool FormParameters::Branch::has_children() const { return !Longer().empty(); }

FormParameters::Branch FormParameters::Branch::Child(std::string_view name) const {
  const Branch inner = Longer();
  const std::size_t skip = inner.skip_;
  // -1: before `name`, 0: `name` itself or below it, 1: after.
  const auto place = [&](const Parameter& p) {
    const std::string_view rest = p.name.substr(skip);
    const std::string_view component = rest.substr(0, name.size());
    if (const int order = CompareNames(component, name); order != 0) return order;
    return rest.size() == name.size() || rest[name.size()] == '.' ? 0 : 1;
  };
  const auto* first = std::partition_point(inner.first_, inner.last_, [&](const Parameter& p) { return place(p) < 0; });
  const auto* last = std::partition_point(first, inner.last_, [&](const Parameter& p) { return place(p) == 0; });
  return Branch(first, last, skip + name.size());
}

std::vector<FormParameters::Branch::Item> FormParameters::Branch::Children() const {
  std::vector<Item> items;
  const Branch inner = Longer();
  const std::size_t skip = inner.skip_;
  for (const Parameter* first = inner.first_; first != inner.last_;) {
    const std::string_view rest = first->name.substr(skip);
    const std::string_view component = rest.substr(0, rest.find('.'));
    const auto* last = std::partition_point(first, inner.last_, [&](const Parameter& p) {
      const std::string_view other = p.name.substr(skip);
      return other.starts_with(component) && (other.size() == component.size() || other[component.size()] == '.');
    });
    items.push_back({component, Branch(first, last, skip + component.size())});
    first = last;
  }
  return items;
}

bool FormParameters::Parse(std::string_view query, std::string_view body) {
  // Decoding never grows, so the views into the arena stay good.
  arena_.reserve(query.size() + body.size());
  if (!Append(query) || !Append(body)) return false;
  std::stable_sort(parameters_.begin(), parameters_.end(),
                   [](const Parameter& a, const Parameter& b) { return CompareNames(a.name, b.name) < 0; });
  return true;
}

bool FormParameters::Append(std::string_view text) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    Parameter parameter;
    if (!Decode(pair.substr(0, equals), &parameter.name)) return false;
    if (equals != std::string_view::npos && !Decode(pair.substr(equals + 1), &parameter.value)) return false;
    if (!parameter.name.empty()) parameters_.push_back(parameter);
  }
  return true;
}

bool FormParameters::Decode(std::string_view text, std::string_view* decoded) {
  const std::size_t start = arena_.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      arena_ += ' ';
    } else if (text[i] != '%') {
      arena_ += text[i];
    } else {
      if (i + 2 >= text.size()) return false;
      const int high = HexDigit(text[i + 1]);
      const int low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      arena_ += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  *decoded = std::string_view(arena_).substr(start);
  return IsValidUtf8(*decoded);
}

}  // namespace stratolite::wire::internal
