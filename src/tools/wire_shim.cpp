// A developers' tool: parses requests and serialises answers for any service model, one JSON object per line, so that protocol test
// suites can drive the wire engine without a daemon.
//
// -> {"id":1,"op":"parse","model":"/abs/x.service-2.json","request":{"method","uri","host","headers":{},"body":"<base64>"}}
// <- {"id":1,"operation":"Name","params":{}}  or  {"id":1,"status":400,"headers":{},"body":"<base64>"}
// -> {"id":2,"op":"serialize","model":…,"operation":"Name","params":{}[,"error":"ShapeName"]}
// <- {"id":2,"status":200,"headers":{},"body":"<base64>"}
//
// "service":"sqs" names a model of this binary in place of "model"; "protocol":"query" (botocore's name) forces one of several, for JSON
// with "json_version". "operation" in a parse line decodes as that one. "validate":false leaves out the checks against the model's
// constraints. "events":[{"Name":{}}] appends event stream frames to a serialised answer, "request_id" is the id that it carries.
// Values: blob = base64, timestamp = epoch seconds, NaN/Infinity/-Infinity = those strings.

#include <cmath>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/model_compiler.hpp"
#include "stratolite/wire/model_registry.hpp"
#include "wire/validation.hpp"

namespace stratolite::wire {
namespace {

// The ids that the published cases expect; most Query ones expect none.
std::string RequestIdOf(Protocol protocol, bool error) {
  if (error) return "foo-id";
  return protocol == Protocol::kEc2 ? "requestid" : "";
}

/// Models given as files, compiled at their first use.
class Models {
 public:
  ServiceModel Find(const Json& message) {
    if (const auto service = message.find("service"); service != message.end()) {
      const auto model = FindLinkedModel(service->get<std::string>());
      if (!model) throw std::runtime_error("no model of that name in this binary: " + service->get<std::string>());
      return *model;
    }
    const auto path = message.at("model").get<std::string>();
    auto& block = blocks_[path];
    if (block.empty()) {
      std::ifstream file(path, std::ios::binary);
      if (!file) throw std::runtime_error("cannot read " + path);
      std::ostringstream text;
      text << file.rdbuf();
      block = CompileModel(text.str(), NameOf(path, text.str()));
    }
    return ServiceModel(block);
  }

 private:
  // Models made from Smithy carry the service's whole shape id as `uid`; errors name its namespace.
  static std::string NameOf(std::string_view path, const std::string& text) {
    const Json metadata = Json::parse(text).value("metadata", Json::object());
    if (const std::string uid = metadata.value("uid", ""); uid.find('#') != std::string::npos) return uid;
    path.remove_prefix(path.rfind('/') + 1);
    return std::string(path.substr(0, path.find(".service-2")));
  }

