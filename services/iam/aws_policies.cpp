#include "iam/aws_policies.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <cstring>
#include <stdexcept>

#include "iam/aws_policies_data.hpp"
#include "stratolite/base/encoding.hpp"

namespace stratolite::iam {
namespace {

// In the order of src/tools/distill_managed_policies.py, which says how the data lie.
constexpr std::array<std::string_view, 5> kAwsPolicyPaths = {"/", "/aws-service-role/", "/job-function/", "/root-task/",
                                                             "/service-role/"};
constexpr std::size_t kHeaderSize = 16;
constexpr std::size_t kRecordSize = 20;
constexpr std::size_t kGroupSize = 12;
constexpr std::string_view kArnMiddle = ":iam::aws:policy/";
constexpr std::string_view kArnStart = "arn:";

template <typename T>
T ReadNumber(std::string_view data, std::size_t at) {
  T value;
  std::memcpy(&value, data.substr(at, sizeof value).data(), sizeof value);
  return value;
}

/// Over the data; nothing is copied.
class AwsPolicyTable {
 public:
  struct Record {
    std::string_view name;
    std::string_view path;
    int version;
    TimePoint created_at;
    TimePoint updated_at;
    std::size_t group;
    std::size_t place;
  };

  AwsPolicyTable()
      : data_(AwsPoliciesData()),
        size_(ReadNumber<std::uint32_t>(data_, 4)),
        groups_(ReadNumber<std::uint32_t>(data_, 8)),
        names_at_(kHeaderSize + size_ * kRecordSize + groups_ * kGroupSize) {}

