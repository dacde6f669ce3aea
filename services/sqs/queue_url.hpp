#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sqs/model.hpp"

namespace stratolite::sqs {

/// `http://localhost:4566/123456789012/name`: the endpoint as the client addressed us, for SDKs connect to it again.
std::string QueueUrl(std::string_view endpoint, const QueueAddress& address);

/// Reads every form of queue URL that AWS has used, whatever the host: `https://sqs.<region>.amazonaws.com/<account>/<name>`,
/// `https://<region>.queue.amazonaws.com/…`, `https://queue.amazonaws.com/…` (us-east-1), `http://any:1234/<account>/<name>`,
/// `http://any/queue/<region>/<account>/<name>`, and without a host `/<account>/<name>` and `<name>`.
/// What the URL does not say comes from `caller`. nullopt: nothing of the kind.
std::optional<QueueAddress> ParseQueueUrl(std::string_view url, const Scope& caller);

/// `arn:aws:sqs:<region>:<account>:<name>`
std::optional<QueueAddress> ParseQueueArn(std::string_view arn);

/// Letters, digits, hyphens and underscores, 1 to 80, `.fifo` at the end allowed.
bool IsQueueName(std::string_view name);
bool IsFifoName(std::string_view name);

}  // namespace stratolite::sqs
