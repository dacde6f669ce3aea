#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// What AWS answers to lifecycle configurations that it does not take, in its own words.
namespace stratolite::s3::lifecycle_errors {

/// 404.
AwsError NoSuchConfiguration(std::string_view bucket);

AwsError NoRules();
AwsError TooManyRules();
AwsError IdTooLong();
AwsError DuplicateId();
AwsError NoAction();
/// Rules with a Filter and such with a Prefix of their own do not mix: the first rule says which kind the configuration is of.
AwsError PrefixBesideFilters();
AwsError FilterBesidePrefixes();
AwsError NewerVersionsBesidePrefixes();
AwsError OverlappingPrefixes(std::string_view one, std::string_view other, std::string_view action);

AwsError PrefixTooLong();
AwsError DuplicateTagKeys();
AwsError LowerSizeOutOfRange();
AwsError UpperSizeOutOfRange();
AwsError SizesOutOfOrder();

/// `member`: `Days`, `NoncurrentDays`, `DaysAfterInitiation`; `action`: the element that it stands in.
AwsError DaysNotPositive(std::string_view member, std::string_view action);
AwsError DaysNegative(std::string_view member, std::string_view action);
AwsError TooFewDays(std::string_view member, std::string_view action, std::string_view storage_class);
AwsError NewerVersionsNotPositive();
AwsError NotMidnight();
/// `action`: `ExpiredObjectDeleteMarker`, `AbortIncompleteMultipartUpload`.
AwsError WithTags(std::string_view action);
AwsError WithSizes(std::string_view action);

/// `filter`: as AWS spells it in sentences, `(prefix=logs/)`.
AwsError MixedTransitionTimes(std::string_view filter);
AwsError MixedTimes(std::string_view filter);
AwsError SameStorageClass(std::string_view action, std::string_view filter);
AwsError ExpirationTooEarly(std::string_view member, std::string_view filter);
AwsError NoncurrentExpirationTooEarly(std::string_view filter);
/// Of two transitions: the later class of the waterfall does not come later. `least_days`: what must lie between them; 0: anything.
AwsError TransitionsOutOfOrder(std::string_view member, std::string_view action, std::string_view later_class,
                               std::string_view earlier_class, std::string_view filter, int least_days);
AwsError BadDefaultMinimumSize();

}  // namespace stratolite::s3::lifecycle_errors
