#include "support/service_harness.hpp"

#include <chrono>
#include <optional>
#include <span>

#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/wire/codec.hpp"
#include "stratolite/wire/memory_body.hpp"
#include "stratolite/wire/model_registry.hpp"

namespace stratolite::testing {
namespace {

using namespace std::chrono_literals;

// 2026-01-02T03:04:05Z: any fixed moment does; this one is far from midnight and month ends.
constexpr TimePoint kStart{std::chrono::seconds(1767323045)};

void ReportUnknownMembers(const wire::Shape& shape, const Json& value, const std::string& path) {
  if (shape.document() || value.is_null()) return;
  switch (shape.type()) {
    case wire::ShapeType::kStructure:
      for (const auto& [name, member] : value.items()) {
        const auto known = shape.FindMember(name);
        if (!known) {
          ADD_FAILURE() << "the model has no output member " << path << "." << name;
        } else {
          ReportUnknownMembers(known->shape(), member, path + "." + name);
        }
      }
      break;
    case wire::ShapeType::kList:
      for (const auto& element : value) ReportUnknownMembers(shape.element().shape(), element, path + "[]");
      break;
    case wire::ShapeType::kMap:
      for (const auto& element : value) ReportUnknownMembers(shape.value().shape(), element, path + "{}");
      break;
    default:
      break;
  }
}

/// A call, the body it reads and the reply it fills.
struct CallWithBody {
  stratolite::Call call;
  Reply reply;
  std::optional<wire::MemoryBodyReader> body;

  void TakeBody(Json& input) {
    const auto found = input.find("Body");
    std::string text;
    if (found != input.end()) {
      if (found->is_binary()) {
        text.assign(found->get_binary().begin(), found->get_binary().end());
      } else {
        text = found->get<std::string>();
      }
      input.erase(found);
    }
    call.body = &body.emplace(std::move(text));
  }
};

Json ReadAll(wire::BodyProducer& producer) {
  std::string all;
  std::string chunk;
  while (producer.Next(chunk)) all += chunk;
  return ToJsonBlob(all);
}

}  // namespace

ServiceHarness::ServiceHarness(std::vector<ServiceDescriptor> descriptors)
    : service(descriptors.front().name), descriptors_(std::move(descriptors)) {
  WorldOptions options;
  options.seed = 1;
  world_ = World::Open(options, descriptors_);
  world_->clock().Freeze();
  world_->clock().Set(kStart);
  caller.type = auth::PrincipalType::kRoot;
  caller.account = scope.account;
  caller.arn = "arn:aws:iam::" + scope.account.str() + ":root";
  caller.user_id = scope.account.str();
}

ServiceHarness::~ServiceHarness() { world_->Stop(); }

bool ServiceHarness::Pending::done() const { return outcome.wait_for(0s) == std::future_status::ready; }

const ServiceDescriptor& ServiceHarness::descriptor() const { return *world_->FindDescriptor(service); }

std::shared_ptr<Call> ServiceHarness::MakeCall(std::string_view operation, Json input,
                                               runtime::CancellationToken token) {
  auto whole = std::make_shared<CallWithBody>();
  const std::shared_ptr<stratolite::Call> call(whole, &whole->call);
  call->reply = &whole->reply;
  if (const auto model = wire::FindLinkedModel(service)) call->model = model->FindOperation(operation);
  if (call->model && call->model->has_streaming_input()) whole->TakeBody(input);
  call->operation = call->model ? call->model->name() : operation;
  call->protocol = protocol;
  call->input = std::move(input);
  call->scope = scope;
  call->names_region = names_region;
  call->caller = caller;
  call->access_key_id = access_key_id;
  call->endpoint = endpoint;
  call->request_id = world_->random().Uuid();
  call->source_ip = "127.0.0.1";
  call->cancellation = std::move(token);
  return call;
}

void ServiceHarness::CheckOutput(const stratolite::Call& call, const Result<Json>& outcome) {
  if (!outcome.ok() || !call.model) return;
  if (const auto shape = call.model->output()) {
    ReportUnknownMembers(*shape, *outcome, std::string(call.operation));
  } else {
    EXPECT_TRUE(outcome->empty()) << call.operation << " has no output in the model";
  }
}

ServiceHarness::Pending ServiceHarness::Start(std::string_view operation, Json input) {
  Pending pending;
  auto call = MakeCall(operation, std::move(input), pending.cancel.token());
  auto promise = std::make_shared<std::promise<Result<Json>>>();
  pending.outcome = promise->get_future();
  if (descriptor().validates_input && call->model) {
    if (auto valid = wire::ValidateInput(*call->model, call->protocol, call->input); !valid.ok()) {
      promise->set_value(std::move(valid).error());
      return pending;
    }
  }
  world_->Dispatch(service, call, [this, call, promise](Result<Json> outcome) {
    if (outcome.ok() && call->reply->body) (*outcome)["Body"] = ReadAll(*call->reply->body);
    last_http_status = call->reply->http_status;
    CheckOutput(*call, outcome);
    promise->set_value(std::move(outcome));
  });
  return pending;
}

Result<Json> ServiceHarness::Call(std::string_view operation, Json input) {
  Pending pending = Start(operation, std::move(input));
  if (pending.outcome.wait_for(10s) != std::future_status::ready) {
    ADD_FAILURE() << operation << " did not end";
    pending.cancel.Cancel();
  }
  return pending.outcome.get();
}

Json ServiceHarness::MustCall(std::string_view operation, Json input) {
  auto outcome = Call(operation, std::move(input));
  if (outcome.ok()) return *std::move(outcome);
  ADD_FAILURE() << operation << ": " << outcome.error().code << ": " << outcome.error().message;
  return nullptr;
}

std::string ServiceHarness::ErrorCode(std::string_view operation, Json input) {
  const auto outcome = Call(operation, std::move(input));
  if (!outcome.ok()) return outcome.error().code;
  ADD_FAILURE() << operation << " succeeded: " << outcome->dump();
  return {};
}

void ServiceHarness::Advance(Duration by) { world_->Advance(by); }

TimePoint ServiceHarness::Now() { return world_->clock().Now(); }

}  // namespace stratolite::testing
