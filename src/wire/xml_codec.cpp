#include "wire/xml_codec.hpp"

#include <cassert>
#include <optional>
#include <utility>
#include <vector>

#include "stratolite/base/json.hpp"
#include "wire/scalar_text.hpp"
#include "wire/xml_reader.hpp"

namespace stratolite::wire::internal {
namespace {

/// Which members of a structure stand in the body. Below the outermost structure `location` has no meaning.
enum class XmlScope { kInput, kOutput, kNested };

bool InXmlBody(const Member& member, XmlScope scope) {
  switch (member.location()) {
    case Location::kBody:
      return true;
    case Location::kUri:
    case Location::kQueryString:
      return scope != XmlScope::kInput;
    case Location::kHeader:
    case Location::kHeaders:
    case Location::kStatusCode:
      return scope == XmlScope::kNested;
  }
  return true;
}

/// The name of the repeated element of a flattened list. botocore's models put `flattened` on the list and let the element's name
/// replace the member's; models made from Smithy put it on the reference, where the member's name stays.
std::string_view FlattenedName(const Member& member, const Shape& list) {
  const Member element = list.element();
  if (list.flattened() && element.has_location_name()) return element.wire_name();
  return member.wire_name();
}

std::string_view NameOr(std::string_view name, std::string_view fallback) { return name.empty() ? fallback : name; }

class XmlEncoder {
 public:
  XmlEncoder(XmlWriter& writer, const XmlStyle& style) : writer_(writer), style_(style) {}

  void Members(const Shape& shape, const Json& value, XmlScope scope) {
    if (value.is_null()) return;
    assert(value.is_object() && "a structure shape needs an object");
    if (!value.is_object()) return;
    std::size_t known = 0;
    const std::size_t first = elements_.size();
    const auto& fields = value.get_ref<const Json::object_t&>();
    for (std::size_t i = 0; i < shape.member_count() && known < fields.size(); ++i) {
      const Member member = shape.member(i);
      const auto field = fields.find(member.name());
      if (field == fields.end()) continue;
      ++known;
      if (field->second.is_null() || !InXmlBody(member, scope)) continue;
      if (member.xml_attribute()) {
        writer_.Attribute(Name(member), Scalar(member, field->second));
      } else {
        // Attributes come first; elements, of which a listing has thousands, need not be searched again.
        elements_.emplace_back(member, &field->second);
      }
    }
    assert(known == fields.size() && "output member is not in the model");
    const std::size_t last = elements_.size();
    for (std::size_t i = first; i < last; ++i) {
      const auto [member, element] = elements_[i];
      Field(member, *element);
    }
    elements_.erase(elements_.begin() + static_cast<std::ptrdiff_t>(first), elements_.end());
  }

  std::string_view Scalar(const Member& member, const Json& value) {
    const Shape shape = member.shape();
    if (value.is_string() && shape.type() == ShapeType::kString) return value.get_ref<const std::string&>();
    scratch_.clear();
    AppendScalar(scratch_, shape, member.timestamp_format(), value, style_.fraction);
    return scratch_;
  }

 private:
  std::string_view Name(const Member& member) const {
    return style_.query_names && !member.query_name().empty() ? member.query_name() : member.wire_name();
  }

  /// The reference's namespace. A shape's own matters at the root only, but for a prefix (`xsi`) that its attributes need.
  void NamespaceOf(const Member& member) {
    const std::string_view uri = member.xml_namespace_uri();
    const std::string_view prefix = member.xml_namespace_prefix();
    if (prefix.empty() && uri == member.shape().xml_namespace_uri()) return;
    writer_.Namespace(prefix, uri);
  }

  void Field(const Member& member, const Json& value) {
    const Shape shape = member.shape();
    if (!member.flattened()) return Element(Name(member), member, value);
    if (shape.type() == ShapeType::kList) {
      return Elements(RepeatedName(member, shape), shape, value);
    }
    if (shape.type() == ShapeType::kMap) return Entries(Name(member), &member, shape, value);
    Element(Name(member), member, value);
  }

  std::string_view RepeatedName(const Member& member, const Shape& list) const {
    const Member element = list.element();
    if (style_.query_names && !element.query_name().empty()) return element.query_name();
    return list.flattened() && element.has_location_name() ? element.wire_name() : Name(member);
  }

