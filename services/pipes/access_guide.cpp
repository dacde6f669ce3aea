#include "pipes/access_guide.hpp"

#include <string_view>

#include "pipes/pipe_store.hpp"

namespace stratolite::pipes {

ResourceFacts PipeAccessGuide::FactsOf(const Call&, const AccessNeed& need) {
  static constexpr std::string_view kPipeResource = "pipe/";
  ResourceFacts facts;
  const auto arn = Arn::Parse(need.resource);
  if (!arn || arn->service != "pipes" || !arn->resource.starts_with(kPipeResource)) return facts;
  const auto pipe = db_.Read([&](storage::Reader& reader) {
    return FindPipe(reader, {AccountId(arn->account), Region(arn->region)},
                    std::string_view(arn->resource).substr(kPipeResource.size()));
  });
  if (pipe) facts.tags.insert(pipe->tags.begin(), pipe->tags.end());
  return facts;
}

}  // namespace stratolite::pipes
