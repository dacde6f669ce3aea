#include "wire/error_codec.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "stratolite/base/json.hpp"
#include "wire/cbor_codec.hpp"
#include "wire/json_codec.hpp"
#include "wire/scalar_text.hpp"
#include "wire/xml_codec.hpp"

namespace stratolite::wire::internal {
namespace {

bool IsS3Family(const ServiceModel& model) { return model && model.service_id().starts_with("S3"); }

/// An error taken apart once for all envelopes.
struct ErrorParts {
  ErrorParts(const ServiceModel& model, const AwsError& source) : error(source) {
    if (model) shape = model.FindError(source.code);
    if (!source.fields || !source.fields->is_object()) return;
    for (const auto& [name, value] : source.fields->get_ref<const Json::object_t&>()) {
      const auto member = shape ? shape->FindMember(name) : std::nullopt;
      if (value.is_null() || (EqualsIgnoreCase(name, "message") && !error.message.empty())) continue;
      if (!member) {
        unmodelled.emplace_back(name, &value);
      } else if (member->location() == Location::kHeader) {
        headers.emplace_back(*member, &value);
      } else {
        modelled.emplace_back(*member, &value);
      }
    }
  }

  std::string_view Name() const { return shape ? shape->name() : std::string_view(error.code); }

  std::string_view QueryCode() const {
    if (!error.query_code.empty()) return error.query_code;
    if (shape && !shape->error_code().empty()) return shape->error_code();
    return Name();
  }

  /// `message`, or `Message` where the model spells it so.
  std::string_view MessageName() const {
    const auto member = MessageMember();
    return member ? member->wire_name() : "message";
  }

  std::optional<Member> MessageMember() const {
    for (std::size_t i = 0; shape && i < shape->member_count(); ++i) {
      if (EqualsIgnoreCase(shape->member(i).name(), "message")) return shape->member(i);
    }
    return std::nullopt;
  }

