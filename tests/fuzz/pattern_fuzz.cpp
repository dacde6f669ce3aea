// Patterns of service models (first line) against what clients send (the rest), and the URI templates of the REST bindings likewise.

#include "fuzz/fuzz_target.hpp"
#include "wire/pattern.hpp"
#include "wire/uri_template.hpp"

STRATOLITE_FUZZ_TARGET(Patterns) {
  Parts parts(input);
  const std::string_view expression = parts.Line();
  const std::string_view text = parts.Rest();
  const wire::internal::Pattern pattern(expression);
  const bool matches = pattern.Matches(text);
  Demand(!matches || pattern.Finds(text), "what matches as a whole is found");
  Demand(pattern.supported() || matches, "an expression that is left out refuses nothing");

  std::vector<wire::internal::Label> labels;
  Parts uri(text);
  const std::string_view path = uri.Line();
  if (wire::internal::MatchPath(expression, path, &labels)) {
    for (const auto& label : labels) {
      Demand(!label.value.empty(), "a label is never empty");
      Demand(label.value.data() >= path.data() && label.value.data() + label.value.size() <= path.data() + path.size(),
             "a label is a part of the path");
    }
  }
  const std::string_view query = uri.Rest();
  if (const auto count = wire::internal::MatchQuery(expression, query)) Demand(*count >= 0, "matches are counted");
  wire::internal::FindQueryValue(query, expression);
}
