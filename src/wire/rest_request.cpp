#include <algorithm>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "wire/decode_error.hpp"
#include "wire/json_codec.hpp"
#include "wire/media_types.hpp"
#include "wire/rest_bindings.hpp"
#include "wire/scalar_text.hpp"
#include "wire/uri_template.hpp"
#include "wire/xml_codec.hpp"

namespace stratolite::wire::internal {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

// The elements of a list in a header: separated by commas, quoted where they contain one. HTTP dates have a comma of their own.
std::optional<std::vector<std::string>> SplitHeaderList(std::string_view text, bool http_dates) {
  std::vector<std::string> elements;
  text = Trim(text);
  while (!text.empty()) {
    std::string element;
    if (text.front() == '"') {
      std::size_t i = 1;
      for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        element += text[i];
      }
      if (i >= text.size()) return std::nullopt;
      text = Trim(text.substr(i + 1));
      if (!text.empty() && text.front() != ',') return std::nullopt;
    } else {
      auto comma = text.find(',');
      if (http_dates && comma != std::string_view::npos) comma = text.find(',', comma + 1);
      element = Trim(text.substr(0, comma));
      text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma);
    }
    elements.push_back(std::move(element));
    if (!text.empty()) text = Trim(text.substr(1));
  }
  return elements;
}

class RestReader {
 public:
  RestReader(const Operation& operation, Protocol protocol, const HttpRequest& request, const DecodeLimits& limits)
      : operation_(operation), input_(*operation.input()), protocol_(protocol), request_(request), limits_(limits) {}

  Result<Json> Read() {
    RETURN_IF_ERROR(ReadBound());
    RETURN_IF_ERROR(ReadBody());
    return std::move(tree_);
  }

 private:
  AwsError Invalid(const Member& member, std::string_view where, std::string_view text) const {
    const std::string name(member.wire_name());
    if (protocol_ == Protocol::kRestXml) {
      const bool number = IsScalar(member.shape().type()) && member.shape().type() != ShapeType::kTimestamp &&
                          member.shape().type() != ShapeType::kBoolean;
      return AwsError{.code = "InvalidArgument",
                      .message = number ? "Provided " + name + " not an integer or within integer range"
                                        : "Invalid value for " + name,
                      .http_status = 400};
    }
    return SerializationError("The " + std::string(where) + " " + name +
                              " can not be converted: " + std::string(text.substr(0, 100)));
  }

  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  AwsError InvalidUri() const {
    AwsError error{.code = "InvalidURI", .message = "Couldn't parse the specified URI.", .http_status = 400};
    error.fields = std::make_shared<const Json>(Json{{"URI", request_.path()}});
    return error;
  }

  // One value outside the body. Booleans are exact here, other than in XML.
  std::optional<Json> Scalar(const Member& member, TimestampFormat default_format, const std::string& text) const {
    const Shape shape = member.shape();
    if (shape.type() == ShapeType::kBoolean && text != "true" && text != "false") return std::nullopt;
    TimestampFormat format = member.timestamp_format();
    if (format == TimestampFormat::kUnset) format = default_format;
    if (shape.type() == ShapeType::kTimestamp && protocol_ == Protocol::kRestXml) {
      // S3 takes any of AWS's formats in If-Modified-Since and its relatives.
      for (const auto any : {format, TimestampFormat::kRfc822, TimestampFormat::kIso8601}) {
        if (auto value = ParseScalar(shape, any, text)) return value;
      }
      return std::nullopt;
    }
    if (!IsValidUtf8(text)) return std::nullopt;
    return ParseScalar(shape, format, text);
  }

  Result<void> ReadBound() {
    for (std::size_t i = 0; i < input_.member_count(); ++i) {
      const Member member = input_.member(i);
      switch (member.location()) {
        case Location::kUri:
          RETURN_IF_ERROR(ReadLabel(member));
          break;
        case Location::kQueryString:
          RETURN_IF_ERROR(ReadQuery(member));
          break;
        case Location::kHeader:
          RETURN_IF_ERROR(ReadHeader(member));
          break;
        case Location::kHeaders:
          RETURN_IF_ERROR(ReadPrefixHeaders(member));
          break;
        case Location::kBody:
        case Location::kStatusCode:
          break;
      }
    }
    return {};
  }

