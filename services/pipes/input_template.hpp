#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"
#include "stratolite/patterns/json_path.hpp"

namespace stratolite::pipes {

/// What one event looks like to templates and dynamic parameters. Plain data.
struct PipeEvent {
  /// JSON, as it is passed on where no template changes it: a queue's message with its body as the text it is.
  std::string text;
  /// The same as a tree, its payload (`body`) as the JSON it holds where it holds an object or a list.
  Json view;
};

/// `<aws.pipes.…>`. Plain data.
struct PipeVariables {
  std::string pipe_arn;
  std::string pipe_name;
  std::string source_arn;
  std::string enrichment_arn;
  std::string target_arn;
  TimePoint ingestion_time;
};

/// An InputTemplate: text with `<$.json.path>` and `<aws.pipes.variable>` in it. In a template that starts as a JSON object or list, values are written as
/// JSON: strings get quotes where they have none. In any other they are written as text. An object or list within quotes or text loses its quotes; what is
/// not there is an empty string. Immutable. Thread-safe.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
class InputTemplate {
 public:
  /// ValidationException: a path or a variable that AWS does not know.
  static Result<InputTemplate> Parse(std::string_view text);
  std::string Render(const PipeEvent& event, const PipeVariables& variables) const;

 private:
  enum class Variable {
    kPath,
    kPipeArn,
    kPipeName,
    kSourceArn,
    kEnrichmentArn,
    kTargetArn,
    kIngestionTime,
    kEvent,
    kEventJson
  };
  struct Placeholder {
    Variable variable = Variable::kPath;
    std::optional<patterns::JsonPath> path;
    bool quoted = false;
    /// The text that follows it.
    std::string after;
  };
  InputTemplate() = default;
  static std::optional<Placeholder> ParsePlaceholder(std::string_view inside);
  static std::optional<Json> ValueOf(const Placeholder& placeholder, const PipeEvent& event,
                                     const PipeVariables& variables);

  bool json_ = false;
  std::string before_;
  std::vector<Placeholder> placeholders_;
};

}  // namespace stratolite::pipes
