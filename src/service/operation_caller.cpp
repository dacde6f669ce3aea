#include "service/operation_caller.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "stratolite/base/encoding.hpp"
#include "stratolite/service/errors.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/json_input.hpp"
#include "stratolite/wire/memory_body.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite {
namespace {

/// For URLs in answers: nobody has addressed us by any name.
constexpr std::string_view kInnerEndpoint = "http://localhost:4566";

/// A call that owns what it refers to.
struct InnerCall {
  Call call;
  Reply reply;
  wire::Headers headers;
  std::unique_ptr<wire::MemoryBodyReader> body;
};

/// SDKs for Java, whose names universal targets have, call a service by its id: `CloudWatch Logs` is `cloudwatchlogs`, `EventBridge` is not `events`.
bool IsIdOf(std::string_view service_id, std::string_view name) {
  std::string packed = AsciiLower(service_id);
  std::erase_if(packed, [](char c) { return c == ' ' || c == '-'; });
  return packed == AsciiLower(name);
}

std::optional<wire::ServiceModel> FindModel(std::string_view service) {
  if (auto model = wire::FindLinkedModel(service)) return model;
  for (const wire::ModelIndexEntry& entry : wire::LinkedModelIndex()) {
    if (IsIdOf(entry.service_id, service)) return wire::FindLinkedModel(entry.name);
  }
  return std::nullopt;
}

std::optional<wire::Operation> FindOperation(std::string_view service, std::string_view operation) {
  const auto model = FindModel(service);
  if (!model || operation.empty()) return std::nullopt;
  std::string name(operation);
  if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return model->FindOperation(name);
}

AwsError UnknownOperation(std::string_view service, std::string_view operation) {
  return {.code = "UnknownOperationException",
          .message = "There is no operation " + std::string(operation) + " of a service " + std::string(service) + "."};
}

/// What an SDK does before it sends.
void FillIdempotencyTokens(const wire::Operation& operation, Json& input, runtime::Random& random) {
  const auto shape = operation.input();
  for (std::size_t i = 0; shape && i < shape->member_count(); ++i) {
    const wire::Member member = shape->member(i);
    if (member.idempotency_token() && !input.contains(member.name())) input[std::string(member.name())] = random.Uuid();
  }
}

/// Handlers read a streaming blob from the call's body, not from its input.
std::unique_ptr<wire::MemoryBodyReader> TakeBody(const wire::Operation& operation, Json& input) {
  if (!operation.has_streaming_input()) return nullptr;
  std::string body;
  if (const auto found = input.find(operation.input()->payload()); found != input.end() && found->is_binary()) {
    const Json::binary_t& bytes = found->get_ref<const Json::binary_t&>();
    body.assign(bytes.begin(), bytes.end());
    input.erase(found);
  }
  return std::make_unique<wire::MemoryBodyReader>(std::move(body));
}

}  // namespace

bool DispatchingCaller::Knows(std::string_view service, std::string_view operation) const {
  return operation.empty() ? FindModel(service).has_value() : FindOperation(service, operation).has_value();
}

void DispatchingCaller::Call(const Request& request, Done done) {
  if (!FindModel(request.service)) return done(NotImplemented(request.service, request.operation));
  const auto operation = FindOperation(request.service, request.operation);
  if (!operation) return done(UnknownOperation(request.service, request.operation));
  const std::string_view service = operation->service().name();
  auto input = wire::DecodeJsonInput(*operation, request.input);
  if (!input.ok()) return done(std::move(input).error());
  FillIdempotencyTokens(*operation, *input, random_);

  const wire::Protocol protocol = operation->service().primary_protocol();
  const ServiceDescriptor* const descriptor = world_.FindDescriptor(service);
  if (descriptor != nullptr && descriptor->validates_input) {
    auto valid = wire::ValidateInput(*operation, protocol, *input);
    if (!valid.ok()) return done(std::move(valid).error());
  }
  const auto inner = std::make_shared<InnerCall>();
  inner->body = TakeBody(*operation, *input);
  stratolite::Call& call = inner->call;
  call.operation = operation->name();
  call.model = *operation;
  call.protocol = protocol;
  call.input = *std::move(input);
  call.scope = request.scope;
  call.caller = request.caller;
  call.endpoint = kInnerEndpoint;
  call.request_id = random_.Uuid();
  // As CloudTrail shows calls that a service makes.
  call.source_ip = request.source_service;
  call.user_agent = request.source_service;
  call.body = inner->body.get();
  call.reply = &inner->reply;
  call.headers = &inner->headers;
  world_.Dispatch(service, std::shared_ptr<const stratolite::Call>(inner, &call), std::move(done));
}

}  // namespace stratolite
