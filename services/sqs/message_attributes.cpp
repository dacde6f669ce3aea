#include "sqs/message_attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "sqs/errors.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::sqs {
namespace {

constexpr std::size_t kMaxAttributes = 10;
constexpr std::size_t kMaxAttributeNameLength = 256;
constexpr std::string_view kTraceHeader = "AWSTraceHeader";

enum class Kind { kString, kNumber, kBinary };

std::optional<Kind> KindOf(std::string_view type) {
  const std::string_view base = type.substr(0, type.find('.'));
  if (base == "String") return Kind::kString;
  if (base == "Number") return Kind::kNumber;
  if (base == "Binary") return Kind::kBinary;
  return std::nullopt;
}

std::string_view TextOf(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found == object.end() || !found->is_string() ? std::string_view() : found->get_ref<const std::string&>();
}

std::string_view BytesOf(const Json& object) {
  const auto found = object.find("BinaryValue");
  if (found == object.end() || !found->is_binary()) return {};
  const auto& bytes = found->get_binary();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string_view ValueOf(const Json& attribute) {
  const bool binary = KindOf(TextOf(attribute, "DataType")) == Kind::kBinary;
  return binary ? BytesOf(attribute) : TextOf(attribute, "StringValue");
}

/// Letters and digits of any script, periods, hyphens and underscores.
bool IsNameByte(std::string_view name, std::size_t at) {
  const auto byte = static_cast<unsigned char>(name[at]);
  if (byte < 0x80) return std::isalnum(byte) != 0 || byte == '.' || byte == '-' || byte == '_';
  // Latin-1's punctuation and symbols: what AWS refuses that people type. Other scripts are taken as letters.
  if (byte == 0xC2) return false;
  const bool times_or_division =
      byte == 0xC3 && at + 1 < name.size() && (name[at + 1] == '\x97' || name[at + 1] == '\xB7');
  return !times_or_division;
}

Result<void> CheckAttributeName(const std::string& name) {
  if (name.empty()) return InvalidParameter("The request must contain non-empty message (user) attribute names.");
  if (name.size() > kMaxAttributeNameLength)
    return InvalidParameter("Message (user) attribute name must be shorter than 256 bytes.");
  const std::string lower = AsciiLower(name);
  if (lower.starts_with("aws.") || lower.starts_with("amazon.")) {
    return InvalidParameter(
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for "
        "internal use.");
  }
  if (name.front() == '.' || name.back() == '.' || name.find("..") != std::string::npos) {
    return InvalidParameter(
        "Message (user) attribute name can not start or end with a period, or have successive periods.");
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!IsNameByte(name, i)) {
      return InvalidParameter(
          "Message (user) attribute name can only contain upper and lower score characters, digits, periods, hyphens "
          "and "
          "underscores.");
    }
  }
  return {};
}

bool IsNumber(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // Numbers beyond a double's range are numbers all the same.
  return (error == std::errc() || error == std::errc::result_out_of_range) && end == text.data() + text.size() &&
         text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

Result<void> CheckValue(const std::string& name, const Json& attribute) {
  if (attribute.contains("StringListValues") || attribute.contains("BinaryListValues")) {
    return UnsupportedOperation("Message attribute list values in SendMessage operation are not supported.");
  }
  const std::string_view type = TextOf(attribute, "DataType");
  if (type.empty()) {
    return InvalidParameter(
        fmt::format("Message (user) attribute '{}' must contain a non-empty attribute type.", name));
  }
  if (type.size() > kMaxAttributeNameLength)
    return InvalidParameter("Message (user) attribute type must be shorter than 256 bytes.");
  const std::optional<Kind> kind = KindOf(type);
  if (!kind) {
    return InvalidParameter(
        fmt::format("The type of message (user) attribute '{}' is invalid. You must use only the following "
                    "supported type prefixes: Binary, Number, String.",
                    name));
  }
  const std::string_view value = ValueOf(attribute);
  if (value.empty()) {
    return InvalidParameter(fmt::format("Message (user) attribute '{}' must contain a non-empty value of type '{}'.",
                                        name, type.substr(0, type.find('.'))));
  }
  if (*kind == Kind::kNumber && !IsNumber(value)) {
    return InvalidParameter(fmt::format("Can't cast the value of message (user) attribute '{}' to a number.", name));
  }
  if (*kind == Kind::kString && !HasOnlyAllowedCharacters(value)) {
    return InvalidParameter(
        fmt::format("Invalid characters found in the value of message (user) attribute '{}'. Valid unicode "
                    "characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
                    name));
  }
  return {};
}

void AppendField(std::string& out, std::string_view field) {
  const auto length = static_cast<std::uint32_t>(field.size());
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(length >> shift));
  out.append(field);
}

}  // namespace

