// Names that clients send: ARNs, accounts, regions, queue URLs, receipt handles, bucket names, Host and Origin.

#include "daemon/browser_rules.hpp"
#include "daemon/host_pattern.hpp"
#include "fuzz/fuzz_target.hpp"
#include "s3/bucket_names.hpp"
#include "sqs/queue_url.hpp"
#include "sqs/receipt_handle.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/base/names.hpp"

namespace stratolite::fuzz {
namespace {

void TryQueueNames(std::string_view input) {
  const Scope caller{AccountId("000000000000"), Region("us-east-1")};
  if (const auto address = sqs::ParseQueueUrl(input, caller)) {
    const Scope same_region{caller.account, address->scope.region};
    Demand(IsAccountId(address->scope.account.str()) && IsRegionName(address->scope.region.str()),
           "a queue has an account and a region");
    if (sqs::IsQueueName(address->name)) {
      const auto again = sqs::ParseQueueUrl(sqs::QueueUrl("http://localhost:4566", *address), same_region);
      Demand(again == address, "a queue's URL names the queue");
    }
  }
  if (const auto address = sqs::ParseQueueArn(input)) {
    if (sqs::ArnOf(*address).starts_with(input.substr(0, 8)))
      Demand(sqs::ParseQueueArn(sqs::ArnOf(*address)) == address, "a queue's ARN names the queue");
  }
  if (const auto receipt = sqs::DecodeReceipt(input)) {
    const auto again = sqs::DecodeReceipt(sqs::EncodeReceipt(*receipt));
    Demand(again && again->queue == receipt->queue && again->row == receipt->row &&
               again->message_id == receipt->message_id && again->receive_count == receipt->receive_count,
           "a receipt handle names one receive");
  }
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(Names) {
  if (const auto arn = Arn::Parse(input)) Demand(arn->ToString() == input, "an ARN is what it was read from");
  if (IsRegionName(input)) {
    const Region region{std::string(input)};
    const Arn made = MakeArn("sqs", {AccountId("123456789012"), region}, "r:s/t");
    const auto read = Arn::Parse(made.ToString());
    Demand(read && read->region == input && read->resource == "r:s/t" && read->partition == PartitionOf(region),
           "an ARN that was made can be read");
  }
  if (s3::IsBucketName(input)) {
    Demand(input.size() >= 3 && input.size() <= 63 && input.find_first_of("/\\%\0") == std::string_view::npos,
           "a bucket's name is no path");
  }
  TryQueueNames(input);
  const auto account = auth::AccountOfKeyId(input);
  Demand(!account || IsAccountId(account->str()), "a key's account is one");
  const auto key = auth::ParseRootCredential(input, AccountId("000000000000"));
  Demand(!key.ok() || IsAccountId(key->principal.account.str()), "a root key has an account");

  static const std::vector<std::string> domains{"s3.example.test"};
  const auto host = daemon::MatchHost(input, domains);
  Demand(host.region.empty() || IsRegionName(host.region), "a host's region is one");
  const std::string name = daemon::HostName(input);
  Demand(name.size() <= input.size(), "a host's name is part of it");
  static const daemon::BrowserRules rules({"trusted.test"}, {"https://app.test"});
  rules.TrustsOrigin(input);
  if (rules.TrustsHost(input)) {
    Demand(name.find('.') == std::string::npos || name.ends_with("trusted.test") || name.ends_with("localhost") ||
               name.ends_with(".localhost.localstack.cloud") ||
               name.find_first_not_of("0123456789.:abcdef") == std::string::npos,
           "a host that is trusted is one of ours");
  }
}
