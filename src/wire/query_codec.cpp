#include "wire/query_codec.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "stratolite/base/json.hpp"
#include "wire/form_parameters.hpp"
#include "wire/scalar_text.hpp"
#include "wire/xml_codec.hpp"

namespace stratolite::wire::internal {
namespace {

using Branch = FormParameters::Branch;

AwsError MalformedQueryString() {
  // https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
  return AwsError{
      .code = "MalformedQueryString", .message = "The query string contains a syntax error.", .http_status = 404};
}

std::string_view ExpectedKind(ShapeType type) {
  switch (type) {
    case ShapeType::kBoolean:
      return "boolean";
    case ShapeType::kByte:
    case ShapeType::kShort:
    case ShapeType::kInteger:
    case ShapeType::kLong:
    case ShapeType::kBigInteger:
      return "integer";
    case ShapeType::kFloat:
    case ShapeType::kDouble:
    case ShapeType::kBigDecimal:
      return "number";
    case ShapeType::kBlob:
      return "base64 string";
    case ShapeType::kTimestamp:
      return "timestamp";
    default:
      return "value";
  }
}

class QueryDecoder {
 public:
  QueryDecoder(Protocol protocol, const DecodeLimits& limits) : ec2_(protocol == Protocol::kEc2), limits_(limits) {}

  Result<Json> Structure(const Branch& branch, const Shape& shape, int depth) {
    if (depth > limits_.max_depth) return Malformed("Input is nested too deeply");
    Json result(Json::value_t::object);
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      const Branch found = Find(branch, member);
      if (found.empty()) continue;
      ASSIGN_OR_RETURN(result[std::string(member.name())], Value(found, member, depth));
    }
    return result;
  }

 private:
  /// Where a structure's member stands. A flattened list may carry its element's name (`AttributeName.1` of AttributeNames).
  Branch Find(const Branch& branch, const Member& member) const {
    const Shape shape = member.shape();
    if (!ec2_ && shape.type() == ShapeType::kList && member.flattened()) {
      const Member element = shape.element();
      const Branch renamed = FindNamed(branch, element.query_name());
      if (!renamed.empty()) return renamed;
      if (shape.flattened() && element.has_location_name()) {
        const Branch found = branch.Child(element.wire_name());
        if (!found.empty()) return found;
      }
    }
    const Branch named = FindNamed(branch, member.query_name());
    if (!named.empty() || (ec2_ && !member.query_name().empty())) return named;
    if (!ec2_) return branch.Child(member.wire_name());
    std::string capitalised(member.wire_name());
    if (!capitalised.empty() && capitalised[0] >= 'a' && capitalised[0] <= 'z') capitalised[0] -= 'a' - 'A';
    return branch.Child(capitalised);
  }

  static Branch FindNamed(const Branch& branch, std::string_view name) {
    return name.empty() ? Branch() : branch.Child(name);
  }

  Result<Json> Value(const Branch& branch, const Member& member, int depth) {
    const Shape shape = member.shape();
    switch (shape.type()) {
      case ShapeType::kStructure:
        return Structure(branch, shape, depth + 1);
      case ShapeType::kList:
        return List(branch, member, shape, depth + 1);
      case ShapeType::kMap:
        return Map(branch, member, shape, depth + 1);
      default:
        return Scalar(branch, member, shape);
    }
  }

  Result<Json> Scalar(const Branch& branch, const Member& member, const Shape& shape) const {
    const auto text = branch.value();
    if (!text) return Malformed("Unexpected complex element termination");
    auto value = ParseScalar(shape, member.timestamp_format(), *text);
    if (!value) return Unfit(member, shape, *text);
    return *std::move(value);
  }

  struct Indexed {
    std::uint64_t index;
    Branch branch;
  };

  /// The branches `.1`, `.2`, … in order of their numbers, whatever gaps there are.
  Result<std::vector<Indexed>> ByIndex(const Branch& branch) const {
    std::vector<Indexed> items;
    for (const auto& [component, child] : branch.Children()) {
      std::uint64_t index = 0;
      const char* end = component.data() + component.size();
      const auto [stop, error] = std::from_chars(component.data(), end, index);
      if (stop != end || component.empty()) continue;
      if (error != std::errc() || index > limits_.max_list_index) {
        return Malformed("List index " + std::string(component.substr(0, 32)) + " is too large");
      }
      items.push_back({index, child});
    }
    std::stable_sort(items.begin(), items.end(), [](const Indexed& a, const Indexed& b) { return a.index < b.index; });
    const auto same = [](const Indexed& a, const Indexed& b) { return a.index == b.index; };
    items.erase(std::unique(items.begin(), items.end(), same), items.end());
    return items;
  }

