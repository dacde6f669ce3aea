#include "wire/model_dump.hpp"

#include <array>
#include <initializer_list>
#include <utility>

#include <nlohmann/json.hpp>

namespace stratolite::wire {
namespace dump {
namespace {

using OrderedJson = nlohmann::ordered_json;

void PutFlags(OrderedJson& out, std::initializer_list<std::pair<const char*, bool>> flags) {
  for (const auto& [key, set] : flags) {
    if (set) out[key] = true;
  }
}

void PutTexts(OrderedJson& out, std::initializer_list<std::pair<const char*, std::string_view>> texts) {
  for (const auto& [key, text] : texts) {
    if (!text.empty()) out[key] = text;
  }
}

std::string_view TypeName(ShapeType type) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "structure", "list", "map",   "string", "blob",       "boolean",    "byte",     "short",
      "integer",   "long", "float", "double", "bigInteger", "bigDecimal", "timestamp"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view TimestampName(TimestampFormat format) {
  static constexpr std::array<std::string_view, 4> kNames = {"", "iso8601", "rfc822", "unixTimestamp"};
  return kNames[static_cast<std::size_t>(format)];
}

std::string_view LocationName(Location location) {
  static constexpr std::array<std::string_view, 6> kNames = {"",       "uri",     "querystring",
                                                             "header", "headers", "statusCode"};
  return kNames[static_cast<std::size_t>(location)];
}

OrderedJson DumpMember(const Member& member) {
  OrderedJson out = {{"shape", member.shape().name()}};
  if (member.has_location_name()) out["locationName"] = member.wire_name();
  PutTexts(out, {{"location", LocationName(member.location())},
                 {"queryName", member.query_name()},
                 {"timestampFormat", TimestampName(member.timestamp_format())},
                 {"xmlNamespace", member.xml_namespace_uri()},
                 {"xmlNamespacePrefix", member.xml_namespace_prefix()}});
  PutFlags(out, {{"required", member.required()},
                 {"flattened", member.flattened()},
                 {"xmlAttribute", member.xml_attribute()},
                 {"streaming", member.streaming()},
                 {"jsonvalue", member.jsonvalue()},
                 {"hostLabel", member.host_label()},
                 {"idempotencyToken", member.idempotency_token()},
                 {"eventpayload", member.event_payload()},
                 {"eventheader", member.event_header()},
                 {"box", member.box()},
                 {"deprecated", member.deprecated()}});
  return out;
}

OrderedJson DumpShape(const Shape& shape) {
  OrderedJson out = {{"type", TypeName(shape.type())}};
  PutTexts(out, {{"payload", shape.payload()},
                 {"locationName", shape.location_name()},
                 {"xmlNamespace", shape.xml_namespace_uri()},
                 {"xmlNamespacePrefix", shape.xml_namespace_prefix()},
                 {"timestampFormat", TimestampName(shape.timestamp_format())},
                 {"pattern", shape.pattern()},
                 {"errorCode", shape.error_code()}});
  PutFlags(out, {{"flattened", shape.flattened()},
                 {"sparse", shape.sparse()},
                 {"union", shape.is_union()},
                 {"document", shape.document()},
                 {"eventstream", shape.eventstream()},
                 {"event", shape.event()},
                 {"streaming", shape.streaming()},
                 {"requiresLength", shape.requires_length()},
                 {"sensitive", shape.sensitive()},
                 {"box", shape.box()},
                 {"uniqueItems", shape.unique_items()},
                 {"exception", shape.is_error()},
                 {"fault", shape.is_fault()},
                 {"senderFault", shape.error_sender_fault()}});
  if (shape.error_status() != 0) out["httpStatusCode"] = shape.error_status();
  if (shape.min()) out["min"] = *shape.min();
  if (shape.max()) out["max"] = *shape.max();
  for (std::size_t i = 0; i < shape.enum_count(); ++i) out["enum"].push_back(shape.enum_value(i));
  if (shape.type() == ShapeType::kStructure) out["members"] = OrderedJson::object();
  for (std::size_t i = 0; i < shape.member_count(); ++i)
    out["members"][std::string(shape.member(i).name())] = DumpMember(shape.member(i));
  if (shape.type() == ShapeType::kList) out["member"] = DumpMember(shape.element());
  if (shape.type() == ShapeType::kMap) {
    out["key"] = DumpMember(shape.key());
    out["value"] = DumpMember(shape.value());
  }
  return out;
}

OrderedJson DumpOperation(const Operation& operation) {
  OrderedJson out = {{"method", operation.http_method()}, {"requestUri", operation.request_uri()}};
  out["responseCode"] = operation.response_code();
  PutTexts(out, {{"input", operation.input() ? operation.input()->name() : ""},
                 {"output", operation.output() ? operation.output()->name() : ""},
                 {"inputLocationName", operation.input_location_name()},
                 {"inputXmlNamespace", operation.input_xml_namespace_uri()},
                 {"resultWrapper", operation.output_result_wrapper()},
                 {"hostPrefix", operation.endpoint_host_prefix()},
                 {"authtype", operation.auth_type()},
                 {"requestAlgorithmMember", operation.checksum_request_algorithm_member()},
                 {"requestValidationModeMember", operation.checksum_request_validation_mode_member()}});
  PutFlags(out, {{"unsignedPayload", operation.unsigned_payload()},
                 {"checksumRequired", operation.http_checksum_required()},
                 {"deprecated", operation.deprecated()},
                 {"streamingInput", operation.has_streaming_input()},
                 {"streamingOutput", operation.has_streaming_output()},
                 {"eventstreamInput", operation.has_eventstream_input()},
                 {"eventstreamOutput", operation.has_eventstream_output()}});
  for (std::size_t i = 0; i < operation.error_count(); ++i) out["errors"].push_back(operation.error(i).name());
  return out;
}

OrderedJson DumpMetadata(const ServiceModel& model) {
  OrderedJson out = OrderedJson::object();
  PutTexts(out, {{"name", model.name()},
                 {"botocore", model.botocore_version()},
                 {"apiVersion", model.api_version()},
                 {"serviceId", model.service_id()},
                 {"serviceFullName", model.service_full_name()},
                 {"endpointPrefix", model.endpoint_prefix()},
                 {"signingName", model.signing_name()},
                 {"targetPrefix", model.target_prefix()},
                 {"xmlNamespace", model.xml_namespace_uri()},
                 {"jsonVersion", model.json_version()},
                 {"protocol", ProtocolName(model.primary_protocol())}});
  for (const Protocol protocol : {Protocol::kQuery, Protocol::kEc2, Protocol::kJson10, Protocol::kRestJson,
                                  Protocol::kRestXml, Protocol::kRpcV2Cbor}) {
    if (model.Speaks(protocol)) out["protocols"].push_back(ProtocolName(protocol));
  }
  PutFlags(out, {{"globalEndpoint", model.global_endpoint()}, {"awsQueryCompatible", model.aws_query_compatible()}});
  return out;
}

OrderedJson DumpPaginator(const Paginator& paginator) {
  OrderedJson out = OrderedJson::object();
  PutTexts(out, {{"input_token", paginator.input_token},
                 {"output_token", paginator.output_token},
                 {"limit_key", paginator.limit_key},
                 {"result_key", paginator.result_key},
                 {"more_results", paginator.more_results}});
  return out;
}

}  // namespace
}  // namespace dump

std::string DumpModel(const ServiceModel& model) {
  std::string text = "{\n\"metadata\":" + dump::DumpMetadata(model).dump() + ",\n\"operations\":{";
  std::string paginators;
  const auto line = [](std::string_view name, const dump::OrderedJson& record) {
    return "\n " + dump::OrderedJson(name).dump() + ":" + record.dump();
  };
  for (std::size_t i = 0; i < model.operation_count(); ++i) {
    const Operation operation = model.operation(i);
    text += (i > 0 ? "," : "") + line(operation.name(), dump::DumpOperation(operation));
    if (const auto paginator = model.FindPaginator(operation.name())) {
      paginators += (paginators.empty() ? "" : ",") + line(operation.name(), dump::DumpPaginator(*paginator));
    }
  }
  text += "\n},\n\"shapes\":{";
  for (std::size_t i = 0; i < model.shape_count(); ++i)
    text += (i > 0 ? "," : "") + line(model.shape(i).name(), dump::DumpShape(model.shape(i)));
  return text + "\n},\n\"paginators\":{" + paginators + "\n}\n}";
}

}  // namespace stratolite::wire