  std::size_t size() const { return size_; }
  std::string_view name(std::size_t index) const {
    const std::size_t at = kHeaderSize + index * kRecordSize;
    return data_.substr(names_at_ + ReadNumber<std::uint32_t>(data_, at), ReadNumber<std::uint8_t>(data_, at + 4));
  }
  Record record(std::size_t index) const {
    const std::size_t at = kHeaderSize + index * kRecordSize;
    const auto time = [&](std::size_t offset) {
      return TimePoint(std::chrono::seconds(ReadNumber<std::uint32_t>(data_, at + offset)));
    };
    return {.name = name(index),
            .path = kAwsPolicyPaths.at(ReadNumber<std::uint8_t>(data_, at + 5)),
            .version = ReadNumber<std::uint16_t>(data_, at + 6),
            .created_at = time(8),
            .updated_at = time(12),
            .group = ReadNumber<std::uint16_t>(data_, at + 16),
            .place = ReadNumber<std::uint16_t>(data_, at + 18)};
  }
  /// The first one whose name is not less than `name`.
  std::size_t LowerBound(std::string_view wanted) const {
    std::size_t low = 0;
    std::size_t high = size_;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (name(middle) < wanted)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
  /// The group's documents, each ended by a newline.
  std::string Inflate(std::size_t group) const {
    const std::size_t at = kHeaderSize + size_ * kRecordSize + group * kGroupSize;
    const std::string_view packed =
        data_.substr(ReadNumber<std::uint32_t>(data_, at), ReadNumber<std::uint32_t>(data_, at + 4));
    std::string documents(ReadNumber<std::uint32_t>(data_, at + 8), '\0');
    boost::beast::zlib::z_params stream;
    stream.next_in = packed.data();
    stream.avail_in = packed.size();
    stream.next_out = documents.data();
    stream.avail_out = documents.size();
    boost::beast::error_code error;
    boost::beast::zlib::inflate_stream().write(stream, boost::beast::zlib::Flush::finish, error);
    // Once everything is out, whether Beast still wants to see the stream's end depends on where that lies in its last byte.
    if (stream.avail_out != 0) throw std::runtime_error("AWS's managed policies in this binary are damaged");
    return documents;
  }

 private:
  const std::string_view data_;
  const std::size_t size_;
  const std::size_t groups_;
  const std::size_t names_at_;
};

struct AwsPolicyArn {
  std::string_view partition;
  /// `service-role/AWSLambdaBasicExecutionRole`.
  std::string_view rest;
};

std::optional<AwsPolicyArn> ParseAwsPolicyArn(std::string_view arn) {
  if (!arn.starts_with(kArnStart)) return std::nullopt;
  const std::size_t colon = arn.find(':', kArnStart.size());
  if (colon == std::string_view::npos || !arn.substr(colon).starts_with(kArnMiddle)) return std::nullopt;
  return AwsPolicyArn{arn.substr(kArnStart.size(), colon - kArnStart.size()), arn.substr(colon + kArnMiddle.size())};
}

/// The ids that AWS gave them are in no public data: one that stays the same, of the same form.
std::string UniqueIdOf(std::string_view name) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const Sha256Digest digest = Sha256(name);
  std::string id = "ANPA";
  for (std::size_t i = 0; i < 17; ++i) id += kAlphabet[digest[i] % kAlphabet.size()];
  return id;
}

ManagedPolicy ToPolicy(const AwsPolicyTable::Record& record, std::string_view partition) {
  ManagedPolicy policy;
  policy.name = record.name;
  policy.path = record.path;
  policy.arn.append(kArnStart).append(partition).append(kArnMiddle).append(record.path.substr(1)).append(record.name);
  policy.unique_id = UniqueIdOf(record.name);
  policy.default_version = "v" + std::to_string(record.version);
  policy.created_at = record.created_at;
  policy.updated_at = record.updated_at;
  return policy;
}

std::optional<AwsPolicyTable::Record> FindRecord(const AwsPolicyTable& table, const AwsPolicyArn& arn) {
  const std::size_t slash = arn.rest.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? arn.rest : arn.rest.substr(slash + 1);
  const std::size_t index = table.LowerBound(name);
  if (index == table.size() || table.name(index) != name) return std::nullopt;
  const AwsPolicyTable::Record record = table.record(index);
  if (record.path.substr(1) != arn.rest.substr(0, arn.rest.size() - name.size())) return std::nullopt;
  return record;
}

std::string_view NthLine(std::string_view text, std::size_t number) {
  for (; number > 0; --number) text.remove_prefix(text.find('\n') + 1);
  return text.substr(0, text.find('\n'));
}

/// ARNs in the documents, as the other partition writes them.
std::string InPartition(std::string_view document, std::string_view partition) {
  constexpr std::string_view kArnOfAws = "arn:aws:";
  std::string out;
  for (std::size_t at = document.find(kArnOfAws); at != std::string_view::npos; at = document.find(kArnOfAws)) {
    out.append(document.substr(0, at)).append(kArnStart).append(partition).append(":");
    document.remove_prefix(at + kArnOfAws.size());
  }
  return out.append(document);
}

}  // namespace

bool IsAwsPolicyArn(std::string_view arn) { return ParseAwsPolicyArn(arn).has_value(); }

std::optional<ManagedPolicy> FindAwsPolicy(std::string_view arn) {
  const auto parsed = ParseAwsPolicyArn(arn);
  if (!parsed) return std::nullopt;
  const auto record = FindRecord(AwsPolicyTable(), *parsed);
  if (!record) return std::nullopt;
  return ToPolicy(*record, parsed->partition);
}

std::string AwsPolicyDocument(std::string_view arn) {
  const auto parsed = ParseAwsPolicyArn(arn);
  const AwsPolicyTable table;
  const auto record = FindRecord(table, *parsed);
  const std::string documents = table.Inflate(record->group);
  const std::string_view document = NthLine(documents, record->place);
  return parsed->partition == "aws" ? std::string(document) : InPartition(document, parsed->partition);
}

std::vector<ManagedPolicy> ListAwsPolicies(std::string_view path_prefix, std::string_view after, std::int64_t limit) {
  const AwsPolicyTable table;
  std::vector<ManagedPolicy> policies;
  for (std::size_t i = table.LowerBound(after); i < table.size() && std::ssize(policies) < limit; ++i) {
    const AwsPolicyTable::Record record = table.record(i);
    if (record.name != after && record.path.starts_with(path_prefix)) policies.push_back(ToPolicy(record, "aws"));
  }
  return policies;
}

void VisitAwsPolicies(const std::function<void(const ManagedPolicy& policy, std::string_view document)>& visit) {
  const AwsPolicyTable table;
  std::string documents;
  std::string_view rest;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const AwsPolicyTable::Record record = table.record(i);
    if (record.place == 0) rest = documents = table.Inflate(record.group);
    const std::size_t end = rest.find('\n');
    visit(ToPolicy(record, "aws"), rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
}

}  // namespace stratolite::iam
