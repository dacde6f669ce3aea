#include "pipes/pipe_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pipes/enrichment.hpp"
#include "pipes/errors.hpp"
#include "stratolite/service/event_router.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::pipes {
namespace {

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html, -event-target.html, pipes-enrichment.html
constexpr std::array<std::string_view, 5> kSourceServices = {"sqs", "kinesis", "dynamodb", "kafka", "mq"};
constexpr std::array<std::string_view, 14> kTargetServices = {
    "sqs", "sns", "events", "lambda",   "states",      "logs",     "kinesis",
    "ecs", "ecr", "batch",  "firehose", "execute-api", "redshift", "sagemaker"};
constexpr std::array<std::string_view, 4> kEnrichmentServices = {"lambda", "states", "events", "execute-api"};

constexpr std::int64_t kDefaultBatchSize = 10;
constexpr std::int64_t kMaxUnwindowedBatch = 10;
constexpr std::int64_t kMaxFifoBatch = 10;
/// Of targets with an operation for several.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
constexpr std::int64_t kMaxBatchOfCalls = 10;

template <std::size_t N>
bool IsOneOf(const std::array<std::string_view, N>& known, std::string_view service) {
  return std::find(known.begin(), known.end(), service) != known.end();
}

Result<Arn> ReadArn(const Json& settings, const char* name) {
  const std::string text = Fields(settings).StringOr(name, "");
  std::optional<Arn> arn = Arn::Parse(text);
  if (!arn) return Invalid(fmt::format("{} {} is not a valid ARN.", name, text));
  return *std::move(arn);
}

Result<std::optional<InputTemplate>> ReadTemplate(const Json& settings, const char* parameters) {
  const std::string text = Fields(Fields(settings).Object(parameters)).StringOr("InputTemplate", "");
  if (text.empty()) return std::optional<InputTemplate>();
  ASSIGN_OR_RETURN(InputTemplate parsed, InputTemplate::Parse(text));
  return std::optional<InputTemplate>(std::move(parsed));
}

/// One call for each event: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
bool TakesSingleEvents(std::string_view arn) { return arn.find(":api-destination/") != std::string_view::npos; }

Result<void> ReadSource(PipePlan& plan) {
  const std::string text = Fields(plan.pipe.settings).StringOr("Source", "");
  if (text.starts_with("smk://")) return PartNotImplemented("source", text);
  ASSIGN_OR_RETURN(plan.source, ReadArn(plan.pipe.settings, "Source"));
  if (!IsOneOf(kSourceServices, plan.source.service))
    return Invalid(fmt::format("{} is not supported as a source of pipes.", text));
  if (plan.source.service != "sqs") return PartNotImplemented("source", text);
  const Json& parameters = Fields(plan.pipe.settings).Object("SourceParameters");
  for (const auto& [name, ignored] : parameters.items()) {
    if (name != "FilterCriteria" && name != "SqsQueueParameters")
      return Invalid(fmt::format("{} are not those of the source {}.", name, text));
  }
  const Fields queue(Fields(parameters).Object("SqsQueueParameters"));
  const std::int64_t batch_size = queue.IntOr("BatchSize", DefaultBatchSize(plan.pipe.settings));
  const std::int64_t window = queue.IntOr("MaximumBatchingWindowInSeconds", 0);
  const bool fifo = plan.source.resource.ends_with(".fifo");
  if (fifo && window > 0) return Invalid("MaximumBatchingWindowInSeconds is not supported for FIFO queues.");
  if (fifo && batch_size > kMaxFifoBatch) return Invalid("The BatchSize of FIFO queues is 10 at most.");
  if (batch_size > kMaxUnwindowedBatch && window == 0)
    return Invalid("A BatchSize above 10 needs a MaximumBatchingWindowInSeconds of 1 at least.");
  plan.batch_size = static_cast<std::size_t>(batch_size);
  plan.window = std::chrono::seconds(window);
  for (const Json& filter : Fields(Fields(parameters).Object("FilterCriteria")).List("Filters")) {
    Result<patterns::EventPattern> pattern = patterns::EventPattern::Parse(Fields(filter).StringOr("Pattern", ""));
    if (!pattern.ok()) return Invalid(pattern.error().message);
    plan.filters.push_back(*std::move(pattern));
  }
  return {};
}

Result<void> ReadTarget(PipePlan& plan) {
  ASSIGN_OR_RETURN(plan.target, ReadArn(plan.pipe.settings, "Target"));
  if (!IsOneOf(kTargetServices, plan.target.service))
    return Invalid(fmt::format("{} is not supported as a target of pipes.", plan.target.ToString()));
  if (plan.batch_size > 1 && (TakesSingleEvents(plan.target.ToString()) ||
                              TakesSingleEvents(Fields(plan.pipe.settings).StringOr("Enrichment", ""))))
    return Invalid("The BatchSize must be 1: API destinations take one event at a time.");
  const bool takes_batches =
      plan.target.service == "sqs" || plan.target.service == "sns" || plan.target.resource.starts_with("event-bus/");
  if (takes_batches && static_cast<std::int64_t>(plan.batch_size) > kMaxBatchOfCalls)
    return Invalid("The BatchSize is larger than the target supports: 10.");
  ASSIGN_OR_RETURN(plan.target_template, ReadTemplate(plan.pipe.settings, "TargetParameters"));
  return {};
}

Result<void> ReadEnrichment(PipePlan& plan) {
  if (Fields(plan.pipe.settings).StringOr("Enrichment", "").empty()) return {};
  ASSIGN_OR_RETURN(plan.enrichment, ReadArn(plan.pipe.settings, "Enrichment"));
  if (!IsOneOf(kEnrichmentServices, plan.enrichment->service))
    return Invalid(fmt::format("{} is not supported as an enrichment of pipes.", plan.enrichment->ToString()));
  ASSIGN_OR_RETURN(plan.enrichment_template, ReadTemplate(plan.pipe.settings, "EnrichmentParameters"));
  return {};
}

}  // namespace

