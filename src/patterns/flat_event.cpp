#include "patterns/flat_event.hpp"

#include <algorithm>
#include <cmath>

#include "stratolite/base/json.hpp"

namespace stratolite::patterns::internal {
namespace {

/// Deeper an event is not looked into.
constexpr int kMaxEventDepth = 1000;

using EventToken = JsonReader::Token;

}  // namespace

int PathTree::Add(std::string_view path) {
  int node = kRoot;
  for (;;) {
    const std::size_t end = path.find('.');
    const std::string_view step = path.substr(0, end);
    int next = Step(node, step);
    if (next == kNone) {
      next = static_cast<int>(nodes_.size());
      nodes_.emplace_back();
      nodes_[static_cast<std::size_t>(node)].children.emplace(step, next);
    }
    node = next;
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  nodes_[static_cast<std::size_t>(node)].asked = true;
  return node;
}

int PathTree::Step(int node, std::string_view step) const {
  const auto& children = nodes_[static_cast<std::size_t>(node)].children;
  const auto found = children.find(step);
  return found == children.end() ? kNone : found->second;
}

int PathTree::Child(int node, std::string_view key) const {
  for (;;) {
    const std::size_t end = key.find('.');
    node = Step(node, key.substr(0, end));
    if (end == std::string_view::npos || node == kNone) return node;
    key.remove_prefix(end + 1);
  }
}

void FlatEvent::AddNumber(int node, int place, double number, std::string_view canonical) {
  const auto comparable = Comparable(number, numbers_);
  fields_.push_back(
      {node, place,
       Value(Value::Kind::kNumber, comparable ? std::string_view() : Keep(std::string(canonical)), comparable)});
}

bool FlatEvent::Read(const Json& event) {
  if (!event.is_object()) return false;
  WalkObject(event, PathTree::kRoot, ArrayPlace::kNowhere, 0);
  Seal();
  return true;
}

void FlatEvent::WalkObject(const Json& object, int node, int place, int depth) {
  for (auto member = object.begin(); member != object.end(); ++member) {
    const int child = tree_.Child(node, member.key());
    if (child != PathTree::kNone) Visit(*member, child, place, depth);
  }
}

void FlatEvent::Visit(const Json& value, int node, int place, int depth) {
  if (depth > kMaxEventDepth) return;
  switch (value.type()) {
    case Json::value_t::object:
      if (!tree_.leaf(node)) WalkObject(value, node, place, depth + 1);
      return;
    case Json::value_t::array: {
      const int array = arrays_++;
      int index = 0;
      for (const Json& entry : value) {
        int inner = place;
        if (entry.is_structured()) {
          inner = static_cast<int>(places_.size());
          places_.push_back({place, array, index});
        }
        Visit(entry, node, inner, depth + 1);
        ++index;
      }
      return;
    }
    default:
      break;
  }
  if (!tree_.asked(node)) return;
  switch (value.type()) {
    case Json::value_t::string:
      fields_.push_back({node, place, Value(Value::Kind::kString, value.get_ref<const std::string&>())});
      return;
    case Json::value_t::boolean:
      fields_.push_back({node, place, Value(value.get<bool>() ? Value::Kind::kTrue : Value::Kind::kFalse, {})});
      return;
    case Json::value_t::null:
      fields_.push_back({node, place, Value(Value::Kind::kNull, {})});
      return;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float: {
      const double number = value.get<double>();
      std::string canonical;
      if (!Comparable(number, numbers_)) canonical = value.is_number_float() ? CanonicalNumber(number) : value.dump();
      AddNumber(node, place, number, canonical);
      return;
    }
    default:
      return;
  }
}

bool FlatEvent::ReadText(std::string_view event) {
  JsonReader reader(event);
  const bool read = reader.Next() == EventToken::kStartObject &&
                    WalkObject(reader, PathTree::kRoot, ArrayPlace::kNowhere) && reader.ok();
  if (!read) fields_.clear();
  Seal();
  return read;
}

bool FlatEvent::AddJsonText(int node, std::string_view text) {
  const std::size_t before = fields_.size();
  JsonReader reader(text);
  reader.Next();
  if (Visit(reader, node, ArrayPlace::kNowhere)) return true;
  fields_.erase(fields_.begin() + static_cast<std::ptrdiff_t>(before), fields_.end());
  return false;
}

bool FlatEvent::WalkObject(JsonReader& reader, int node, int place) {
  while (reader.Next() == EventToken::kName) {
    const int child = tree_.Child(node, reader.name());
    reader.Next();
    if (child == PathTree::kNone) {
      reader.SkipChildren();
    } else if (!Visit(reader, child, place)) {
      return false;
    }
  }
  return reader.ok();
}

bool FlatEvent::Visit(JsonReader& reader, int node, int place) {
  switch (reader.token()) {
    case EventToken::kStartObject:
      if (!tree_.leaf(node)) return WalkObject(reader, node, place);
      reader.SkipChildren();
      break;
    case EventToken::kStartArray:
      return WalkArray(reader, node, place);
    default:
      if (tree_.asked(node)) AddScalar(reader, node, place);
      break;
  }
  return reader.ok();
}

bool FlatEvent::WalkArray(JsonReader& reader, int node, int place) {
  const int array = arrays_++;
  for (int index = 0; reader.Next() != EventToken::kEndArray; ++index) {
    if (!reader.ok()) return false;
    int inner = place;
    if (reader.token() == EventToken::kStartObject || reader.token() == EventToken::kStartArray) {
      inner = static_cast<int>(places_.size());
      places_.push_back({place, array, index});
    }
    if (!Visit(reader, node, inner)) return false;
  }
  return true;
}

void FlatEvent::AddScalar(JsonReader& reader, int node, int place) {
  switch (reader.token()) {
    case EventToken::kString: {
      // What had escapes lies in the reader's buffer until the next one.
      const std::string_view text = reader.Text();
      fields_.push_back(
          {node, place, Value(Value::Kind::kString, reader.InText(text) ? text : Keep(std::string(text)))});
      return;
    }
    case EventToken::kNumber: {
      const double number = ToDouble(reader.Text());
      AddNumber(node, place, number, Comparable(number, numbers_) ? std::string() : CanonicalNumber(reader.Text()));
      return;
    }
    case EventToken::kTrue:
      fields_.push_back({node, place, Value(Value::Kind::kTrue, {})});
      return;
    case EventToken::kFalse:
      fields_.push_back({node, place, Value(Value::Kind::kFalse, {})});
      return;
    case EventToken::kNull:
      fields_.push_back({node, place, Value(Value::Kind::kNull, {})});
      return;
    default:
      return;
  }
}

void FlatEvent::Seal() {
  const auto before = [](const Field& a, const Field& b) { return a.node < b.node; };
  if (!std::is_sorted(fields_.begin(), fields_.end(), before)) std::stable_sort(fields_.begin(), fields_.end(), before);
}

std::span<const Field> FlatEvent::At(int node) const {
  const auto begin = std::lower_bound(fields_.begin(), fields_.end(), node,
                                      [](const Field& field, int wanted) { return field.node < wanted; });
  auto end = begin;
  while (end != fields_.end() && end->node == node) ++end;
  return {begin, end};
}

}  // namespace stratolite::patterns::internal
