#include "s3/select/errors.hpp"
#include "s3/select/query.hpp"
#include "stratolite/base/numbers.hpp"

namespace stratolite::s3::select {
namespace {

// `_3`: 3.
std::optional<std::size_t> PositionOf(const PathStep& step) {
  if (step.name.size() < 2 || step.name[0] != '_' || step.name[1] == '-') return std::nullopt;
  return ParseWholeNumber<std::size_t>(std::string_view(step.name).substr(1));
}

void DropAlias(const Query& query, Expression& path) {
  if (path.path.front().Names(query.alias)) path.path.erase(path.path.begin());
}

Result<std::size_t> FindHeader(const PathStep& step, const std::vector<std::string>& headers) {
  std::size_t found = Expression::kNoColumn;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (!step.Names(headers[i])) continue;
    if (found != Expression::kNoColumn) return SelectError("AmbiguousFieldName");
    found = i;
  }
  if (found == Expression::kNoColumn) return SelectError("MissingHeaders");
  return found;
}

}  // namespace

Result<void> BindColumns(Query& query, const std::vector<std::string>* headers) {
  for (Expression* const path : query.paths) {
    const bool qualified = path->path.size() > 1;
    if (qualified) DropAlias(query, *path);
    if (path->path.size() != 1 || path->path.front().kind != PathStep::Kind::kName)
      return SelectError("InvalidKeyPath");
    const PathStep& step = path->path.front();
    if (const auto position = PositionOf(step)) {
      if (*position == 0) return SelectError("InvalidColumnIndex");
      path->column = *position - 1;
    } else if (headers != nullptr) {
      ASSIGN_OR_RETURN(path->column, FindHeader(step, *headers));
    } else {
      return SelectError("MissingHeaders");
    }
  }
  return {};
}

void BindRecords(Query& query) {
  for (Expression* const path : query.paths) DropAlias(query, *path);
}

}  // namespace stratolite::s3::select