Result<void> CheckMessageAttributes(const Json& attributes) {
  if (attributes.size() > kMaxAttributes) {
    return InvalidParameter(fmt::format("Number of message attributes [{}] exceeds the allowed maximum [{}].",
                                        attributes.size(), kMaxAttributes));
  }
  for (const auto& [name, attribute] : attributes.items()) {
    RETURN_IF_ERROR(CheckAttributeName(name));
    RETURN_IF_ERROR(CheckValue(name, attribute));
  }
  return {};
}

Result<void> CheckSystemAttributes(const Json& attributes) {
  for (const auto& [name, attribute] : attributes.items()) {
    if (name != kTraceHeader)
      return InvalidParameter(fmt::format("Message system attribute name '{}' is invalid.", name));
    if (TextOf(attribute, "DataType") != "String" || TextOf(attribute, "StringValue").empty()) {
      return InvalidParameter(
          fmt::format("Message system attribute '{}' must contain a non-empty value of type 'String'.", name));
    }
  }
  return {};
}

std::int64_t SizeOfAttributes(const Json& attributes) {
  std::size_t size = 0;
  for (const auto& [name, attribute] : attributes.items()) {
    size += name.size() + TextOf(attribute, "DataType").size() + ValueOf(attribute).size();
  }
  return static_cast<std::int64_t>(size);
}

std::string Md5OfAttributes(const Json& attributes) {
  std::string bytes;
  // A Json object iterates in the order of its keys, which is the order wanted here.
  for (const auto& [name, attribute] : attributes.items()) {
    AppendField(bytes, name);
    AppendField(bytes, TextOf(attribute, "DataType"));
    bytes.push_back(KindOf(TextOf(attribute, "DataType")) == Kind::kBinary ? '\x02' : '\x01');
    AppendField(bytes, ValueOf(attribute));
  }
  return Md5Hex(bytes);
}

std::string StoreAttributes(const Json& attributes) {
  if (attributes.empty()) return {};
  Json stored = Json::object();
  for (const auto& [name, attribute] : attributes.items()) {
    const bool binary = KindOf(TextOf(attribute, "DataType")) == Kind::kBinary;
    stored[name] = {
        {"DataType", TextOf(attribute, "DataType")},
        {binary ? "BinaryValue" : "StringValue", binary ? Base64Encode(BytesOf(attribute)) : ValueOf(attribute)}};
  }
  return stored.dump();
}

Json RestoreAttributes(std::string_view stored) {
  if (stored.empty()) return Json::object();
  Json attributes = Json::parse(stored);
  for (auto& [name, attribute] : attributes.items()) {
    const auto found = attribute.find("BinaryValue");
    if (found == attribute.end()) continue;
    const std::string bytes = Base64Decode(found->get_ref<const std::string&>()).value_or("");
    *found = Json::binary({bytes.begin(), bytes.end()});
  }
  return attributes;
}

bool MatchesFilter(std::string_view name, const std::vector<std::string>& filter) {
  return std::any_of(filter.begin(), filter.end(), [&](std::string_view wanted) {
    if (wanted == "All" || wanted == "*") return true;
    if (wanted.ends_with(".*")) return name.starts_with(wanted.substr(0, wanted.size() - 2));
    return name == wanted;
  });
}

bool HasOnlyAllowedCharacters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return false;
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF; surrogates are no valid UTF-8.
    if (byte == 0xEF && text.substr(i, 2) == "\xEF\xBF" && i + 2 < text.size() &&
        static_cast<unsigned char>(text[i + 2]) >= 0xBE) {
      return false;
    }
  }
  return true;
}

}  // namespace stratolite::sqs