std::int64_t DefaultBatchSize(const Json& settings) {
  const Fields in(settings);
  const bool single = TakesSingleEvents(in.StringOr("Target", "")) || TakesSingleEvents(in.StringOr("Enrichment", ""));
  return single ? 1 : kDefaultBatchSize;
}

PipeVariables PipePlan::VariablesAt(TimePoint now) const {
  return {.pipe_arn = arn.ToString(),
          .pipe_name = pipe.name,
          .source_arn = source.ToString(),
          .enrichment_arn = enrichment ? enrichment->ToString() : std::string(),
          .target_arn = target.ToString(),
          .ingestion_time = now};
}

const Json& PipePlan::target_parameters() const { return Fields(pipe.settings).Object("TargetParameters"); }

const Json& PipePlan::enrichment_parameters() const { return Fields(pipe.settings).Object("EnrichmentParameters"); }

bool PipePlan::Passes(const PipeEvent& event) const {
  return filters.empty() || std::any_of(filters.begin(), filters.end(), [&](const patterns::EventPattern& filter) {
           return filter.Matches(event.view);
         });
}

Result<PipePlan> MakePlan(Pipe pipe) {
  PipePlan plan;
  plan.pipe = std::move(pipe);
  plan.arn = plan.pipe.arn();
  RETURN_IF_ERROR(ReadSource(plan));
  RETURN_IF_ERROR(ReadEnrichment(plan));
  RETURN_IF_ERROR(ReadTarget(plan));
  return plan;
}

Result<void> CheckParts(const ServiceDeps& deps, const PipePlan& plan) {
  DeliveryTarget* const source = deps.events.FindTarget(plan.source);
  if (source == nullptr) return PartNotImplemented("source", plan.source.ToString());
  if (!source->CheckTarget(plan.source).ok())
    return Invalid(fmt::format("The source {} does not exist.", plan.source.ToString()));
  if (deps.events.FindTarget(plan.target) == nullptr) return PartNotImplemented("target", plan.target.ToString());
  if (plan.enrichment && !CanEnrich(deps, *plan.enrichment))
    return PartNotImplemented("enrichment", plan.enrichment->ToString());
  return {};
}

}  // namespace stratolite::pipes
