#include "scheduler/schedule_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "scheduler/errors.hpp"
#include "stratolite/base/json_text.hpp"
#include "stratolite/runtime/schedule_expression.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::scheduler {
namespace {

constexpr std::string_view kUniversalResource = "aws-sdk:";

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
constexpr std::array<std::string_view, 13> kTemplatedServices{
    "codebuild", "codepipeline", "ecs",       "events", "firehose", "inspector", "kinesis",
    "lambda",    "sagemaker",    "scheduler", "sns",    "sqs",      "states"};

struct ParameterBlock {
  std::string_view name;
  std::string_view service;
};
constexpr std::array<ParameterBlock, 7> kParameterBlocks{{{"EcsParameters", "ecs"},
                                                          {"EventBridgeParameters", "events"},
                                                          {"EventBridgePutEventsV2Parameters", "events"},
                                                          {"EventBridgePutRawEventsParameters", "events"},
                                                          {"KinesisParameters", "kinesis"},
                                                          {"SageMakerPipelineParameters", "sagemaker"},
                                                          {"SqsParameters", "sqs"}}};
/// Without which a templated target of the service cannot be called.
constexpr std::array<ParameterBlock, 2> kNeededBlocks{{{"EcsParameters", "ecs"}, {"KinesisParameters", "kinesis"}}};

constexpr int kDefaultEventAge = 86'400;
constexpr int kDefaultRetryAttempts = 185;

bool IsReadOnly(std::string_view operation) {
  constexpr std::array<std::string_view, 4> kReading{"get", "describe", "list", "batchGet"};
  return std::ranges::any_of(kReading, [&](std::string_view prefix) { return operation.starts_with(prefix); });
}

Result<void> CheckWindow(const Fields& window) {
  const bool flexible = window.StringOr("Mode", "") == "FLEXIBLE";
  if (flexible && !window.Has("MaximumWindowInMinutes"))
    return Invalid("MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.");
  if (!flexible && window.Has("MaximumWindowInMinutes"))
    return Invalid("MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.");
  return {};
}

Result<void> CheckUniversal(const UniversalTarget& target, const Fields& in, const ports::OperationCaller* caller) {
  // "Universal targets … don't support … read-only API operations, such as common GET operations": only these prefixes were seen to be refused.
  if (IsReadOnly(target.operation)) return Invalid(fmt::format("{} API is not supported.", target.operation));
  // A service that nobody here has heard of may be one that is not built: its calls will fail.
  if (caller != nullptr && caller->Knows(target.service, {}) && !caller->Knows(target.service, target.operation))
    return Invalid(fmt::format("{}:{} is not a supported API for a target.", target.service, target.operation));
  for (const ParameterBlock& block : kParameterBlocks) {
    if (in.Has(block.name)) return Invalid(fmt::format("Parameters {} not supported for the target.", block.name));
  }
  const auto input = in.OptionalString("Input");
  if (!input) return Invalid("You must provide an input to set this target for your schedule.");
  if (ParseJsonText(*input).is_discarded()) return Invalid("JSON syntax error in input for the target.");
  return {};
}

Result<void> CheckQueueTarget(const Arn& arn, const Fields& in) {
  const bool fifo = arn.resource.ends_with(".fifo");
  const bool has_group = Fields(in.Object("SqsParameters")).Has("MessageGroupId");
  if (fifo && !has_group) return Invalid("Parameters SqsParameters must be specified.");
  if (!fifo && has_group) return Invalid("Parameters MessageGroupId not valid for the target.");
  return {};
}

Result<void> CheckTemplated(const Arn& arn, const Scope& scope, const Fields& in) {
  if (arn.service == "scheduler" || std::ranges::find(kTemplatedServices, arn.service) == kTemplatedServices.end())
    return Invalid(fmt::format("{} is not a supported service for a target.", arn.service));
  if (!arn.region.empty() && arn.region != scope.region.str())
    return Invalid(fmt::format("The target ARN provided does not match the current region {}.", scope.region.str()));
  for (const ParameterBlock& block : kParameterBlocks) {
    if (in.Has(block.name) && arn.service != block.service)
      return Invalid(fmt::format("Parameters {} not supported for the target.", block.name));
  }
  for (const ParameterBlock& block : kNeededBlocks) {
    if (!in.Has(block.name) && arn.service == block.service)
      return Invalid(fmt::format("Parameters {} must be specified.", block.name));
  }
  if (arn.service == "events" && !in.Has("EventBridgeParameters") && !in.Has("EventBridgePutEventsV2Parameters") &&
      !in.Has("EventBridgePutRawEventsParameters"))
    return Invalid("Parameters EventBridgeParameters must be specified.");
  const Fields ecs(in.Object("EcsParameters"));
  if (ecs.StringOr("LaunchType", "") == "FARGATE" && !ecs.Has("NetworkConfiguration"))
    return Invalid("Parameter NetworkConfiguration must be specified for the target when launch type is FARGATE.");
  if (arn.service == "sqs") RETURN_IF_ERROR(CheckQueueTarget(arn, in));
  // "If you are configuring a templated Lambda, AWS Step Functions, or Amazon EventBridge target, the input must be a well-formed JSON."
  const bool wants_json = arn.service == "lambda" || arn.service == "states" || arn.service == "events";
  if (wants_json && in.Has("Input") && ParseJsonText(in.StringOr("Input", "")).is_discarded())
    return Invalid("JSON syntax error in input for the target.");
  return {};
}

/// With its retry policy filled in.
Result<Json> CheckTarget(const Call& call, const ports::OperationCaller* caller) {
  Json target = Fields(call.input).Object("Target");
  const Fields in(target);
  const std::string text = in.StringOr("Arn", "");
  const auto arn = Arn::Parse(text);
  if (!arn)
    return Invalid(fmt::format("Parameter {} is not valid. Reason: Provided Arn is not in correct format.", text));
  if (const auto universal = ParseUniversalTarget(*arn)) {
    RETURN_IF_ERROR(CheckUniversal(*universal, in, caller));
  } else {
    RETURN_IF_ERROR(CheckTemplated(*arn, call.scope, in));
  }
  Json& retries = target["RetryPolicy"];
  if (!retries.contains("MaximumEventAgeInSeconds")) retries["MaximumEventAgeInSeconds"] = kDefaultEventAge;
  if (!retries.contains("MaximumRetryAttempts")) retries["MaximumRetryAttempts"] = kDefaultRetryAttempts;
  return target;
}

}  // namespace