  Result<Json> List(const Branch& branch, const Member& member, const Shape& shape, int depth) {
    if (depth > limits_.max_depth) return Malformed("Input is nested too deeply");
    const Member element = shape.element();
    Branch elements = branch;
    if (!ec2_ && !member.flattened()) {
      const std::string_view name = element.query_name().empty() ? element.wire_name() : element.query_name();
      elements = branch.Child(name.empty() ? "member" : name);
      if (elements.empty()) elements = branch.Child("member");
    }
    Json result(Json::value_t::array);
    ASSIGN_OR_RETURN(const auto items, ByIndex(elements));
    for (const Indexed& item : items) {
      ASSIGN_OR_RETURN(Json value, Value(item.branch, element, depth));
      result.push_back(std::move(value));
    }
    // `AttributeName=All`, as SQS's own examples have it, is a list of one; `X=` is how clients send an empty list.
    const auto text = branch.value();
    if (items.empty() && text && !text->empty() && IsScalar(element.shape().type())) {
      ASSIGN_OR_RETURN(Json value, Scalar(branch, element, element.shape()));
      result.push_back(std::move(value));
    }
    return result;
  }

  Result<Json> Map(const Branch& branch, const Member& member, const Shape& shape, int depth) {
    if (depth > limits_.max_depth) return Malformed("Input is nested too deeply");
    const Member key = shape.key();
    const Member item = shape.value();
    const bool flat = member.flattened() || ec2_;
    Json result(Json::value_t::object);
    ASSIGN_OR_RETURN(const auto entries, ByIndex(flat ? branch : branch.Child("entry")));
    for (const Indexed& entry : entries) {
      const Branch key_branch = entry.branch.Child(NameOf(key, "key"));
      const Branch value_branch = entry.branch.Child(NameOf(item, "value"));
      const auto key_text = key_branch.value();
      if (!key_text) return Malformed("Map entry without a key");
      if (value_branch.empty()) {
        if (!IsScalar(item.shape().type())) {
          result[std::string(*key_text)] = Empty(item.shape());
          continue;
        }
        return Malformed("Map entry without a value");
      }
      ASSIGN_OR_RETURN(result[std::string(*key_text)], Value(value_branch, item, depth));
    }
    return result;
  }

  static std::string_view NameOf(const Member& member, std::string_view fallback) {
    if (!member.query_name().empty()) return member.query_name();
    return member.wire_name().empty() ? fallback : member.wire_name();
  }

  static Json Empty(const Shape& shape) {
    return Json(shape.type() == ShapeType::kList ? Json::value_t::array : Json::value_t::object);
  }

  AwsError Malformed(std::string message) const {
    return AwsError{
        .code = ec2_ ? "InvalidParameterValue" : "MalformedInput", .message = std::move(message), .http_status = 400};
  }

  AwsError Unfit(const Member& member, const Shape& shape, std::string_view text) const {
    const std::string value(text.substr(0, 256));
    if (ec2_) {
      return Malformed("Invalid value '" + value + "' for " + std::string(member.name()) + ". Expecting a valid " +
                       std::string(ExpectedKind(shape.type())) + ".");
    }
    return Malformed("Invalid " + std::string(ExpectedKind(shape.type())) + " value: " + value);
  }

  bool ec2_;
  const DecodeLimits& limits_;
};

}  // namespace

Result<Json> DecodeQuery(const Operation& operation, Protocol protocol, const HttpRequest& request,
                         const DecodeLimits& limits) {
  FormParameters parameters;
  if (!parameters.Parse(request.query(), request.body)) return MalformedQueryString();
  const auto input = operation.input();
  if (!input) return Json(Json::value_t::object);
  return QueryDecoder(protocol, limits).Structure(parameters.root(), *input, 1);
}

std::string EncodeQueryOutput(const Operation& operation, Protocol protocol, const Json& output,
                              const EncodeContext& context) {
  const ServiceModel model = operation.service();
  const bool ec2 = protocol == Protocol::kEc2;
  XmlStyle style = XmlStyleOf(model);
  style.query_names = !ec2;
  const std::string name(operation.name());
  const std::string root = name + "Response";

  std::string out;
  out.reserve(512);
  XmlWriter writer(out);
  if (ec2) writer.Declaration();
  writer.Open(root);
  writer.Namespace({}, model.xml_namespace_uri());
  const auto shape = operation.output();
  if (ec2) {
    if (!context.request_id.empty()) writer.Element("requestId", context.request_id);
    if (shape) WriteXmlMembers(writer, *shape, output, style);
  } else {
    if (shape) {
      const std::string_view modelled = operation.output_result_wrapper();
      const std::string wrapper = modelled.empty() ? name + "Result" : std::string(modelled);
      writer.Open(wrapper);
      WriteXmlMembers(writer, *shape, output, style);
      writer.Close(wrapper);
    }
    if (!context.request_id.empty()) {
      writer.Open("ResponseMetadata");
      writer.Element("RequestId", context.request_id);
      writer.Close("ResponseMetadata");
    }
  }
  writer.Close(root);
  return out;
}

}  // namespace stratolite::wire::internal
