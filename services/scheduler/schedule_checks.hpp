#pragma once

#include "stratolite/base/json.hpp"
#include "stratolite/ports/operation_caller.hpp"
#include "stratolite/service/service.hpp"

/// What CreateSchedule and UpdateSchedule ask of a definition, beyond what the model says.
namespace stratolite::scheduler {

/// The definition with the defaults that GetSchedule shows, or a ValidationException. `caller`: null when nobody calls operations; then universal targets are
/// taken as they are.
Result<Json> CheckDefinition(const Call& call, const ports::OperationCaller* caller);

/// `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`, taken apart; nullopt: no universal target.
struct UniversalTarget {
  std::string service;
  std::string operation;
};
std::optional<UniversalTarget> ParseUniversalTarget(const Arn& arn);

}  // namespace stratolite::scheduler
