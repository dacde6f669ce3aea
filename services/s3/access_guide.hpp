#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/copy_source.hpp"
#include "s3/parts.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite::s3 {

/// What `needs` have in common, from the request: the access point that it came through, how it was signed, what it wants to set. Thread-safe. Blocks.
void AddRequestFacts(Parts& parts, const Call& call, std::vector<AccessNeed>& needs);

/// What decisions about buckets and objects need beside the table of permissions: owners and policies of buckets, the block of public access, sources of
/// copies, tags of objects, how the request was signed. `parts` outlives it. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
class S3AccessGuide final : public AccessGuide {
 public:
  explicit S3AccessGuide(Parts& parts) : parts_(parts) {}

  void Refine(const Call& call, std::vector<AccessNeed>& needs) override;
  ResourceFacts FactsOf(const Call& call, const AccessNeed& need) override;

 private:
  std::optional<Object> FindObject(const std::string& bucket, std::string_view key,
                                   const std::optional<std::string>& version);
  void AddSource(const Call& call, std::vector<AccessNeed>& needs);
  void AddListing(const std::string& bucket, std::string_view key, const std::optional<std::string>& version,
                  std::vector<AccessNeed>& needs);

  Parts& parts_;
};

}  // namespace stratolite::s3
