#include "sns/message_attributes.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "sns/publish_errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::sns {
namespace {

constexpr std::size_t kMaxAttributeName = 256;

std::string_view TextMember(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() || !found->is_string() ? std::string_view() : found->get_ref<const std::string&>();
}

std::string_view BytesMember(const Json& object) {
  const auto found = object.find("BinaryValue");
  if (found == object.end() || !found->is_binary()) return {};
  const auto& bytes = found->get_binary();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view BaseType(std::string_view type) { return type.substr(0, type.find('.')); }

bool IsBinary(const Json& attribute) { return BaseType(TextMember(attribute, "DataType")) == "Binary"; }

std::string_view ValueMember(const Json& attribute) {
  return IsBinary(attribute) ? BytesMember(attribute) : TextMember(attribute, "StringValue");
}

Result<void> CheckAttributeName(std::string_view name) {
  if (name.empty()) return InvalidParameterValue("The message attribute name must not be empty.");
  if (name.size() > kMaxAttributeName)
    return InvalidParameterValue("Length of message attribute name must be less than 256 bytes.");
  if (name.front() == '.')
    return InvalidParameterValue("Invalid message attribute name starting with character '.' was found.");
  if (name.back() == '.')
    return InvalidParameterValue("Invalid message attribute name ending with character '.' was found.");
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (!allowed) {
      return InvalidParameterValue(
          fmt::format("Invalid non-alphanumeric character '#x{:X}' was found in the message attribute name. Can only "
                      "include alphanumeric characters, hyphens, underscores, or dots.",
                      static_cast<unsigned char>(c)));
    }
    if (c == '.' && name[i - 1] == '.')
      return InvalidParameterValue("Message attribute name can not have successive '.' character.");
  }
  return {};
}

bool IsNumber(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return (error == std::errc() || error == std::errc::result_out_of_range) && end == text.data() + text.size() &&
         text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

Result<void> CheckAttribute(std::string_view name, const Json& attribute) {
  const std::string_view type = TextMember(attribute, "DataType");
  if (type.empty()) {
    return InvalidParameterValue(
        fmt::format("The message attribute '{}' must contain non-empty message attribute type.", name));
  }
  const std::string_view base = BaseType(type);
  if (base != "String" && base != "Number" && base != "Binary") {
    return InvalidParameterValue(
        fmt::format("The message attribute '{}' has an invalid message attribute type, the set of supported type "
                    "prefixes is Binary, Number, and String.",
                    name));
  }
  const bool binary = base == "Binary";
  const bool in_other_field = attribute.contains(binary ? "StringValue" : "BinaryValue") &&
                              !attribute.contains(binary ? "BinaryValue" : "StringValue");
  if (in_other_field) {
    return InvalidParameterValue(fmt::format("The message attribute '{}' with type '{}' must use field '{}'.", name,
                                             type, binary ? "Binary" : "String"));
  }
  const std::string_view value = ValueMember(attribute);
  if (value.empty()) {
    return InvalidParameterValue(
        fmt::format("The message attribute '{}' must contain non-empty message attribute value for message attribute "
                    "type '{}'.",
                    name, type));
  }
  if (base == "Number" && !IsNumber(value))
    return InvalidParameterValue(fmt::format("Could not cast message attribute '{}' value to number.", name));
  return {};
}

}  // namespace

Result<void> CheckMessageAttributes(const Json& attributes) {
  for (const auto& [name, attribute] : attributes.items()) {
    RETURN_IF_ERROR(CheckAttributeName(name));
    RETURN_IF_ERROR(CheckAttribute(name, attribute));
  }
  return {};
}

std::size_t SizeOfAttributes(const Json& attributes) {
  std::size_t size = 0;
  for (const auto& [name, attribute] : attributes.items())
    size += name.size() + TextMember(attribute, "DataType").size() + ValueMember(attribute).size();
  return size;
}

Json KeepAttributes(const Json& attributes) {
  if (attributes.empty()) return nullptr;
  Json kept = Json::object();
  for (const auto& [name, attribute] : attributes.items()) {
    const bool binary = IsBinary(attribute);
    kept[name] = {{"DataType", TextMember(attribute, "DataType")},
                  {binary ? "BinaryValue" : "StringValue",
                   binary ? Base64Encode(ValueMember(attribute)) : std::string(ValueMember(attribute))}};
  }
  return kept;
}

}  // namespace stratolite::sns