std::optional<UniversalTarget> ParseUniversalTarget(const Arn& arn) {
  if (arn.service != "scheduler" || !arn.region.empty() || !arn.account.empty() ||
      !arn.resource.starts_with(kUniversalResource))
    return std::nullopt;
  const std::string_view call = std::string_view(arn.resource).substr(kUniversalResource.size());
  const std::size_t colon = call.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == call.size()) return std::nullopt;
  return UniversalTarget{std::string(call.substr(0, colon)), std::string(call.substr(colon + 1))};
}

Result<Json> CheckDefinition(const Call& call, const ports::OperationCaller* caller) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string expression, in.String("ScheduleExpression"));
  const std::string zone = in.StringOr("ScheduleExpressionTimezone", "UTC");
  if (!runtime::ScheduleExpression::Parse(expression)) return InvalidExpression(expression);
  if (!runtime::ScheduleExpression::KnowsZone(zone)) return InvalidTimeZone(zone);
  const auto start = in.OptionalTime("StartDate");
  const auto end = in.OptionalTime("EndDate");
  if (start && end && *start >= *end) return Invalid("The StartDate you specify must come before the EndDate.");
  RETURN_IF_ERROR(CheckWindow(Fields(in.Object("FlexibleTimeWindow"))));
  ASSIGN_OR_RETURN(const Json target, CheckTarget(call, caller));
  Json definition{{"ScheduleExpression", expression},
                  {"ScheduleExpressionTimezone", zone},
                  {"State", in.StringOr("State", "ENABLED")},
                  {"ActionAfterCompletion", in.StringOr("ActionAfterCompletion", "NONE")},
                  {"FlexibleTimeWindow", in.Object("FlexibleTimeWindow")},
                  {"Target", target}};
  for (const char* name : {"Description", "KmsKeyArn", "StartDate", "EndDate"}) {
    if (const Json* given = in.Find(name)) definition[name] = *given;
  }
  return definition;
}

}  // namespace stratolite::scheduler
