#include "s3/access_log.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

#include "s3/copy_source.hpp"
#include "s3/own_objects.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::s3 {
namespace {

constexpr std::string_view kLogTask = "s3.deliver_log";
constexpr std::string_view kLogService = "logging.s3.amazonaws.com";
constexpr std::size_t kMaxLinesPerObject = 10'000;
constexpr std::string_view kLogNameAlphabet = "0123456789ABCDEF";
constexpr std::size_t kLogNameLength = 16;

TimePoint NextHour(TimePoint now) { return std::chrono::floor<std::chrono::hours>(now) + std::chrono::hours(1); }

std::string_view BucketInPath(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

/// One line for the request, and of DeleteObjects one for every key.
std::vector<LogSubject> SubjectsOf(const ports::RequestLog::Answer& answer) {
  std::vector<LogSubject> subjects = {SubjectOf(answer)};
  if (answer.operation != "DeleteObjects" || answer.call == nullptr || !answer.error_code.empty()) return subjects;
  for (const Json& identifier : Fields(Fields(answer.call->input).Object("Delete")).List("Objects")) {
    subjects.push_back({.operation = "BATCH.DELETE.OBJECT",
                        .key = PercentEncode(Fields(identifier).StringOr("Key", ""), /*keep_slash=*/true),
                        .version_id = Fields(identifier).StringOr("VersionId", "")});
  }
  return subjects;
}

}  // namespace

AccessLog::AccessLog(Parts& parts) : parts_(parts) {
  parts_.deps.scheduler.Register(std::string(kLogTask), [this](const runtime::DueTask& task) { Deliver(task); });
  parts_.deps.ports.Offer<ports::RequestLog>(this);
}

void AccessLog::Answered(const Answer& answer) noexcept {
  try {
    Add(answer);
  } catch (const std::exception& error) {
    spdlog::error("a request cannot be logged, request {}: {}", answer.request_id, error.what());
  }
}

void AccessLog::Add(const Answer& answer) {
  const std::string_view name = BucketInPath(answer.request.path());
  const BucketPtr bucket = name.empty() ? nullptr : parts_.buckets.Find(name);
  const Json* const configuration = bucket ? bucket->Setting(kLoggingDocument) : nullptr;
  if (configuration != nullptr) Keep(*bucket, *configuration, SubjectsOf(answer), answer);
  const bool copies = answer.operation == "CopyObject" || answer.operation == "UploadPartCopy";
  if (!copies || answer.call == nullptr) return;
  const auto source = ReadCopySource(*answer.call);
  if (!source.ok()) return;
  const BucketPtr from = parts_.buckets.Find(source->bucket);
  const Json* const theirs = from ? from->Setting(kLoggingDocument) : nullptr;
  if (theirs == nullptr) return;
  Keep(*from, *theirs,
       {{.operation = answer.operation == "CopyObject" ? "REST.COPY.OBJECT_GET" : "REST.COPY.PART_GET",
         .key = PercentEncode(source->key, /*keep_slash=*/true),
         .version_id = source->version_id.value_or("")}},
       answer);
}

void AccessLog::Keep(const Bucket& bucket, const Json& configuration, const std::vector<LogSubject>& subjects,
                     const Answer& answer) {
  const TimePoint now = parts_.deps.clock.Now();
  // With the configuration of the last line: what was logged is delivered, though logging has ended since.
  const Json payload{{"bucket", bucket.name}, {"bucket_id", bucket.id}, {"logging", configuration}};
  parts_.deps.db.Transact([&](storage::Txn& txn) {
    for (const LogSubject& subject : subjects) {
      store_.Add(txn, bucket.id, now, FormatLogLine(bucket, subject, answer, now));
    }
    parts_.deps.scheduler.Schedule(txn, kLogTask,
                                   {.key = std::to_string(bucket.id), .due = NextHour(now), .payload = payload.dump()});
  });
}

std::size_t AccessLog::CountForOneObject(const std::vector<LogLine>& lines, bool by_day) {
  std::size_t count = 0;
  while (count < lines.size() && (!by_day || std::chrono::floor<std::chrono::days>(lines[count].time) ==
                                                 std::chrono::floor<std::chrono::days>(lines.front().time))) {
    ++count;
  }
  return count;
}

void AccessLog::Deliver(const runtime::DueTask& task) {
  const Json payload = Json::parse(task.payload);
  const auto id = payload.at("bucket_id").get<BucketId>();
  const Json& configuration = payload.at("logging");
  const BucketPtr source = parts_.buckets.Find(payload.at("bucket").get<std::string>());
  for (;;) {
    auto lines =
        parts_.deps.db.Read([&](storage::Reader& reader) { return store_.Oldest(reader, id, kMaxLinesPerObject); });
    if (lines.empty()) return;
    lines.resize(CountForOneObject(lines, PartitionsByEventTime(configuration)));
    const auto forget = [&](storage::Txn& txn) { store_.RemoveUpTo(txn, id, lines.back().id); };
    const BucketPtr target = parts_.buckets.Find(Fields(configuration).StringOr("TargetBucket", ""));
    bool delivered = false;
    if (source && source->id == id && target && target->account == source->account) {
      const std::string unique = parts_.deps.random.String(kLogNameLength, kLogNameAlphabet);
      OwnObject log{.key = LogObjectKey(configuration, *source, lines.front().time, parts_.deps.clock.Now(), unique),
                    .content_type = "text/plain",
                    .body = {},
                    .grants = Fields(configuration).List("TargetGrants")};
      for (const LogLine& line : lines) log.body += line.text;
      delivered = ServiceMayPut(parts_, *source, *target, kLogService, log.key, /*by_acl=*/true) &&
                  PutOwnObject(parts_, *target, std::move(log), forget).ok();
    }
    // Nobody can have them: AWS gives up, too.
    if (!delivered) {
      spdlog::warn("{} lines of the access log of {} could not be delivered", lines.size(),
                   payload.at("bucket").get<std::string>());
      parts_.deps.db.Transact(forget);
    }
  }
}

}  // namespace stratolite::s3
