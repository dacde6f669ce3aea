#include "wire/operation_router.hpp"

#include <string>
#include <tuple>

#include "stratolite/base/encoding.hpp"
#include "wire/protocol_detection.hpp"
#include "wire/uri_template.hpp"

namespace stratolite::wire {
namespace internal {
namespace {

struct Candidate {
  Specificity path;
  int query_constants = 0;
  /// Required query parameters and headers that the request has; -1 when one is missing.
  int required_present = 0;
  bool named = false;
  bool current = false;

  bool operator>(const Candidate& other) const {
    return std::tie(path, query_constants, required_present, named, current) >
           std::tie(other.path, other.query_constants, other.required_present, other.named, other.current);
  }
};

int RequiredPresent(const Operation& operation, const HttpRequest& request) {
  const auto input = operation.input();
  if (!input) return 0;
  int present = 0;
  for (std::size_t i = 0; i < input->member_count(); ++i) {
    const Member member = input->member(i);
    if (!member.required()) continue;
    if (member.location() == Location::kQueryString) {
      if (!FindQueryValue(request.query(), member.wire_name())) return -1;
      ++present;
    } else if (member.location() == Location::kHeader) {
      if (!request.headers.Has(member.wire_name())) return -1;
      ++present;
    }
  }
  return present;
}

}  // namespace

std::optional<Operation> RouteRest(const ServiceModel& model, const HttpRequest& request) {
  const std::string_view path = request.path();
  const std::string_view query = request.query();
  const auto wanted = FindQueryValue(query, "x-id");
  std::optional<Operation> best;
  Candidate best_score;
  for (std::size_t i = 0; i < model.operation_count(); ++i) {
    const Operation operation = model.operation(i);
    if (operation.http_method() != request.method) continue;
    const std::string_view uri = operation.request_uri();
    const auto mark = uri.find('?');
    Candidate score;
    // The query first: it is short, and in S3 it tells nearly all operations apart.
    if (mark != std::string_view::npos) {
      const auto constants = MatchQuery(uri.substr(mark + 1), query);
      if (!constants) continue;
      score.query_constants = *constants;
    }
    const auto specificity = MatchPath(uri.substr(0, mark), path, nullptr);
    if (!specificity) continue;
    score.path = *specificity;
    if (best && std::tie(score.path, score.query_constants) < std::tie(best_score.path, best_score.query_constants))
      continue;
    score.required_present = RequiredPresent(operation, request);
    score.named = wanted && *wanted == operation.name();
    score.current = !operation.deprecated();
    if (!best || score > best_score) {
      best = operation;
      best_score = score;
    }
  }
  return best;
}

}  // namespace internal

namespace {

Result<Operation> UnknownOperation(int status) {
  return AwsError{.code = "UnknownOperationException", .message = "", .http_status = status};
}

Result<Operation> ResolveAction(const ServiceModel& model, Protocol protocol, const HttpRequest& request) {
  const auto action = internal::FormParameter(request, "Action");
  if (!action)
    return AwsError{
        .code = "MissingAction", .message = "The request must contain the parameter Action.", .http_status = 400};
  if (const auto operation = model.FindOperation(*action)) return *operation;
  // EC2's front end has words of its own.
  std::string message = "The action " + *action + " is not valid for this web service.";
  if (protocol == Protocol::kQuery) {
    const auto version = internal::FormParameter(request, "Version");
    message = "Could not find operation " + *action + " for version " + version.value_or("NO_VERSION_SPECIFIED");
  }
  return AwsError{.code = "InvalidAction", .message = std::move(message), .http_status = 400};
}

}  // namespace

Result<Operation> ResolveOperation(const ServiceModel& model, Protocol protocol, const HttpRequest& request) {
  std::optional<Operation> found;
  switch (protocol) {
    case Protocol::kQuery:
    case Protocol::kEc2:
      return ResolveAction(model, protocol, request);
    case Protocol::kJson10:
    case Protocol::kJson11: {
      const auto target = internal::FindTarget(request);
      if (!target) return UnknownOperation(400);
      // Services that AWS also answers as JSON without saying so in their model (STS) have no prefix to check.
      if (!model.target_prefix().empty() && target->prefix != model.target_prefix()) return UnknownOperation(400);
      found = model.FindOperation(target->operation);
      if (!found) return UnknownOperation(400);
      return *found;
    }
    case Protocol::kRpcV2Cbor: {
      const auto path = internal::FindRpcPath(request);
      if (!path || request.method != "POST") return UnknownOperation(404);
      found = model.FindOperation(path->operation);
      break;
    }
    case Protocol::kRestJson:
    case Protocol::kRestXml:
      found = internal::RouteRest(model, request);
      break;
  }
  if (!found) return UnknownOperation(404);
  return *found;
}

}  // namespace stratolite::wire