  std::map<std::string, std::vector<std::byte>> blocks_;
};

std::optional<Protocol> ForcedProtocol(const Json& message, const ServiceModel& model) {
  const auto name = message.value("protocol", "");
  if (name.empty()) return std::nullopt;
  if (name == "json")
    return message.value("json_version", std::string(model.json_version())) == "1.0" ? Protocol::kJson10
                                                                                     : Protocol::kJson11;
  for (const auto protocol :
       {Protocol::kQuery, Protocol::kEc2, Protocol::kRestJson, Protocol::kRestXml, Protocol::kRpcV2Cbor}) {
    if (name == ProtocolName(protocol)) return protocol;
  }
  throw std::runtime_error("unknown protocol " + name);
}

Json FloatToText(const Json& value) {
  if (!value.is_number_float() || std::isfinite(value.get<double>())) return value;
  if (std::isnan(value.get<double>())) return "NaN";
  return value.get<double>() > 0 ? "Infinity" : "-Infinity";
}

Json TextToFloat(const Json& value) {
  if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (value == "Infinity") return std::numeric_limits<double>::infinity();
  if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
  return value;
}

Json BytesToText(const Json& value) {
  if (!value.is_binary()) return value;
  const auto& bytes = value.get_binary();
  return Base64Encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Json TextToBytes(const Json& value) {
  const auto bytes = Base64Decode(value.get<std::string>());
  if (!bytes) throw std::runtime_error("a blob in params is not base64");
  return Json::binary(std::vector<std::uint8_t>(bytes->begin(), bytes->end()));
}

enum class Direction { kToLine, kFromLine };

/// The tree of values to its spelling in a line of JSON, or back.
Json Convert(const Shape& shape, const Json& value, Direction direction) {
  if (shape.document() || value.is_null()) return value;
  switch (shape.type()) {
    case ShapeType::kStructure: {
      Json out = Json::object();
      for (const auto& [name, child] : value.items()) {
        const auto member = shape.FindMember(name);
        out[name] = member ? Convert(member->shape(), child, direction) : child;
      }
      return out;
    }
    case ShapeType::kList: {
      Json out = Json::array();
      for (const Json& child : value) out.push_back(Convert(shape.element().shape(), child, direction));
      return out;
    }
    case ShapeType::kMap: {
      Json out = Json::object();
      for (const auto& [key, child] : value.items()) out[key] = Convert(shape.value().shape(), child, direction);
      return out;
    }
    case ShapeType::kBlob:
      return direction == Direction::kToLine ? BytesToText(value) : TextToBytes(value);
    case ShapeType::kFloat:
    case ShapeType::kDouble:
      return direction == Direction::kToLine ? FloatToText(value) : TextToFloat(value);
    default:
      return value;
  }
}

Json ResponseLine(const HttpResponse& response) {
  Json headers = Json::object();
  for (const auto& [name, value] : response.headers) headers[name] = value;
  // The HTTP layer's part.
  if (!response.headers.Has("content-length")) headers["Content-Length"] = std::to_string(response.body.size());
  return {{"status", response.status}, {"headers", std::move(headers)}, {"body", Base64Encode(response.body)}};
}

HttpRequest RequestOf(const Json& line) {
  HttpRequest request;
  request.method = line.at("method").get<std::string>();
  request.target = line.at("uri").get<std::string>();
  const Json headers = line.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) request.headers.Add(name, value.get<std::string>());
  if (!request.headers.Has("host")) request.headers.Add("Host", line.value("host", "localhost"));
  if (const auto body = Base64Decode(line.value("body", ""))) request.body = *body;
  return request;
}

Json Parse(const ServiceModel& model, const Json& message) {
  const HttpRequest request = RequestOf(message.at("request"));
  const auto forced = ForcedProtocol(message, model);
  const Protocol protocol = forced ? *forced : DetectProtocol(model, request);
  const EncodeContext context = MakeEncodeContext(request, RequestIdOf(protocol, true));
  auto operation = ResolveOperation(model, protocol, request);
  // Deprecated twins (S3's GetBucketLifecycle) share method and URI with the operation that a request resolves to.
  if (const auto named = model.FindOperation(message.value("operation", ""))) operation = *named;
  if (!operation.ok()) return ResponseLine(EncodeError(model, protocol, operation.error(), context));
  const auto input = DecodeInput(*operation, protocol, request);
  if (!input.ok()) return ResponseLine(EncodeError(model, protocol, input.error(), context));
  if (message.value("validate", true)) {
    // Smithy's cases for its own framework word violations differently from AWS.
    const bool smithy = model.name().find('#') != std::string_view::npos;
    const auto dialect = smithy ? internal::ValidationDialect::kSmithy : internal::ValidationDialect::kAws;
    if (const auto valid = internal::ValidateInput(*operation, protocol, *input, dialect); !valid.ok()) {
      return ResponseLine(EncodeError(model, protocol, valid.error(), context));
    }
  }
  Json params = operation->input() ? Convert(*operation->input(), *input, Direction::kToLine) : *input;
  return {{"operation", std::string(operation->name())}, {"params", std::move(params)}};
}

std::optional<Shape> EventStreamOf(const Operation& operation) {
  const auto output = operation.output();
  for (std::size_t i = 0; output && i < output->member_count(); ++i) {
    if (output->member(i).shape().eventstream()) return output->member(i).shape();
  }
  return std::nullopt;
}

void AppendEvents(const Operation& operation, Protocol protocol, const Json& events, HttpResponse& response) {
  const auto stream = EventStreamOf(operation);
  if (!stream) throw std::runtime_error("the operation has no event stream");
  for (const Json& event : events) {
    if (!event.is_object() || event.empty()) throw std::runtime_error("an event is an object with one member");
    const std::string& name = event.begin().key();
    const Json& value = event.begin().value();
    const auto member = stream->FindMember(name);
    if (!member) throw std::runtime_error("the event stream has no event " + name);
    const Json converted = Convert(member->shape(), value, Direction::kFromLine);
    if (member->shape().is_error()) {
      const AwsError error{
          .code = name, .message = converted.value("message", ""), .fields = std::make_shared<Json>(converted)};
      response.body += EncodeEventError(*stream, protocol, error);
    } else {
      response.body += EncodeEvent(*stream, protocol, name, converted);
    }
  }
}

Json Serialize(const ServiceModel& model, const Json& message) {
  const auto forced = ForcedProtocol(message, model);
  const Protocol protocol = forced ? *forced : model.primary_protocol();
  const bool is_error = message.contains("error") && message["error"].is_string();
  const EncodeContext context{.request_id = message.value("request_id", RequestIdOf(protocol, is_error))};
  const auto operation = model.FindOperation(message.at("operation").get<std::string>());
  if (!operation) return {{"unsupported", true}};
  const Json params = message.contains("params") && message["params"].is_object() ? message["params"] : Json::object();
  if (is_error) {
    AwsError error{.code = message["error"].get<std::string>(), .message = ""};
    if (const auto shape = model.FindError(error.code)) {
      const auto fields = std::make_shared<Json>(Convert(*shape, params, Direction::kFromLine));
      error.message = fields->value("message", fields->value("Message", ""));
      error.fields = fields;
    }
    return ResponseLine(EncodeError(model, protocol, error, context));
  }
  const Json output =
      operation->output() ? Convert(*operation->output(), params, Direction::kFromLine) : Json::object();
  HttpResponse response = EncodeOutput(*operation, protocol, output, context);
  if (const auto events = message.find("events"); events != message.end())
    AppendEvents(*operation, protocol, *events, response);
  return ResponseLine(response);
}

Json Answer(Models& models, const Json& message) {
  const ServiceModel model = models.Find(message);
  const auto op = message.at("op").get<std::string>();
  if (op == "parse") return Parse(model, message);
  if (op == "serialize") return Serialize(model, message);
  throw std::runtime_error("unknown op " + op);
}

int Run() {
  Models models;
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.empty()) continue;
    Json answer;
    Json id;
    try {
      const Json message = Json::parse(line);
      id = message.value("id", Json());
      answer = Answer(models, message);
    } catch (const std::exception& error) {
      answer = {{"unsupported", true}, {"reason", error.what()}};
    }
    answer["id"] = id;
    std::cout << answer.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n" << std::flush;
  }
  return 0;
}

}  // namespace
}  // namespace stratolite::wire

int main() { return stratolite::wire::Run(); }
