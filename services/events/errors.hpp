#pragma once

#include <string>
#include <string_view>

#include "stratolite/base/result.hpp"

/// Every error that EventBridge's control plane answers, each text once.
/// https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
namespace stratolite::events {

/// A whole sentence of AWS's.
AwsError ValidationException(std::string message);
/// `Parameter <name> is not valid.`, with `Reason: <reason>` unless that is empty.
AwsError ParameterNotValid(std::string_view name, std::string_view reason = {});

AwsError BusNotFound(std::string_view bus);
AwsError BusAlreadyExists(std::string_view bus);
/// Of a partner.
AwsError EventSourceNotFound(std::string_view source);
AwsError RuleNotFound(std::string_view rule, std::string_view bus);
AwsError StatementNotFound();
AwsError LimitExceeded();
AwsError ManagedRule(std::string_view rule);
AwsError RuleHasTargets();
AwsError BusHasRules();
AwsError PolicyTooLong();

AwsError ArchiveNotFound(std::string_view archive);
AwsError ArchiveAlreadyExists(std::string_view archive);
AwsError ReplayNotFound(std::string_view replay);
AwsError ReplayAlreadyExists(std::string_view replay);
AwsError ReplayIsOver(std::string_view replay);
/// `operation`: `ListArchives`.
AwsError TooManyFilters(std::string_view operation);
AwsError EndpointNotFound(std::string_view endpoint);
AwsError EndpointAlreadyExists(std::string_view endpoint);
/// What only partners of AWS may do.
AwsError PartnersOnly(std::string_view operation);

/// `Failed to describe the connection(s). …`, as every operation on one says.
AwsError ConnectionNotFound(std::string_view name);
AwsError ConnectionAlreadyExists(std::string_view name);
AwsError ApiDestinationNotFound(std::string_view name);
AwsError ApiDestinationAlreadyExists(std::string_view name);

}  // namespace stratolite::events
