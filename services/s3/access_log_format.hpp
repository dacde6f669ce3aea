#pragma once

#include <string>
#include <string_view>

#include "s3/model.hpp"
#include "stratolite/ports/request_log.hpp"

/// Server access logs as text. Pure functions.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
namespace stratolite::s3 {

/// What a line is about where that is not what the request names: the source of a copy, one of the keys of DeleteObjects.
struct LogSubject {
  /// `REST.GET.OBJECT`.
  std::string operation;
  /// As it stands in a path, percent-encoded; empty: none.
  std::string key;
  std::string version_id;
};

/// What the request itself is about.
LogSubject SubjectOf(const ports::RequestLog::Answer& answer);

/// One line with its line feed. `bucket`: whose log it is.
std::string FormatLogLine(const Bucket& bucket, const LogSubject& subject, const ports::RequestLog::Answer& answer,
                          TimePoint time);

/// The key of a log object: `configuration` is LoggingEnabled. `event`: when the requests in it came, `unique`: 16 characters.
std::string LogObjectKey(const Json& configuration, const Bucket& source, TimePoint event, TimePoint delivery,
                         std::string_view unique);
/// Whether requests of different days belong to different objects.
bool PartitionsByEventTime(const Json& configuration);

}  // namespace stratolite::s3