  const AwsError& error;
  std::optional<Shape> shape;
  std::vector<std::pair<Member, const Json*>> modelled;
  std::vector<std::pair<Member, const Json*>> headers;
  std::vector<std::pair<std::string_view, const Json*>> unmodelled;
};

std::string PlainText(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

void WriteErrorFields(XmlWriter& writer, const ErrorParts& parts, const XmlStyle& style) {
  if (!parts.modelled.empty()) {
    Json members(Json::value_t::object);
    for (const auto& [member, value] : parts.modelled) members[std::string(member.name())] = *value;
    WriteXmlMembers(writer, *parts.shape, members, style);
  }
  for (const auto& [name, value] : parts.unmodelled) writer.Element(name, PlainText(*value));
}

void WriteErrorMessage(XmlWriter& writer, const ErrorParts& parts) {
  if (!parts.error.message.empty() || !parts.shape) writer.Element("Message", parts.error.message);
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses
std::string S3ErrorXml(const ErrorParts& parts, const XmlStyle& style, const EncodeContext& context) {
  std::string out;
  XmlWriter writer(out);
  writer.Declaration();
  writer.Open("Error");
  writer.Element("Code", parts.error.code);
  WriteErrorMessage(writer, parts);
  WriteErrorFields(writer, parts, style);
  if (!context.request_id.empty()) writer.Element("RequestId", context.request_id);
  if (!context.host_id.empty()) writer.Element("HostId", context.host_id);
  writer.Close("Error");
  return out;
}

std::string QueryErrorXml(const ErrorParts& parts, std::string_view xmlns, int status, const XmlStyle& style,
                          const EncodeContext& context) {
  std::string out;
  XmlWriter writer(out);
  writer.Declaration();
  writer.Open("ErrorResponse");
  writer.Namespace({}, xmlns);
  writer.Open("Error");
  // S3 Control, which has host ids as S3 does, was seen not to say whose fault it is.
  if (context.host_id.empty()) writer.Element("Type", status < 500 ? "Sender" : "Receiver");
  writer.Element("Code", parts.QueryCode());
  WriteErrorMessage(writer, parts);
  if (parts.error.query_detail) writer.Element("Detail", {});
  WriteErrorFields(writer, parts, style);
  writer.Close("Error");
  if (!context.request_id.empty()) writer.Element("RequestId", context.request_id);
  if (!context.host_id.empty()) writer.Element("HostId", context.host_id);
  writer.Close("ErrorResponse");
  return out;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response
std::string Ec2ErrorXml(const ErrorParts& parts, const XmlStyle& style, const EncodeContext& context) {
  std::string out;
  XmlWriter writer(out);
  writer.Declaration();
  writer.Open("Response");
  writer.Open("Errors");
  writer.Open("Error");
  writer.Element("Code", parts.QueryCode());
  WriteErrorMessage(writer, parts);
  WriteErrorFields(writer, parts, style);
  writer.Close("Error");
  writer.Close("Errors");
  if (!context.request_id.empty()) writer.Element("RequestID", context.request_id);
  writer.Close("Response");
  return out;
}

std::string JsonError(const ErrorParts& parts, std::string_view type) {
  std::string out = "{";
  const auto separate = [&out] {
    if (out.size() > 1) out += ',';
  };
  if (!type.empty()) {
    out += "\"__type\":";
    AppendJsonString(out, type);
  }
  if (!parts.error.message.empty()) {
    separate();
    AppendJsonString(out, parts.MessageName());
    out += ':';
    AppendJsonString(out, parts.error.message);
  }
  for (const auto& [member, value] : parts.modelled) {
    separate();
    AppendJsonString(out, member.wire_name());
    out += ':';
    AppendJson(out, member.shape(), *value, BodyMembers::kAll, member.timestamp_format());
  }
  for (const auto& [name, value] : parts.unmodelled) {
    separate();
    AppendJsonString(out, name);
    out += ':';
    AppendJsonDocument(out, *value);
  }
  return out + '}';
}

std::string CborError(const ErrorParts& parts, std::string_view type, CborTime time) {
  // Fields that no shape describes have no CBOR type here; the codes that carry any belong to S3.
  const bool with_message = !parts.error.message.empty();
  std::string out;
  AppendCborHead(out, CborMajor::kMap, 1 + (with_message ? 1 : 0) + parts.modelled.size());
  AppendCborText(out, "__type");
  AppendCborText(out, type);
  if (with_message) {
    AppendCborText(out, parts.MessageName());
    AppendCborText(out, parts.error.message);
  }
  for (const auto& [member, value] : parts.modelled) {
    AppendCborText(out, member.name());
    AppendCbor(out, member.shape(), *value, time);
  }
  return out;
}

void EncodeXmlError(HttpResponse& response, const ServiceModel& model, Protocol protocol, const ErrorParts& parts,
                    const EncodeContext& context) {
  XmlStyle style = model ? XmlStyleOf(model) : XmlStyle{};
  style.query_names = protocol == Protocol::kQuery;
  const std::string_view xmlns = model ? model.xml_namespace_uri() : std::string_view{};
  if (protocol == Protocol::kRestXml) {
    response.headers.Set("Content-Type", "application/xml");
    response.body = model && model.service_id() == "S3" ? S3ErrorXml(parts, style, context)
                                                        : QueryErrorXml(parts, xmlns, response.status, style, context);
  } else if (protocol == Protocol::kEc2) {
    response.headers.Set("Content-Type", "text/xml;charset=UTF-8");
    response.body = Ec2ErrorXml(parts, style, context);
  } else {
    response.headers.Set("Content-Type", "text/xml");
    response.body = QueryErrorXml(parts, xmlns, response.status, style, context);
  }
}

/// `com.amazonaws.sqs`. AWS's shape ids carry the namespace of the service's Smithy model, which botocore's models do not have;
/// a model that was made from Smithy is named by its service's shape id.
std::string ShapeNamespace(const ServiceModel& model) {
  if (const std::size_t hash = model.name().find('#'); hash != std::string_view::npos) {
    return std::string(model.name().substr(0, hash));
  }
  std::string name = "com.amazonaws.";
  for (const char c : model.service_id()) {
    if (c != ' ') name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
  if (model.target_prefix() == "DynamoDB_20120810") name += ".v20120810";
  return name;
}

}  // namespace

int ErrorStatus(const ServiceModel& model, const AwsError& error) {
  if (error.http_status != 0) return error.http_status;
  const auto shape = model ? model.FindError(error.code) : std::nullopt;
  if (!shape) return 400;
  if (shape->error_status() != 0) return shape->error_status();
  return shape->is_fault() ? 500 : 400;
}

std::string ErrorTypeName(const ServiceModel& model, Protocol protocol, const AwsError& error) {
  const auto shape = model ? model.FindError(error.code) : std::nullopt;
  const std::string name(shape ? shape->name() : std::string_view(error.code));
  if (!model) return name;
  const bool qualified =
      protocol == Protocol::kJson10 || protocol == Protocol::kRpcV2Cbor || model.aws_query_compatible();
  if (!qualified) return name;
  if (shape) return ShapeNamespace(model) + '#' + name;
  // What the front end answers before a service's own code runs.
  if (name == "ValidationException") return "com.amazon.coral.validate#" + name;
  return "com.amazon.coral.service#" + name;
}

void AddRequestIds(HttpResponse& response, const ServiceModel& model, const EncodeContext& context) {
  if (!context.request_id.empty()) {
    response.headers.Set(IsS3Family(model) || !context.host_id.empty() ? "x-amz-request-id" : "x-amzn-RequestId",
                         context.request_id);
  }
  if (!context.host_id.empty()) response.headers.Set("x-amz-id-2", context.host_id);
}

HttpResponse EncodeError(const ServiceModel& model, Protocol protocol, const AwsError& error,
                         const EncodeContext& context) {
  const ErrorParts parts(model, error);
  HttpResponse response;
  response.status = ErrorStatus(model, error);
  AddRequestIds(response, model, context);
  for (const auto& [member, value] : parts.headers) {
    std::string text;
    const TimestampFormat format = member.timestamp_format();
    AppendScalar(text, member.shape(), format == TimestampFormat::kUnset ? TimestampFormat::kRfc822 : format, *value);
    response.headers.Set(std::string(member.wire_name()), std::move(text));
  }
  for (const auto& [name, value] : error.headers) response.headers.Set(name, value);
  switch (protocol) {
    case Protocol::kQuery:
    case Protocol::kEc2:
    case Protocol::kRestXml:
      EncodeXmlError(response, model, protocol, parts, context);
      return response;
    case Protocol::kJson10:
    case Protocol::kJson11:
      if (context.amz_cbor) {
        response.headers.Set("Content-Type", "application/x-amz-cbor-1.1");
        response.body = CborError(parts, ErrorTypeName(model, protocol, error), CborTime::kMilliseconds);
        break;
      }
      response.headers.Set("Content-Type",
                           protocol == Protocol::kJson10 ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1");
      response.body = JsonError(parts, ErrorTypeName(model, protocol, error));
      break;
    case Protocol::kRestJson:
      response.headers.Set("Content-Type", "application/json");
      response.headers.Set("x-amzn-ErrorType", std::string(parts.Name()));
      response.body = JsonError(parts, {});
      break;
    case Protocol::kRpcV2Cbor:
      response.headers.Set("Content-Type", "application/cbor");
      response.headers.Set("smithy-protocol", "rpc-v2-cbor");
      response.body = CborError(parts, ErrorTypeName(model, protocol, error), CborTime::kSeconds);
      break;
  }
  if (model && model.aws_query_compatible()) {
    response.headers.Set("x-amzn-query-error",
                         std::string(parts.QueryCode()) + (response.status < 500 ? ";Sender" : ";Receiver"));
  }
  return response;
}

}  // namespace stratolite::wire::internal
