#include "s3/access_log_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "s3/acl.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/wire/host_id.hpp"

namespace stratolite::s3 {
namespace {

/// What AWS calls operations whose log name does not follow from their own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 49> kLogNames = {{
    {"PutObject", "REST.PUT.OBJECT"},
    {"GetObject", "REST.GET.OBJECT"},
    {"HeadObject", "REST.HEAD.OBJECT"},
    {"DeleteObject", "REST.DELETE.OBJECT"},
    {"CopyObject", "REST.COPY.OBJECT"},
    {"DeleteObjects", "REST.POST.MULTI_OBJECT_DELETE"},
    {"ListObjects", "REST.GET.BUCKET"},
    {"ListObjectsV2", "REST.GET.BUCKET"},
    {"ListObjectVersions", "REST.GET.BUCKETVERSIONS"},
    {"HeadBucket", "REST.HEAD.BUCKET"},
    {"CreateBucket", "REST.PUT.BUCKET"},
    {"DeleteBucket", "REST.DELETE.BUCKET"},
    {"CreateMultipartUpload", "REST.POST.UPLOADS"},
    {"UploadPart", "REST.PUT.PART"},
    {"UploadPartCopy", "REST.COPY.PART"},
    {"CompleteMultipartUpload", "REST.POST.UPLOAD"},
    {"AbortMultipartUpload", "REST.DELETE.UPLOAD"},
    {"ListParts", "REST.GET.UPLOAD"},
    {"ListMultipartUploads", "REST.GET.UPLOADS"},
    {"GetObjectAcl", "REST.GET.ACL"},
    {"PutObjectAcl", "REST.PUT.ACL"},
    {"GetBucketAcl", "REST.GET.ACL"},
    {"PutBucketAcl", "REST.PUT.ACL"},
    {"GetObjectTagging", "REST.GET.OBJECT_TAGGING"},
    {"PutObjectTagging", "REST.PUT.OBJECT_TAGGING"},
    {"DeleteObjectTagging", "REST.DELETE.OBJECT_TAGGING"},
    {"GetObjectAttributes", "REST.GET.OBJECT_ATTRIBUTES"},
    {"GetObjectRetention", "REST.GET.OBJECT_LOCK_RETENTION"},
    {"PutObjectRetention", "REST.PUT.OBJECT_LOCK_RETENTION"},
    {"GetObjectLegalHold", "REST.GET.OBJECT_LOCK_LEGALHOLD"},
    {"PutObjectLegalHold", "REST.PUT.OBJECT_LOCK_LEGALHOLD"},
    {"GetObjectLockConfiguration", "REST.GET.OBJECT_LOCK"},
    {"PutObjectLockConfiguration", "REST.PUT.OBJECT_LOCK"},
    {"RestoreObject", "REST.POST.RESTORE"},
    {"SelectObjectContent", "REST.SELECT.OBJECT"},
    {"GetBucketPolicy", "REST.GET.BUCKETPOLICY"},
    {"PutBucketPolicy", "REST.PUT.BUCKETPOLICY"},
    {"DeleteBucketPolicy", "REST.DELETE.BUCKETPOLICY"},
    {"GetBucketLogging", "REST.GET.LOGGING_STATUS"},
    {"PutBucketLogging", "REST.PUT.LOGGING_STATUS"},
    {"GetBucketLifecycleConfiguration", "REST.GET.LIFECYCLE"},
    {"PutBucketLifecycleConfiguration", "REST.PUT.LIFECYCLE"},
    {"GetBucketNotificationConfiguration", "REST.GET.NOTIFICATION"},
    {"PutBucketNotificationConfiguration", "REST.PUT.NOTIFICATION"},
    {"PostObject", "REST.POST.BUCKET"},
    {"Preflight", "REST.OPTIONS.PREFLIGHT"},
    {"WebsiteGetObject", "WEBSITE.GET.OBJECT"},
    {"WebsiteHeadObject", "WEBSITE.HEAD.OBJECT"},
    {"WebsiteRequest", "WEBSITE.GET.OBJECT"},
}};

/// `PutBucketReplication` of the method PUT: `REST.PUT.REPLICATION`.
std::string LogNameOf(const ports::RequestLog::Answer& answer) {
  for (const auto& [operation, name] : kLogNames) {
    if (operation == answer.operation) return std::string(name);
  }
  std::string_view noun = answer.operation;
  for (const std::string_view verb : {"Put", "Get", "Delete", "List"}) {
    if (noun.starts_with(verb)) noun.remove_prefix(verb.size());
  }
  if (noun.starts_with("Bucket")) noun.remove_prefix(6);
  std::string name = "REST." + answer.request.method + ".";
  for (std::size_t i = 0; i < noun.size(); ++i) {
    const bool upper = noun[i] >= 'A' && noun[i] <= 'Z';
    if (upper && i > 0) name += '_';
    name += upper ? noun[i] : static_cast<char>(noun[i] - 'a' + 'A');
  }
  return noun.empty() ? name + "BUCKET" : name;
}

/// `-` for nothing.
std::string_view Field(std::string_view text) { return text.empty() ? std::string_view("-") : text; }

