#include <array>
#include <string>
#include <utility>

#include "service/permission_table.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/service/access.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite {
namespace {

namespace permissions = stratolite::permissions;

bool IsGiven(const Json* value) { return value != nullptr && !value->is_null() && *value != false; }

const Json* FindPath(const Json* from, std::string_view path) {
  while (from != nullptr && !path.empty()) {
    if (!from->is_object()) return nullptr;
    const std::size_t dot = path.find('.');
    const auto found = from->find(path.substr(0, dot));
    if (found == from->end()) return nullptr;
    from = &*found;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return from;
}

std::optional<std::string> TextOf(const Json* value) {
  if (!IsGiven(value)) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  if (value->is_boolean()) return "true";
  if (value->is_number_integer()) return value->dump();
  return std::nullopt;
}

std::string Filtered(std::string text, permissions::PieceFilter filter) {
  switch (filter) {
    case permissions::PieceFilter::kNone:
    case permissions::PieceFilter::kText:
      return text;
    case permissions::PieceFilter::kLast:
      return text.substr(text.rfind('/') + 1);
    case permissions::PieceFilter::kUp:
      return text.substr(0, text.rfind(':'));
    case permissions::PieceFilter::kUrl:
      return text.starts_with("https://") ? text.substr(8) : text;
  }
  return text;
}

/// The key and value of a tag, in the spellings that services have.
std::optional<std::pair<std::string, std::string>> TagOf(const Json& tag) {
  static constexpr std::array<std::pair<const char*, const char*>, 3> kSpellings = {
      {{"Key", "Value"}, {"key", "value"}, {"TagKey", "TagValue"}}};
  for (const auto& [key, value] : kSpellings) {
    const auto name = TextOf(FindPath(&tag, key));
    if (name) return std::pair(*name, TextOf(FindPath(&tag, value)).value_or(""));
  }
  return std::nullopt;
}

/// Tags in the shapes that inputs have: a map, a list of tags, a list of specifications with tags.
void CollectTags(const Json& value, std::vector<std::pair<std::string, std::string>>& tags) {
  if (value.is_object()) {
    for (const auto& [key, text] : value.items())
      if (text.is_string()) tags.emplace_back(key, text.get<std::string>());
    return;
  }
  if (!value.is_array()) return;
  for (const Json& element : value) {
    if (auto tag = TagOf(element)) {
      tags.push_back(std::move(*tag));
    } else if (const Json* inner = FindPath(&element, "Tags")) {
      CollectTags(*inner, tags);
    }
  }
}

/// Fills what one record of the table says from one call.
class Filler {
 public:
  Filler(const permissions::Table& table, const permissions::NeedRecord& record, const Call& call)
      : table_(table), record_(record), call_(call) {}

  void AddTo(std::vector<AccessNeed>& needs) {
    const std::string_view each = table_.Read(record_.each);
    if (each.empty()) return AddOne(needs);
    const Json* list = FindPath(&call_.input, each);
    if (list == nullptr || !list->is_array()) return;
    for (const Json& element : *list) {
      element_ = &element;
      AddOne(needs);
    }
  }

 private:
  /// `.Key` is a member of the list's element, `.` the element.
  const Json* Find(std::string_view path) const {
    if (path.starts_with('.')) return path.size() == 1 ? element_ : FindPath(element_, path.substr(1));
    return FindPath(&call_.input, path);
  }
  const Json* Find(permissions::Text path) const { return Find(table_.Read(path)); }

  bool AnyGiven(permissions::Range paths) const {
    for (const auto& path : table_.Paths(paths))
      if (IsGiven(Find(path))) return true;
    return false;
  }

  void AddOne(std::vector<AccessNeed>& needs) const {
    if (record_.when.count > 0 && !AnyGiven(record_.when)) return;
    if (AnyGiven(record_.unless)) return;
    AccessNeed need;
    need.action = table_.Read(record_.action);
    if (record_.resource.count > 0) {
      const bool whole = FillBest(need.resource);
      if (!whole && (record_.flags & permissions::kOptional) != 0) return;
    }
    for (const auto& record : table_.Templates(record_.names))
      if (std::string name; Fill(record, name)) need.resource_in_message = std::move(name);
    SetKeys(need.context);
    for (const AccessNeed& other : needs)
      if (other.action == need.action && other.resource == need.resource && record_.keys.count == 0) return;
    needs.push_back(std::move(need));
  }

  /// False: the input does not say which resource; `*` stands for what is not known.
  bool FillBest(std::string& resource) const {
    for (const auto& record : table_.Templates(record_.resource))
      if (Fill(record, resource)) return true;
    if (!resource.starts_with("arn:")) resource = "*";
    return false;
  }

  bool Fill(const permissions::TemplateRecord& record, std::string& out) const {
    out.clear();
    bool whole = true;
    const auto pieces = table_.Pieces(record.pieces);
    for (const auto& piece : pieces) {
      if (piece.kind != permissions::PieceKind::kMember) {
        out += ScopeText(piece);
        continue;
      }
      const auto text = TextOf(Find(piece.text));
      if (!text && piece.has_otherwise == 0) {
        out += '*';
        whole = false;
        continue;
      }
      if (!text) {
        out += table_.Read(piece.otherwise);
        continue;
      }
      std::string value = Filtered(*text, piece.filter);
      if (piece.filter == permissions::PieceFilter::kNone && value.starts_with("arn:") && !IsWords(pieces)) {
        out = std::move(value);
        return true;
      }
      out += value;
    }
    // A lone member is meant to be an ARN.
    if (pieces.size() == 1 && pieces[0].kind == permissions::PieceKind::kMember && !out.starts_with("arn:"))
      return false;
    return whole;
  }

  /// What a message calls a resource: `policy arn:…`.
  bool IsWords(std::span<const permissions::PieceRecord> pieces) const {
    return pieces[0].kind == permissions::PieceKind::kText && !table_.Read(pieces[0].text).starts_with("arn:");
  }

  std::string_view ScopeText(const permissions::PieceRecord& piece) const {
    switch (piece.kind) {
      case permissions::PieceKind::kPartition:
        return PartitionOf(call_.scope.region);
      case permissions::PieceKind::kRegion:
        return call_.scope.region.str();
      case permissions::PieceKind::kAccount:
        return call_.scope.account.str();
      default:
        return table_.Read(piece.text);
    }
  }

  void SetKeys(auth::AccessContext& context) const {
    for (const auto& key : table_.Keys(record_.keys)) {
      const std::string_view value = table_.Read(key.value);
      if (value.starts_with('=')) {
        context.Set(table_.Read(key.name), std::string(value.substr(1)));
      } else {
        SetKey(context, table_.Read(key.name), Find(value));
      }
    }
    if (record_.tags.size > 0) SetTags(context, Find(record_.tags));
    if (record_.tag_keys.size > 0) SetKey(context, "aws:TagKeys", Find(record_.tag_keys));
  }

  static void SetKey(auth::AccessContext& context, std::string_view name, const Json* value) {
    if (value == nullptr || value->is_null()) return;
    if (value->is_array()) {
      auth::AccessContext::Values values;
      for (const Json& element : *value)
        if (auto text = TextOf(&element)) values.push_back(std::move(*text));
      return context.Set(name, std::move(values));
    }
    if (value->is_boolean()) return context.Set(name, value->get<bool>() ? "true" : "false");
    if (auto text = TextOf(value)) context.Set(name, std::move(*text));
  }

  static void SetTags(auth::AccessContext& context, const Json* value) {
    std::vector<std::pair<std::string, std::string>> tags;
    if (value != nullptr) CollectTags(*value, tags);
    if (tags.empty()) return;
    auth::AccessContext::Values keys;
    for (auto& [key, text] : tags) {
      keys.push_back(key);
      context.Set("aws:RequestTag/" + key, std::move(text));
    }
    context.Set("aws:TagKeys", std::move(keys));
  }

  const permissions::Table& table_;
  const permissions::NeedRecord& record_;
  const Call& call_;
  const Json* element_ = nullptr;
};

}  // namespace

std::optional<std::vector<AccessNeed>> NeedsOf(std::string_view service, const Call& call) {
  const auto table = permissions::LinkedTable();
  const auto records = table ? table->FindNeeds(service, call.operation) : std::nullopt;
  if (!records) return std::nullopt;
  std::vector<AccessNeed> needs;
  needs.reserve(records->size());
  for (const auto& record : *records) Filler(*table, record, call).AddTo(needs);
  // Where the input says of no resource which one is meant, the action itself is still needed.
  if (needs.empty() && !records->empty()) {
    AccessNeed need;
    need.action = table->Read(records->front().action);
    needs.push_back(std::move(need));
  }
  return needs;
}

}  // namespace stratolite
