#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "s3/access_log_format.hpp"
#include "s3/access_log_store.hpp"
#include "s3/parts.hpp"
#include "stratolite/ports/request_log.hpp"
#include "stratolite/runtime/scheduler.hpp"

namespace stratolite::s3 {

/// Kind of s3_bucket_document: LoggingEnabled.
inline constexpr std::string_view kLoggingDocument = "logging";

/// Server access logs of buckets that have them. A request's line is written to the database before its answer goes out, and delivered at the next full hour of
/// the world's clock, in one transaction with its removal: every answered request is logged once, which is more than AWS promises. Other buckets pay for
/// a look into memory. Thread-safe. Blocks.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
class AccessLog final : public ports::RequestLog {
 public:
  explicit AccessLog(Parts& parts);
  void Answered(const Answer& answer) noexcept override;

 private:
  void Add(const Answer& answer);
  /// Lines of one request for one bucket. `configuration`: its LoggingEnabled.
  void Keep(const Bucket& bucket, const Json& configuration, const std::vector<LogSubject>& subjects,
            const Answer& answer);
  void Deliver(const runtime::DueTask& task);
  /// Lines that belong into one object: from the front of `lines`.
  static std::size_t CountForOneObject(const std::vector<LogLine>& lines, bool by_day);

  Parts& parts_;
  AccessLogStore store_;
};

}  // namespace stratolite::s3
