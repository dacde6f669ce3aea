#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/json.hpp"
#include "stratolite/base/result.hpp"

/// What the three batch operations share.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
namespace stratolite::sqs {

struct BatchRules {
  /// `SendMessageBatchRequestEntry`, for AWS's texts.
  std::string_view entry_type;
  /// Whether TooManyEntriesInBatchRequest has an empty Detail in the Query protocol.
  bool detail_when_too_many = false;
};

/// The entries, checked as a whole: one to ten, ids present, well formed and distinct.
/// Errors: MissingParameter, EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct.
Result<std::vector<const Json*>> BatchEntries(const Json& input, const BatchRules& rules);

/// Collects the outcomes of entries into Successful and Failed; AWS leaves out whichever is empty.
class BatchOutcome {
 public:
  void Succeed(Json entry) { successful_.push_back(std::move(entry)); }
  void Fail(std::string_view id, const AwsError& error);
  Json Finish() &&;

 private:
  Json successful_ = Json::array();
  Json failed_ = Json::array();
};

}  // namespace stratolite::sqs