  Result<void> ReadLabel(const Member& member) {
    if (!labels_) {
      labels_.emplace();
      const std::string_view uri = operation_.request_uri();
      MatchPath(uri.substr(0, uri.find('?')), request_.path(), &*labels_);
    }
    for (const Label& label : *labels_) {
      if (label.name != member.wire_name()) continue;
      const auto text = PercentDecode(label.value);
      auto value = text ? Scalar(member, TimestampFormat::kIso8601, *text) : std::nullopt;
      if (!value && protocol_ == Protocol::kRestXml && member.shape().type() == ShapeType::kString) return InvalidUri();
      if (!value) return Invalid(member, "URI label", label.value);
      tree_[std::string(member.name())] = *std::move(value);
      break;
    }
    return {};
  }

  Result<void> DecodeQueryString() {
    query_.emplace();
    std::string_view rest = request_.query();
    while (!rest.empty()) {
      const std::string_view field = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), field.size() + 1));
      if (field.empty()) continue;
      const auto equals = field.find('=');
      auto name = PercentDecode(field.substr(0, equals), true);
      auto value =
          PercentDecode(equals == std::string_view::npos ? std::string_view{} : field.substr(equals + 1), true);
      if (!name || !value || !IsValidUtf8(*name) || !IsValidUtf8(*value)) {
        return SerializationError("The query string is malformed: " + HexSafe(field));
      }
      query_->emplace_back(*std::move(name), *std::move(value));
    }
    return {};
  }

  static std::string HexSafe(std::string_view text) { return PercentEncode(text.substr(0, 100), true); }

  Result<void> ReadQuery(const Member& member) {
    if (!query_) RETURN_IF_ERROR(DecodeQueryString());
    const Shape shape = member.shape();
    if (shape.type() == ShapeType::kMap) return ReadQueryMap(member, shape);
    const bool list = shape.type() == ShapeType::kList;
    Json elements = Json::array();
    for (const auto& [name, text] : *query_) {
      if (name != member.wire_name()) continue;
      const Member target = list ? shape.element() : member;
      if (text.empty() && target.shape().type() != ShapeType::kString) continue;
      auto value = Scalar(target, TimestampFormat::kIso8601, text);
      if (!value) return Invalid(member, "query parameter", text);
      elements.push_back(*std::move(value));
      if (!list) break;
    }
    if (elements.empty()) return {};
    tree_[std::string(member.name())] = list ? std::move(elements) : std::move(elements.front());
    return {};
  }

  // A map takes the whole query string, also what other members are bound to.
  Result<void> ReadQueryMap(const Member& member, const Shape& shape) {
    const Member element = shape.value();
    const bool lists = element.shape().type() == ShapeType::kList;
    Json map = Json::object();
    for (const auto& [name, text] : *query_) {
      if (lists) {
        map[name].push_back(text);
      } else if (!map.contains(name)) {
        map[name] = text;
      }
    }
    if (!map.empty()) tree_[std::string(member.name())] = std::move(map);
    return {};
  }

  Result<void> ReadHeader(const Member& member) {
    const auto found = request_.headers.Find(member.wire_name());
    if (!found) return {};
    const Shape shape = member.shape();
    if (shape.type() == ShapeType::kList) return ReadHeaderList(member, shape, *found);
    const std::string text(Trim(*found));
    if (text.empty() && shape.type() != ShapeType::kString) return {};
    if (member.jsonvalue()) {
      const auto decoded = Base64Decode(text);
      if (!decoded || !IsValidUtf8(*decoded)) return Invalid(member, "header", text);
      tree_[std::string(member.name())] = *decoded;
      return {};
    }
    auto value = Scalar(member, TimestampFormat::kRfc822, text);
    if (!value) return Invalid(member, "header", text);
    tree_[std::string(member.name())] = *std::move(value);
    return {};
  }

  // Several fields of one name are one list (RFC 9110 section 5.3).
  Result<void> ReadHeaderList(const Member& member, const Shape& shape, std::string_view first) {
    const Member element = shape.element();
    const auto format = element.timestamp_format();
    const bool dates = element.shape().type() == ShapeType::kTimestamp &&
                       (format == TimestampFormat::kUnset || format == TimestampFormat::kRfc822);
    Json list = Json::array();
    for (const auto& [name, text] : request_.headers) {
      if (!EqualsIgnoreCase(name, member.wire_name())) continue;
      const auto elements = SplitHeaderList(text, dates);
      if (!elements) return Invalid(member, "header", first);
      for (const std::string& each : *elements) {
        auto value = Scalar(element, TimestampFormat::kRfc822, each);
        if (!value) return Invalid(member, "header", each);
        list.push_back(*std::move(value));
      }
    }
    tree_[std::string(member.name())] = std::move(list);
    return {};
  }

  Result<void> ReadPrefixHeaders(const Member& member) {
    const std::string_view prefix = member.has_location_name() ? member.wire_name() : std::string_view{};
    Json map = Json::object();
    for (const auto& [name, text] : request_.headers) {
      if (name.size() < prefix.size() || !EqualsIgnoreCase(std::string_view(name).substr(0, prefix.size()), prefix))
        continue;
      // Header names have no case; AWS hands them on in lower case.
      std::string key = LowerCase(std::string_view(name).substr(prefix.size()));
      if (key.empty() || (prefix.empty() && key == "host")) continue;
      if (!IsValidUtf8(text)) return Invalid(member, "header", name);
      if (map.contains(key)) {
        map[key].get_ref<std::string&>() += "," + text;
      } else {
        map[std::move(key)] = text;
      }
    }
    if (!map.empty()) tree_[std::string(member.name())] = std::move(map);
    return {};
  }

  bool HasBodyMembers() const {
    for (std::size_t i = 0; i < input_.member_count(); ++i) {
      if (input_.member(i).location() == Location::kBody) return true;
    }
    return false;
  }

  Result<void> ReadBody() {
    if (const std::string_view payload = input_.payload(); !payload.empty()) {
      const auto member = input_.FindMember(payload);
      return member ? ReadPayload(*member) : Result<void>();
    }
    if (!HasBodyMembers() || request_.body.empty()) return {};
    auto body = protocol_ == Protocol::kRestXml ? DecodeXmlBody(input_, request_.body, limits_)
                                                : DecodeJson(input_, request_.body, limits_, BodyMembers::kUnbound);
    if (!body.ok()) return std::move(body).error();
    tree_.update(*body);
    return {};
  }

  Result<void> ReadPayload(const Member& member) {
    const Shape shape = member.shape();
    if (request_.stream || request_.body.empty() || shape.eventstream()) return {};
    const std::string name(member.name());
    if (shape.type() == ShapeType::kBlob) {
      tree_[name] = Json::binary(std::vector<std::uint8_t>(request_.body.begin(), request_.body.end()));
      return {};
    }
    if (shape.type() == ShapeType::kString) {
      if (!IsValidUtf8(request_.body)) return SerializationError("The request body is not valid UTF-8");
      tree_[name] = request_.body;
      return {};
    }
    auto body = protocol_ == Protocol::kRestXml ? DecodeXmlPayload(member, request_.body, limits_)
                                                : DecodeJson(shape, request_.body, limits_);
    if (!body.ok()) return std::move(body).error();
    // A JSON body must not be empty, so SDKs send `{}` for a structure that was not given.
    const bool absent =
        protocol_ == Protocol::kRestJson && shape.type() == ShapeType::kStructure && !shape.document() && body->empty();
    if (!absent) tree_[name] = *std::move(body);
    return {};
  }

  const Operation& operation_;
  const Shape input_;
  Protocol protocol_;
  const HttpRequest& request_;
  const DecodeLimits& limits_;
  std::optional<std::vector<Label>> labels_;
  std::optional<std::vector<std::pair<std::string, std::string>>> query_;
  Json tree_ = Json::object();
};

}  // namespace

Result<Json> DecodeRest(const Operation& operation, Protocol protocol, const HttpRequest& request,
                        const DecodeLimits& limits) {
  if (protocol == Protocol::kRestJson) RETURN_IF_ERROR(CheckMediaTypes(operation, request));
  if (!operation.input()) return Json(Json::value_t::object);
  return RestReader(operation, protocol, request, limits).Read();
}

}  // namespace stratolite::wire::internal