  void Element(std::string_view name, const Member& member, const Json& value) {
    const Shape shape = member.shape();
    writer_.Open(name);
    NamespaceOf(member);
    switch (shape.type()) {
      case ShapeType::kStructure:
        Members(shape, value, XmlScope::kNested);
        break;
      case ShapeType::kList:
        Elements(NameOr(Name(shape.element()), "member"), shape, value);
        break;
      case ShapeType::kMap:
        Entries("entry", nullptr, shape, value);
        break;
      default:
        writer_.Text(Scalar(member, value));
    }
    writer_.Close(name);
  }

  void Elements(std::string_view name, const Shape& list, const Json& value) {
    assert(value.is_array() && "a list shape needs an array");
    if (!value.is_array()) return;
    const Member element = list.element();
    for (const Json& item : value) {
      if (!item.is_null()) Element(name, element, item);
    }
  }

  /// `flat`: the member whose namespace each entry of a flattened map carries.
  void Entries(std::string_view name, const Member* flat, const Shape& map, const Json& value) {
    assert(value.is_object() && "a map shape needs an object");
    if (!value.is_object()) return;
    const Member key = map.key();
    const Member item = map.value();
    const std::string_view key_name = NameOr(Name(key), "key");
    const std::string_view item_name = NameOr(Name(item), "value");
    for (const auto& [text, child] : value.get_ref<const Json::object_t&>()) {
      if (child.is_null()) continue;
      writer_.Open(name);
      if (flat != nullptr) NamespaceOf(*flat);
      writer_.Open(key_name);
      NamespaceOf(key);
      writer_.Text(text);
      writer_.Close(key_name);
      Element(item_name, item, child);
      writer_.Close(name);
    }
  }

  XmlWriter& writer_;
  const XmlStyle& style_;
  std::string scratch_;
  /// Members that are yet to be written, of the structures that are being written, innermost last.
  std::vector<std::pair<Member, const Json*>> elements_;
};

/// The one scalar member that stands for the whole body, if `shape` is such a structure under that root.
std::optional<Member> UnwrappedMember(const Shape& shape, std::string_view root) {
  std::optional<Member> only;
  for (std::size_t i = 0; i < shape.member_count(); ++i) {
    const Member member = shape.member(i);
    if (!InXmlBody(member, XmlScope::kOutput)) continue;
    if (only) return std::nullopt;
    only = member;
  }
  if (!only || only->wire_name() != root || only->xml_attribute() || !IsScalar(only->shape().type()))
    return std::nullopt;
  return only;
}

class XmlDecoder {
 public:
  explicit XmlDecoder(const DecodeLimits& limits) : limits_(limits) {}

  Result<Json> Structure(const pugi::xml_node& node, const Shape& shape, XmlScope scope, int depth) {
    if (depth > limits_.max_depth) return MalformedXml();
    Json result(Json::value_t::object);
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      if (!member.xml_attribute() || !InXmlBody(member, scope)) continue;
      if (const auto text = AttributeOf(node, member.wire_name())) {
        auto value = ParseScalar(member.shape(), member.timestamp_format(), *text);
        if (!value) return MalformedXml();
        result[std::string(member.name())] = *std::move(value);
      }
    }
    std::size_t hint = 0;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      const auto member = FindByWireName(shape, LocalName(child.name()), hint);
      if (!member || !InXmlBody(*member, scope)) continue;
      RETURN_IF_ERROR(Field(child, *member, result[std::string(member->name())], depth));
    }
    return result;
  }

  Result<Json> Value(const pugi::xml_node& node, const Member& member, int depth) {
    if (depth > limits_.max_depth) return MalformedXml();
    const Shape shape = member.shape();
    switch (shape.type()) {
      case ShapeType::kStructure:
        return Structure(node, shape, XmlScope::kNested, depth + 1);
      case ShapeType::kList:
        return List(node, shape, depth + 1);
      case ShapeType::kMap:
        return Map(node, shape, depth + 1);
      default: {
        auto value = ParseScalar(shape, member.timestamp_format(), TextOf(node));
        if (!value) return MalformedXml();
        return *std::move(value);
      }
    }
  }

 private:
  static std::string_view ElementName(const Member& member) {
    const Shape shape = member.shape();
    if (member.flattened() && shape.type() == ShapeType::kList) return FlattenedName(member, shape);
    return member.wire_name();
  }

  /// Elements mostly come in the model's order, so the search goes on where the last one ended.
  static std::optional<Member> FindByWireName(const Shape& shape, std::string_view name, std::size_t& hint) {
    const std::size_t count = shape.member_count();
    for (std::size_t step = 0; step < count; ++step) {
      const std::size_t index = hint + step < count ? hint + step : hint + step - count;
      const Member member = shape.member(index);
      if (member.xml_attribute() || ElementName(member) != name) continue;
      hint = index;
      return member;
    }
    return std::nullopt;
  }

