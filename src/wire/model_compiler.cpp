#include "stratolite/wire/model_compiler.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "stratolite/wire/model.hpp"
#include "wire/block_writer.hpp"
#include "wire/model_format.hpp"

namespace stratolite::wire {
namespace compiler {
namespace {

/// Keeps the order of members.
using OrderedJson = nlohmann::ordered_json;

[[noreturn]] void Reject(const std::string& where, const std::string& what) {
  throw std::runtime_error("service model: " + where + ": " + what);
}

const OrderedJson* FindKey(const OrderedJson& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string StringAt(const OrderedJson& object, const char* key) {
  const OrderedJson* value = FindKey(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool FlagAt(const OrderedJson& object, const char* key) {
  const OrderedJson* value = FindKey(object, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

/// The reference's trait, else that of the shape it refers to: botocore merges the two in this way.
const OrderedJson* MergedKey(const OrderedJson& reference, const OrderedJson& shape, const char* key) {
  const OrderedJson* value = FindKey(reference, key);
  return value != nullptr ? value : FindKey(shape, key);
}

/// A structure's own locationName is its name as a root element, not that of members which refer to it.
const OrderedJson* LocationName(const OrderedJson& reference, const OrderedJson& shape) {
  const OrderedJson* name = FindKey(reference, "locationName");
  return name != nullptr || StringAt(shape, "type") == "structure" ? name : FindKey(shape, "locationName");
}

bool MergedFlag(const OrderedJson& reference, const OrderedJson& shape, const char* key) {
  const OrderedJson* value = MergedKey(reference, shape, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

struct FlagName {
  const char* key;
  std::uint32_t flag;
};

std::uint32_t FlagsAt(const OrderedJson& object, std::initializer_list<FlagName> names) {
  std::uint32_t flags = 0;
  for (const auto& [key, flag] : names) {
    if (FlagAt(object, key)) flags |= flag;
  }
  return flags;
}

ShapeType ParseShapeType(const std::string& where, const std::string& name) {
  static const std::unordered_map<std::string_view, ShapeType> kTypes = {
      {"structure", ShapeType::kStructure},
      {"list", ShapeType::kList},
      {"map", ShapeType::kMap},
      {"string", ShapeType::kString},
      {"character", ShapeType::kString},
      {"blob", ShapeType::kBlob},
      {"boolean", ShapeType::kBoolean},
      {"byte", ShapeType::kByte},
      {"short", ShapeType::kShort},
      {"integer", ShapeType::kInteger},
      {"long", ShapeType::kLong},
      {"float", ShapeType::kFloat},
      {"double", ShapeType::kDouble},
      {"bigInteger", ShapeType::kBigInteger},
      {"bigDecimal", ShapeType::kBigDecimal},
      {"timestamp", ShapeType::kTimestamp},
  };
  const auto found = kTypes.find(name);
  if (found == kTypes.end()) Reject(where, "unknown type '" + name + "'");
  return found->second;
}

TimestampFormat ParseTimestampFormat(const std::string& where, const OrderedJson* format) {
  if (format == nullptr) return TimestampFormat::kUnset;
  if (*format == "iso8601") return TimestampFormat::kIso8601;
  if (*format == "rfc822") return TimestampFormat::kRfc822;
  if (*format == "unixTimestamp") return TimestampFormat::kUnixTimestamp;
  Reject(where, "unknown timestampFormat " + format->dump());
}

Location ParseLocation(const std::string& where, const OrderedJson* location) {
  if (location == nullptr) return Location::kBody;
  if (*location == "uri") return Location::kUri;
  if (*location == "querystring") return Location::kQueryString;
  if (*location == "header") return Location::kHeader;
  if (*location == "headers") return Location::kHeaders;
  if (*location == "statusCode") return Location::kStatusCode;
  Reject(where, "unknown location " + location->dump());
}

Protocol ParseProtocol(const std::string& name, const std::string& json_version) {
  if (name == "query") return Protocol::kQuery;
  if (name == "ec2") return Protocol::kEc2;
  if (name == "json") return json_version == "1.0" ? Protocol::kJson10 : Protocol::kJson11;
  if (name == "rest-json") return Protocol::kRestJson;
  if (name == "rest-xml") return Protocol::kRestXml;
  if (name == "smithy-rpc-v2-cbor") return Protocol::kRpcV2Cbor;
  Reject("metadata", "unknown protocol '" + name + "'");
}

std::string NamespaceUri(const OrderedJson* xml_namespace) {
  if (xml_namespace == nullptr) return {};
  return xml_namespace->is_string() ? xml_namespace->get<std::string>() : StringAt(*xml_namespace, "uri");
}

std::string NamespacePrefix(const OrderedJson* xml_namespace) {
  return xml_namespace != nullptr && xml_namespace->is_object() ? StringAt(*xml_namespace, "prefix") : std::string();
}

/// One compilation. Not thread-safe.
class ModelCompiler {
 public:
  ModelCompiler(const OrderedJson& model, const std::string& name) : model_(model), name_(name) {}

  std::vector<std::byte> Compile() &&;

 private:
  static const OrderedJson& Section(const OrderedJson& model, const char* key) {
    const OrderedJson* section = FindKey(model, key);
    if (section == nullptr || !section->is_object()) Reject(key, "missing");
    return *section;
  }
  void IndexShapes();
  void CompileMetadata(format::Header& header);
  void CompileShape(std::size_t index);
  void CompileItems(const OrderedJson& shape, const std::string& where, format::ShapeRecord& record);
  void CompileStructure(const OrderedJson& shape, const std::string& where, format::ShapeRecord& record);
  format::MemberRecord CompileMember(const std::string& where, const std::string& name, const OrderedJson& reference);
  std::uint32_t CompileShapeTraits(const OrderedJson& shape, const OrderedJson* error, std::uint32_t& flags);
  format::OperationRecord CompileOperation(const std::string& name, const OrderedJson& operation);
  void CompileStreaming(const std::string& where, const OrderedJson& operation, std::uint32_t& flags);
  void CompileErrors(format::Header& header);
  void CompilePaginators(format::Header& header);
  const OrderedJson& ShapeOf(const std::string& where, const OrderedJson& reference) const;
  std::uint32_t OffsetOf(const std::string& where, const OrderedJson& reference) const;
  std::uint32_t ShapeOffset(std::size_t index) const {
    return static_cast<std::uint32_t>(shapes_ + index * sizeof(format::ShapeRecord));
  }

  const OrderedJson& model_;
  const std::string& name_;
  BlockWriter block_;
  std::uint32_t shapes_ = 0;
  std::uint32_t no_shape_traits_ = 0;
  std::uint32_t no_member_traits_ = 0;
  /// Sorted by name.
  std::vector<std::pair<std::string, const OrderedJson*>> shape_list_;
  std::unordered_map<std::string, std::size_t> shape_index_;
  /// Old models put `error` on an operation's reference instead of on the shape.
  std::unordered_map<std::string, const OrderedJson*> referenced_errors_;
  /// code, index of the shape.
  std::vector<std::pair<std::string, std::size_t>> errors_by_code_;
};

std::vector<std::byte> ModelCompiler::Compile() && {
  block_.Reserve(sizeof(format::Header));
  const format::StringRef none = block_.Pool("");
  no_shape_traits_ = block_.Append(format::ShapeTraits{0, 0, none, none, none, none, none, none, 0, 0});
  no_member_traits_ = block_.Append(format::MemberTraits{none, none, none});

  format::Header header{};
  std::copy(std::begin(format::kMagic), std::end(format::kMagic), std::begin(header.magic));
  header.version = format::kVersion;
  CompileMetadata(header);
  IndexShapes();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < shape_list_.size(); ++i) {
    CompileShape(i);
    names.push_back(shape_list_[i].first);
  }
  header.shapes = shapes_;
  header.shape_count = static_cast<std::uint32_t>(shape_list_.size());
  header.shape_table = block_.AppendTable(names);
  CompileErrors(header);

  std::vector<std::pair<std::string, const OrderedJson*>> operations;
  for (const auto& [key, operation] : Section(model_, "operations").items()) operations.emplace_back(key, &operation);
  std::sort(operations.begin(), operations.end());
  std::vector<format::OperationRecord> records;
  names.clear();
  for (const auto& [key, operation] : operations) {
    records.push_back(CompileOperation(key, *operation));
    names.push_back(key);
  }
  header.operations = block_.AppendAll(records);
  header.operation_count = static_cast<std::uint32_t>(records.size());
  header.operation_table = block_.AppendTable(names);
  CompilePaginators(header);

  header.size = block_.Reserve(0);
  block_.Overwrite(0, header);
  return std::move(block_).Take();
}

void ModelCompiler::CompileMetadata(format::Header& header) {
  const OrderedJson& metadata = Section(model_, "metadata");
  const std::string json_version = StringAt(metadata, "jsonVersion");
  const std::string endpoint_prefix = StringAt(metadata, "endpointPrefix");
  const std::string signing_name = StringAt(metadata, "signingName");
  header.name = block_.Pool(name_);
  header.botocore_version = block_.Pool(StringAt(model_, "botocore"));
  header.api_version = block_.Pool(StringAt(metadata, "apiVersion"));
  header.service_id = block_.Pool(StringAt(metadata, "serviceId"));
  header.service_full_name = block_.Pool(StringAt(metadata, "serviceFullName"));
  header.endpoint_prefix = block_.Pool(endpoint_prefix);
  header.signing_name = block_.Pool(signing_name.empty() ? endpoint_prefix : signing_name);
  header.target_prefix = block_.Pool(StringAt(metadata, "targetPrefix"));
  header.xml_namespace_uri = block_.Pool(NamespaceUri(FindKey(metadata, "xmlNamespace")));
  header.json_version = block_.Pool(json_version);

  const Protocol primary = ParseProtocol(StringAt(metadata, "protocol"), json_version);
  header.primary_protocol = static_cast<std::uint32_t>(primary);
  std::uint32_t spoken = 1U << static_cast<unsigned>(primary);
  if (const OrderedJson* protocols = FindKey(metadata, "protocols")) {
    for (const OrderedJson& protocol : *protocols) {
      spoken |= 1U << static_cast<unsigned>(ParseProtocol(protocol.get<std::string>(), json_version));
    }
  }
  constexpr std::uint32_t kJson =
      1U << static_cast<unsigned>(Protocol::kJson10) | 1U << static_cast<unsigned>(Protocol::kJson11);
  if ((spoken & kJson) != 0) spoken |= kJson;
  if (FindKey(metadata, "awsQueryCompatible") != nullptr) {
    header.flags |= format::kAwsQueryCompatible;
    spoken |= 1U << static_cast<unsigned>(Protocol::kQuery);
  }
  header.protocols = spoken;
  if (FindKey(metadata, "globalEndpoint") != nullptr) header.flags |= format::kGlobalEndpoint;
}

void ModelCompiler::IndexShapes() {
  for (const auto& [key, shape] : Section(model_, "shapes").items()) shape_list_.emplace_back(key, &shape);
  std::sort(shape_list_.begin(), shape_list_.end());
  for (std::size_t i = 0; i < shape_list_.size(); ++i) shape_index_.emplace(shape_list_[i].first, i);
  shapes_ = block_.Reserve(shape_list_.size() * sizeof(format::ShapeRecord));
  for (const auto& [key, operation] : Section(model_, "operations").items()) {
    const OrderedJson* errors = FindKey(operation, "errors");
    if (errors == nullptr) continue;
    for (const OrderedJson& reference : *errors) {
      referenced_errors_.emplace(StringAt(reference, "shape"), FindKey(reference, "error"));
    }
  }
}

const OrderedJson& ModelCompiler::ShapeOf(const std::string& where, const OrderedJson& reference) const {
  const auto found = shape_index_.find(StringAt(reference, "shape"));
  if (found == shape_index_.end()) Reject(where, "refers to the unknown shape '" + StringAt(reference, "shape") + "'");
  return *shape_list_[found->second].second;
}

std::uint32_t ModelCompiler::OffsetOf(const std::string& where, const OrderedJson& reference) const {
  ShapeOf(where, reference);
  return ShapeOffset(shape_index_.at(StringAt(reference, "shape")));
}

void ModelCompiler::CompileShape(std::size_t index) {
  const auto& [name, json] = shape_list_[index];
  const OrderedJson& shape = *json;
  const ShapeType type = ParseShapeType(name, StringAt(shape, "type"));
  const OrderedJson* error = FindKey(shape, "error");
  const auto referenced = referenced_errors_.find(name);
  if (error == nullptr && referenced != referenced_errors_.end()) error = referenced->second;

  format::ShapeRecord record{};
  record.name = block_.Pool(name);
  record.flags = static_cast<std::uint32_t>(type);
  record.flags |= static_cast<std::uint32_t>(ParseTimestampFormat(name, FindKey(shape, "timestampFormat")))
                  << format::kTimestampShift;
  record.flags |= FlagsAt(shape, {{"flattened", format::kShapeFlattened},
                                  {"sparse", format::kSparse},
                                  {"union", format::kUnion},
                                  {"document", format::kDocument},
                                  {"documentType", format::kDocument},
                                  {"eventstream", format::kEventStream},
                                  {"event", format::kEvent},
                                  {"streaming", format::kShapeStreaming},
                                  {"requiresLength", format::kRequiresLength},
                                  {"sensitive", format::kSensitive},
                                  {"box", format::kShapeBox},
                                  {"exception", format::kError},
                                  {"fault", format::kFault},
                                  {"uniqueItems", format::kUniqueItems},
                                  {"jsonvalue", format::kShapeJsonValue}});
  if (error != nullptr || referenced != referenced_errors_.end()) record.flags |= format::kError;
  record.traits = CompileShapeTraits(shape, error, record.flags);
  if ((record.flags & format::kError) != 0) {
    errors_by_code_.emplace_back(name, index);
    if (error != nullptr && !StringAt(*error, "code").empty())
      errors_by_code_.emplace_back(StringAt(*error, "code"), index);
  }
  CompileItems(shape, name, record);
  block_.Overwrite(ShapeOffset(index), record);
}

std::uint32_t ModelCompiler::CompileShapeTraits(const OrderedJson& shape, const OrderedJson* error,
                                                std::uint32_t& flags) {
  format::ShapeTraits traits{};
  const auto bound = [&](const char* key, double& value, std::uint32_t flag) {
    const OrderedJson* limit = FindKey(shape, key);
    if (limit == nullptr || !limit->is_number()) return;
    value = limit->get<double>();
    flags |= flag;
  };
  bound("min", traits.min, format::kHasMin);
  bound("max", traits.max, format::kHasMax);
  const OrderedJson* xml_namespace = FindKey(shape, "xmlNamespace");
  traits.payload = block_.Pool(StringAt(shape, "payload"));
  traits.location_name = block_.Pool(StringAt(shape, "locationName"));
  traits.xml_namespace_uri = block_.Pool(NamespaceUri(xml_namespace));
  traits.xml_namespace_prefix = block_.Pool(NamespacePrefix(xml_namespace));
  traits.pattern = block_.Pool(StringAt(shape, "pattern"));
  traits.error_code = block_.Pool("");
  if (error != nullptr) {
    const OrderedJson* status = FindKey(*error, "httpStatusCode");
    traits.error_code = block_.Pool(StringAt(*error, "code"));
    traits.error_status = status != nullptr ? status->get<std::uint32_t>() : 0;
    if (FlagAt(*error, "senderFault")) flags |= format::kSenderFault;
  }
  const format::StringRef none = block_.Pool("");
  const bool plain = (flags & (format::kHasMin | format::kHasMax)) == 0 && traits.payload == none &&
                     traits.location_name == none && traits.xml_namespace_uri == none &&
                     traits.xml_namespace_prefix == none && traits.pattern == none && traits.error_code == none &&
                     traits.error_status == 0;
  return plain ? no_shape_traits_ : block_.Append(traits);
}

void ModelCompiler::CompileItems(const OrderedJson& shape, const std::string& where, format::ShapeRecord& record) {
  std::vector<format::MemberRecord> items;
  switch (static_cast<ShapeType>(record.flags & format::kTypeMask)) {
    case ShapeType::kStructure:
      return CompileStructure(shape, where, record);
    case ShapeType::kList:
      items.push_back(CompileMember(where, "", Section(shape, "member")));
      break;
    case ShapeType::kMap:
      items.push_back(CompileMember(where, "", Section(shape, "key")));
      items.push_back(CompileMember(where, "", Section(shape, "value")));
      break;
    case ShapeType::kString:
      if (const OrderedJson* values = FindKey(shape, "enum")) {
        std::vector<format::StringRef> pooled;
        for (const OrderedJson& value : *values) pooled.push_back(block_.Pool(value.get<std::string>()));
        record.count = static_cast<std::uint32_t>(pooled.size());
        record.items = block_.AppendAll(pooled);
      }
      return;
    default:
      return;
  }
  record.count = static_cast<std::uint32_t>(items.size());
  record.items = block_.AppendAll(items);
}

void ModelCompiler::CompileStructure(const OrderedJson& shape, const std::string& where, format::ShapeRecord& record) {
  std::vector<std::string> required;
  if (const OrderedJson* names = FindKey(shape, "required")) required = names->get<std::vector<std::string>>();
  std::vector<format::MemberRecord> records;
  std::vector<std::string> names;
  std::vector<std::string> wire_names;
  if (const OrderedJson* members = FindKey(shape, "members")) {
    for (const auto& [name, reference] : members->items()) {
      records.push_back(CompileMember(where + "." + name, name, reference));
      if (std::find(required.begin(), required.end(), name) != required.end())
        records.back().flags |= format::kRequired;
      names.push_back(name);
      const OrderedJson* location_name = LocationName(reference, ShapeOf(where, reference));
      wire_names.push_back(location_name != nullptr ? location_name->get<std::string>() : name);
    }
  }
  record.count = static_cast<std::uint32_t>(records.size());
  record.items = block_.AppendAll(records);
  record.member_table = block_.AppendTable(names);
  if (wire_names == names) {
    record.wire_table = record.member_table;
    return;
  }
  // Of members that share a wire name in different locations the one in the body is looked up.
  std::vector<std::size_t> order;
  for (const bool body : {true, false}) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto location = static_cast<Location>(records[i].flags & format::kLocationMask);
      if ((location == Location::kBody) == body) order.push_back(i);
    }
  }
  record.wire_table = block_.AppendTable(wire_names, order);
}

format::MemberRecord ModelCompiler::CompileMember(const std::string& where, const std::string& name,
                                                  const OrderedJson& reference) {
  const OrderedJson& shape = ShapeOf(where, reference);
  const OrderedJson* location_name = LocationName(reference, shape);
  const OrderedJson* xml_namespace = MergedKey(reference, shape, "xmlNamespace");
  format::MemberRecord record{};
  record.name = block_.Pool(name);
  record.wire_name = block_.Pool(location_name != nullptr ? location_name->get<std::string>() : name);
  record.shape = OffsetOf(where, reference);
  record.flags = static_cast<std::uint32_t>(ParseLocation(where, FindKey(reference, "location")));
  record.flags |=
      static_cast<std::uint32_t>(ParseTimestampFormat(where, MergedKey(reference, shape, "timestampFormat")))
      << format::kTimestampShift;
  if (location_name != nullptr) record.flags |= format::kHasLocationName;
  record.flags |= FlagsAt(reference, {{"xmlAttribute", format::kXmlAttribute},
                                      {"hostLabel", format::kHostLabel},
                                      {"idempotencyToken", format::kIdempotencyToken},
                                      {"eventpayload", format::kEventPayload},
                                      {"eventheader", format::kEventHeader},
                                      {"deprecated", format::kMemberDeprecated}});
  for (const auto& [key, flag] :
       {FlagName{"flattened", format::kMemberFlattened}, FlagName{"streaming", format::kMemberStreaming},
        FlagName{"jsonvalue", format::kMemberJsonValue}, FlagName{"box", format::kMemberBox}}) {
    if (MergedFlag(reference, shape, key)) record.flags |= flag;
  }
  const format::StringRef none = block_.Pool("");
  const format::MemberTraits traits{block_.Pool(StringAt(reference, "queryName")),
                                    block_.Pool(NamespaceUri(xml_namespace)),
                                    block_.Pool(NamespacePrefix(xml_namespace))};
  const bool plain =
      traits.query_name == none && traits.xml_namespace_uri == none && traits.xml_namespace_prefix == none;
  record.traits = plain ? no_member_traits_ : block_.Append(traits);
  return record;
}

format::OperationRecord ModelCompiler::CompileOperation(const std::string& name, const OrderedJson& operation) {
  const OrderedJson& http = Section(operation, "http");
  const OrderedJson* input = FindKey(operation, "input");
  const OrderedJson* output = FindKey(operation, "output");
  const OrderedJson* status = FindKey(http, "responseCode");
  format::OperationRecord record{};
  record.name = block_.Pool(name);
  record.http_method = block_.Pool(StringAt(http, "method"));
  record.request_uri = block_.Pool(StringAt(http, "requestUri"));
  record.input = input != nullptr ? OffsetOf(name, *input) : 0;
  record.output = output != nullptr ? OffsetOf(name, *output) : 0;
  record.input_location_name = block_.Pool(input != nullptr ? StringAt(*input, "locationName") : "");
  record.input_xml_namespace_uri = block_.Pool(input != nullptr ? NamespaceUri(FindKey(*input, "xmlNamespace")) : "");
  record.output_result_wrapper = block_.Pool(output != nullptr ? StringAt(*output, "resultWrapper") : "");
  record.response_code = status != nullptr ? status->get<std::uint16_t>() : 200;
  std::vector<std::uint32_t> errors;
  if (const OrderedJson* references = FindKey(operation, "errors")) {
    for (const OrderedJson& reference : *references) errors.push_back(OffsetOf(name, reference));
  }
  record.errors = block_.AppendAll(errors);
  record.error_count = static_cast<std::uint16_t>(errors.size());
  const OrderedJson* endpoint = FindKey(operation, "endpoint");
  record.endpoint_host_prefix = block_.Pool(endpoint != nullptr ? StringAt(*endpoint, "hostPrefix") : "");
  record.auth_type = block_.Pool(StringAt(operation, "authtype"));
  record.checksum_request_algorithm_member = record.checksum_request_validation_mode_member = block_.Pool("");
  if (const OrderedJson* checksum = FindKey(operation, "httpChecksum")) {
    record.checksum_request_algorithm_member = block_.Pool(StringAt(*checksum, "requestAlgorithmMember"));
    record.checksum_request_validation_mode_member = block_.Pool(StringAt(*checksum, "requestValidationModeMember"));
    if (FlagAt(*checksum, "requestChecksumRequired")) record.flags |= format::kChecksumRequired;
  }
  record.flags |= FlagsAt(operation, {{"unsignedPayload", format::kUnsignedPayload},
                                      {"httpChecksumRequired", format::kChecksumRequired},
                                      {"deprecated", format::kOperationDeprecated}});
  CompileStreaming(name, operation, record.flags);
  return record;
}

void ModelCompiler::CompileStreaming(const std::string& where, const OrderedJson& operation, std::uint32_t& flags) {
  struct Direction {
    const char* key;
    std::uint32_t streaming;
    std::uint32_t eventstream;
  };
  for (const Direction& direction : {Direction{"input", format::kStreamingInput, format::kEventStreamInput},
                                     Direction{"output", format::kStreamingOutput, format::kEventStreamOutput}}) {
    const OrderedJson* reference = FindKey(operation, direction.key);
    if (reference == nullptr) continue;
    const OrderedJson& structure = ShapeOf(where, *reference);
    const OrderedJson* members = FindKey(structure, "members");
    if (members == nullptr) continue;
    const std::string payload = StringAt(structure, "payload");
    for (const auto& [name, member] : members->items()) {
      const OrderedJson& shape = ShapeOf(where, member);
      if (FlagAt(shape, "eventstream")) flags |= direction.eventstream;
      if (name == payload && StringAt(shape, "type") == "blob" && MergedFlag(member, shape, "streaming"))
        flags |= direction.streaming;
    }
  }
}

void ModelCompiler::CompileErrors(format::Header& header) {
  // A shape's name goes before another's code, so names are entered first.
  std::stable_sort(errors_by_code_.begin(), errors_by_code_.end(), [this](const auto& a, const auto& b) {
    const bool a_is_name = a.first == shape_list_[a.second].first;
    const bool b_is_name = b.first == shape_list_[b.second].first;
    return a_is_name != b_is_name ? a_is_name : a.first < b.first;
  });
  std::vector<format::ErrorRecord> records;
  std::vector<std::string> codes;
  for (const auto& [code, index] : errors_by_code_) {
    records.push_back({block_.Pool(code), ShapeOffset(index)});
    codes.push_back(code);
  }
  header.errors = block_.AppendAll(records);
  header.error_count = static_cast<std::uint32_t>(records.size());
  header.error_table = block_.AppendTable(codes);
}

void ModelCompiler::CompilePaginators(format::Header& header) {
  std::vector<std::pair<std::string, const OrderedJson*>> paginators;
  if (const OrderedJson* section = FindKey(model_, "paginators")) {
    for (const auto& [key, paginator] : section->items()) paginators.emplace_back(key, &paginator);
  }
  std::sort(paginators.begin(), paginators.end());
  std::vector<format::PaginatorRecord> records;
  for (const auto& [operation, paginator] : paginators) {
    const auto joined = [&, object = paginator](const char* key) {
      const OrderedJson* value = FindKey(*object, key);
      if (value == nullptr || value->is_string()) return block_.Pool(StringAt(*object, key));
      std::string text;
      for (const OrderedJson& part : *value) text += (text.empty() ? "" : ",") + part.get<std::string>();
      return block_.Pool(text);
    };
    records.push_back({block_.Pool(operation), joined("input_token"), joined("output_token"), joined("limit_key"),
                       joined("result_key"), joined("more_results")});
  }
  header.paginators = block_.AppendAll(records);
  header.paginator_count = static_cast<std::uint32_t>(records.size());
}

}  // namespace
}  // namespace compiler

std::vector<std::byte> CompileModel(std::string_view model_json, const std::string& name) {
  try {
    const auto model = compiler::OrderedJson::parse(model_json);
    return compiler::ModelCompiler(model, name).Compile();
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(std::string("service model: ") + error.what());
  }
}

}  // namespace stratolite::wire
