#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "patterns/json_reader.hpp"
#include "patterns/value_test.hpp"
#include "stratolite/base/json_fwd.hpp"

namespace stratolite::patterns::internal {

/// The paths that patterns ask about, as a tree, so that an event is only entered where one of them leads. Immutable once it is built. Thread-safe then.
class PathTree {
 public:
  static constexpr int kRoot = 0;
  static constexpr int kNone = -1;

  PathTree() : nodes_(1) {}
  /// The node of `detail.state`, which then is asked about.
  int Add(std::string_view path);
  /// Where `key` leads from `node`; a key with dots is several steps.
  int Child(int node, std::string_view key) const;
  bool asked(int node) const { return nodes_[static_cast<std::size_t>(node)].asked; }
  bool leaf(int node) const { return nodes_[static_cast<std::size_t>(node)].children.empty(); }
  std::size_t size() const { return nodes_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Node {
    std::unordered_map<std::string, int, Hash, std::equal_to<>> children;
    bool asked = false;
  };
  int Step(int node, std::string_view step) const;

  std::vector<Node> nodes_;
};

/// One entry of an array that holds objects or arrays, and in which entry of which array that array lies. Plain data.
struct ArrayPlace {
  static constexpr int kNowhere = -1;
  int outer;
  int array;
  int index;
};

/// One scalar of an event at a path that is asked about. Plain data.
struct Field {
  int node;
  /// The innermost array entry around it, an index of FlatEvent::places(); scalars that are entries themselves do not count as lying in one.
  int place;
  Value value;
};

/// An event as the list of its scalars. Confined to one matching.
class FlatEvent {
 public:
  /// Both must outlive the event.
  FlatEvent(const PathTree& tree, const NumberRules& numbers) : tree_(tree), numbers_(numbers) {}

  /// False: not an object, and then there are no fields. The event must outlive this.
  bool Read(const Json& event);
  bool ReadText(std::string_view event);
  /// For what is no JSON event: fields by hand, then Seal. `node`: from the tree. The text must outlive this.
  void AddString(int node, std::string_view text) {
    fields_.push_back({node, ArrayPlace::kNowhere, Value(Value::Kind::kString, text)});
  }
  void AddNumber(int node, int place, double number, std::string_view canonical);
  /// The scalars of a JSON text: one, or an array's. False, and nothing added: it is not JSON.
  bool AddJsonText(int node, std::string_view text);
  void Seal();

  std::span<const Field> fields() const { return fields_; }
  std::span<const Field> At(int node) const;
  const std::vector<ArrayPlace>& places() const { return places_; }
  int arrays() const { return arrays_; }

 private:
  void WalkObject(const Json& object, int node, int place, int depth);
  void Visit(const Json& value, int node, int place, int depth);
  bool WalkObject(JsonReader& reader, int node, int place);
  bool Visit(JsonReader& reader, int node, int place);
  bool WalkArray(JsonReader& reader, int node, int place);
  void AddScalar(JsonReader& reader, int node, int place);
  std::string_view Keep(std::string text) { return kept_.emplace_back(std::move(text)); }

  const PathTree& tree_;
  NumberRules numbers_;
  std::vector<Field> fields_;
  std::vector<ArrayPlace> places_;
  std::deque<std::string> kept_;
  int arrays_ = 0;
};

}  // namespace stratolite::patterns::internal