  Result<void> Field(const pugi::xml_node& node, const Member& member, Json& slot, int depth) {
    const Shape shape = member.shape();
    if (member.flattened() && shape.type() == ShapeType::kList) {
      if (slot.is_null()) slot = Json(Json::value_t::array);
      ASSIGN_OR_RETURN(Json item, Value(node, shape.element(), depth + 1));
      slot.push_back(std::move(item));
      return {};
    }
    if (member.flattened() && shape.type() == ShapeType::kMap) {
      if (slot.is_null()) slot = Json(Json::value_t::object);
      return Entry(node, shape, slot, depth + 1);
    }
    ASSIGN_OR_RETURN(slot, Value(node, member, depth));
    return {};
  }

  Result<Json> List(const pugi::xml_node& node, const Shape& shape, int depth) {
    Json result(Json::value_t::array);
    const Member element = shape.element();
    const std::string_view name = NameOr(element.wire_name(), "member");
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element || LocalName(child.name()) != name) continue;
      ASSIGN_OR_RETURN(Json item, Value(child, element, depth));
      result.push_back(std::move(item));
    }
    return result;
  }

  Result<Json> Map(const pugi::xml_node& node, const Shape& shape, int depth) {
    Json result(Json::value_t::object);
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element || LocalName(child.name()) != "entry") continue;
      RETURN_IF_ERROR(Entry(child, shape, result, depth));
    }
    return result;
  }

  Result<void> Entry(const pugi::xml_node& node, const Shape& map, Json& result, int depth) {
    const Member key = map.key();
    const Member item = map.value();
    const std::string_view key_name = NameOr(key.wire_name(), "key");
    const std::string_view item_name = NameOr(item.wire_name(), "value");
    std::optional<std::string> key_text;
    std::optional<Json> value;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      const std::string_view name = LocalName(child.name());
      if (name == key_name) {
        key_text = TextOf(child);
      } else if (name == item_name) {
        ASSIGN_OR_RETURN(value, Value(child, item, depth));
      }
    }
    if (!key_text || !value) return MalformedXml();
    result[*std::move(key_text)] = *std::move(value);
    return {};
  }

  const DecodeLimits& limits_;
};

}  // namespace

XmlStyle XmlStyleOf(const ServiceModel& model) {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
  const std::string_view id = model.service_id();
  return {.fraction = id == "S3" || id == "EC2" ? Iso8601Fraction::kAlways : Iso8601Fraction::kWhenNotZero};
}

Result<Json> DecodeXmlBody(const Shape& shape, std::string_view body, const DecodeLimits& limits) {
  XmlDocument document;
  RETURN_IF_ERROR(document.Parse(body));
  if (!document.root()) return Json(Json::value_t::object);
  return XmlDecoder(limits).Structure(document.root(), shape, XmlScope::kInput, 1);
}

Result<Json> DecodeXmlPayload(const Member& payload, std::string_view body, const DecodeLimits& limits) {
  XmlDocument document;
  RETURN_IF_ERROR(document.Parse(body));
  if (!document.root()) return Json(Json::value_t::object);
  return XmlDecoder(limits).Value(document.root(), payload, 1);
}

void EncodeXmlDocument(std::string& out, std::string_view root, const Shape& shape, const Json& value,
                       std::string_view xmlns, const XmlStyle& style) {
  XmlWriter writer(out);
  XmlEncoder encoder(writer, style);
  writer.Declaration();
  writer.Open(root);
  writer.Namespace({}, xmlns);
  if (xmlns.empty() || !shape.xml_namespace_prefix().empty()) {
    writer.Namespace(shape.xml_namespace_prefix(), shape.xml_namespace_uri());
  }
  if (const auto only = UnwrappedMember(shape, root)) {
    const auto field = value.find(only->name());
    if (field != value.end() && !field->is_null()) writer.Text(encoder.Scalar(*only, *field));
  } else {
    encoder.Members(shape, value, XmlScope::kOutput);
  }
  writer.Close(root);
}

void WriteXmlMembers(XmlWriter& writer, const Shape& shape, const Json& value, const XmlStyle& style) {
  XmlEncoder(writer, style).Members(shape, value, XmlScope::kOutput);
}

}  // namespace stratolite::wire::internal
