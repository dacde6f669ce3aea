#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace stratolite::wire::internal {

/// The REST bindings' URI templates (`/{Bucket}/{Key+}?uploads`) against raw request paths. Nothing is decoded or copied.
/// https://smithy.io/2.0/spec/http-bindings.html#uri All functions: Thread-safe.

/// How specific a template is: compared member by member, more is more specific.
struct Specificity {
  int literal_segments = 0;
  int labels = 0;
  int query_literals = 0;
  auto operator<=>(const Specificity&) const = default;
};

struct Label {
  std::string_view name;
  /// Raw, still percent-encoded.
  std::string_view value;
};

/// Matches a template's path part. Labels are never empty; a greedy label takes what the segments after it leave.
/// One slash at the end of the path is forgiven where the template has none. nullopt: no match. `labels` may be null.
std::optional<Specificity> MatchPath(std::string_view path_template, std::string_view path, std::vector<Label>* labels);

/// Whether `query` has every constant of a template's query part (`uploads`, `list-type=2`); counts them.
std::optional<int> MatchQuery(std::string_view query_template, std::string_view query);

/// The raw value of `name`, however its letters are encoded, in a raw query string; empty for a bare name. nullopt: absent.
std::optional<std::string_view> FindQueryValue(std::string_view query, std::string_view name);

}  // namespace stratolite::wire::internal