/// Between quotation marks, where neither they nor line ends may stand.
std::string Quoted(std::string_view text) {
  if (text.empty()) return "\"-\"";
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
      quoted += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

/// Fields that end at a blank.
std::string Unbroken(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '"' || static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return std::string(Field(out));
}

std::string Requester(const Call* call) {
  if (call == nullptr || call->caller.type == auth::PrincipalType::kAnonymous) return "-";
  if (call->caller.type == auth::PrincipalType::kRoot) return CanonicalUserId(call->caller.account);
  return call->caller.arn;
}

/// `[22/Nov/2026:08:00:00 +0000]`.
std::string LogTime(TimePoint time) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string basic = FormatBasicIso8601(time);
  const auto month = ParseWholeNumber<unsigned>(std::string_view(basic).substr(4, 2)).value_or(1);
  return fmt::format("[{}/{}/{}:{}:{}:{} +0000]", basic.substr(6, 2), kMonths[month - 1], basic.substr(0, 4),
                     basic.substr(9, 2), basic.substr(11, 2), basic.substr(13, 2));
}

/// Of the object that was read or written; empty: none was.
std::string ObjectSize(const ports::RequestLog::Answer& answer) {
  if (!answer.error_code.empty()) return {};
  if (answer.operation == "PutObject" || answer.operation == "UploadPart") {
    const std::string_view decoded = answer.request.headers.Get("x-amz-decoded-content-length");
    return std::string(decoded.empty() ? answer.request.headers.Get("content-length") : decoded);
  }
  if (answer.operation != "GetObject" && answer.operation != "HeadObject") return {};
  const std::string_view range = answer.response.headers.Get("content-range");
  if (const auto slash = range.find('/'); slash != std::string_view::npos) return std::string(range.substr(slash + 1));
  const std::string_view length = answer.response.headers.Get("content-length");
  return length.empty() ? std::to_string(answer.bytes_sent) : std::string(length);
}

struct SignatureWords {
  std::string_view version = "-";
  std::string_view type = "-";
};
SignatureWords SignatureOf(const ports::RequestLog::Answer& answer) {
  const std::string_view header = answer.request.headers.Get("authorization");
  if (!header.empty()) return {header.starts_with("AWS4") ? "SigV4" : "SigV2", "AuthHeader"};
  if (answer.request.query().find("X-Amz-Signature=") != std::string_view::npos) return {"SigV4", "QueryString"};
  if (answer.request.query().find("AWSAccessKeyId=") != std::string_view::npos) return {"SigV2", "QueryString"};
  return {};
}

}  // namespace

LogSubject SubjectOf(const ports::RequestLog::Answer& answer) {
  LogSubject subject{.operation = LogNameOf(answer), .key = {}, .version_id = {}};
  const std::string_view path = answer.request.path().substr(std::min<std::size_t>(answer.request.path().size(), 1));
  const auto slash = path.find('/');
  if (slash != std::string_view::npos) subject.key = path.substr(slash + 1);
  if (answer.call != nullptr) subject.version_id = Fields(answer.call->input).StringOr("VersionId", "");
  return subject;
}

std::string FormatLogLine(const Bucket& bucket, const LogSubject& subject, const ports::RequestLog::Answer& answer,
                          TimePoint time) {
  const SignatureWords signature = SignatureOf(answer);
  const auto took = answer.took.count();
  const std::string bytes = answer.bytes_sent == 0 ? "-" : std::to_string(answer.bytes_sent);
  const std::string request = answer.request.method + " " + std::string(answer.target) + " HTTP/1.1";
  return fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} - {} {} - - -\n", CanonicalUserId(bucket.account),
      bucket.name, LogTime(time), Field(answer.request.source_ip), Requester(answer.call), answer.request_id,
      subject.operation, Unbroken(subject.key), Quoted(request), answer.response.status, Field(answer.error_code),
      bytes, Field(ObjectSize(answer)), took, took, Quoted(answer.request.headers.Get("referer")),
      Quoted(answer.request.headers.Get("user-agent")), Unbroken(subject.version_id), wire::HostIdOf(answer.request_id),
      signature.version, signature.type, Unbroken(answer.request.host()));
}

bool PartitionsByEventTime(const Json& configuration) {
  const Fields format(Fields(configuration).Object("TargetObjectKeyFormat"));
  return Fields(format.Object("PartitionedPrefix")).StringOr("PartitionDateSource", "") == "EventTime";
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html#server-access-logging-overview
std::string LogObjectKey(const Json& configuration, const Bucket& source, TimePoint event, TimePoint delivery,
                         std::string_view unique) {
  const bool by_event = PartitionsByEventTime(configuration);
  std::string time = FormatBasicIso8601(by_event ? event : delivery);
  if (by_event) time.replace(9, 6, "000000");
  const std::string stamp = fmt::format("{}-{}-{}-{}-{}-{}-{}", time.substr(0, 4), time.substr(4, 2), time.substr(6, 2),
                                        time.substr(9, 2), time.substr(11, 2), time.substr(13, 2), unique);
  const std::string prefix = Fields(configuration).StringOr("TargetPrefix", "");
  if (!Fields(Fields(configuration).Object("TargetObjectKeyFormat")).Has("PartitionedPrefix")) return prefix + stamp;
  return fmt::format("{}{}/{}/{}/{}/{}/{}/{}", prefix, source.account.str(), source.region.str(), source.name,
                     time.substr(0, 4), time.substr(4, 2), time.substr(6, 2), stamp);
}

}  // namespace stratolite::s3
