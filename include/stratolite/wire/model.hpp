#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stratolite::wire {

/// Views over a compiled service model: one contiguous, position-independent block of bytes (offsets, no pointers, strings pooled)
/// that lies in the binary's read-only data, or in memory when compiled at run time (`model_compiler.hpp`).
/// A view is two words, copied freely, and valid as long as its block. Every string is followed by a NUL, so `data()` is a C string.
/// All views: Immutable. Thread-safe.

enum class ShapeType : std::uint8_t {
  kStructure,
  kList,
  kMap,
  kString,
  kBlob,
  kBoolean,
  kByte,
  kShort,
  kInteger,
  kLong,
  kFloat,
  kDouble,
  kBigInteger,
  kBigDecimal,
  kTimestamp,
};

enum class TimestampFormat : std::uint8_t { kUnset, kIso8601, kRfc822, kUnixTimestamp };

enum class Protocol : std::uint8_t { kQuery, kEc2, kJson10, kJson11, kRestJson, kRestXml, kRpcV2Cbor };
/// botocore's name: `query`, `ec2`, `json`, `rest-json`, `rest-xml`, `smithy-rpc-v2-cbor`.
std::string_view ProtocolName(Protocol protocol);

/// Where a member of an input or output structure travels in the REST protocols.
enum class Location : std::uint8_t { kBody, kUri, kQueryString, kHeader, kHeaders, kStatusCode };

class Shape;
class Operation;
class ServiceModel;

/// A member of a structure, the element of a list, or the key or value of a map: a shape with what the reference adds to it.
/// Where the reference is silent, the shape's own `locationName` (unless it is a structure), `xmlNamespace`, `flattened`, `streaming`,
/// `jsonvalue` and `box` hold.
class Member {
 public:
  /// Structure member's name; empty for elements, keys and values.
  std::string_view name() const;
  Shape shape() const;
  /// Name on the wire: `locationName`, else `name()`. For list elements `locationName` or empty.
  std::string_view wire_name() const;
  bool has_location_name() const;
  /// ec2's override, or empty.
  std::string_view query_name() const;
  Location location() const;
  bool required() const;
  /// On the reference or on the shape.
  bool flattened() const;
  bool xml_attribute() const;
  bool streaming() const;
  bool jsonvalue() const;
  bool host_label() const;
  bool idempotency_token() const;
  bool event_payload() const;
  bool event_header() const;
  bool box() const;
  bool deprecated() const;
  std::string_view xml_namespace_uri() const;
  std::string_view xml_namespace_prefix() const;
  /// The reference's, else the shape's.
  TimestampFormat timestamp_format() const;

 private:
  friend class Shape;
  Member(const std::byte* block, std::uint32_t offset) : block_(block), offset_(offset) {}
  const std::byte* block_;
  std::uint32_t offset_;
};

/// A shape of a service model, with the traits that are facts of the wire or of validation.
class Shape {
 public:
  std::string_view name() const;
  ShapeType type() const;

  /// Structure members in the model's order.
  std::size_t member_count() const;
  Member member(std::size_t index) const;
  /// One hash and, nearly always, one comparison.
  std::optional<Member> FindMember(std::string_view name) const;
  /// By `wire_name()`, body members first where a name is used in several locations.
  std::optional<Member> FindMemberByWireName(std::string_view wire_name) const;
  /// Precondition: a list.
  Member element() const;
  /// Precondition: a map.
  Member key() const;
  Member value() const;

  bool flattened() const;
  bool sparse() const;
  bool is_union() const;
  bool document() const;
  bool eventstream() const;
  bool event() const;
  bool streaming() const;
  bool requires_length() const;
  bool sensitive() const;
  bool box() const;
  bool unique_items() const;
  /// Name of the member that is the whole HTTP body (`payload`), or empty.
  std::string_view payload() const;
  std::string_view location_name() const;
  std::string_view xml_namespace_uri() const;
  std::string_view xml_namespace_prefix() const;
  TimestampFormat timestamp_format() const;

  /// Constraints: length of strings, lists, maps and blobs, or range of numbers.
  std::optional<double> min() const;
  std::optional<double> max() const;
  std::string_view pattern() const;
  std::size_t enum_count() const;
  std::string_view enum_value(std::size_t index) const;

  /// Error traits (`exception` or `error`).
  bool is_error() const;
  bool is_fault() const;
  /// `error.code`: the Query spelling; empty if none.
  std::string_view error_code() const;
  /// `error.httpStatusCode`; 0 if none.
  int error_status() const;
  bool error_sender_fault() const;

  /// Identity within the model.
  std::uint32_t id() const { return offset_; }
  friend bool operator==(const Shape& a, const Shape& b) { return a.block_ == b.block_ && a.offset_ == b.offset_; }

 private:
  friend class Member;
  friend class Operation;
  friend class ServiceModel;
  Shape(const std::byte* block, std::uint32_t offset) : block_(block), offset_(offset) {}
  const std::byte* block_;
  std::uint32_t offset_;
};

class Operation {
 public:
  std::string_view name() const;
  ServiceModel service() const;
  std::string_view http_method() const;
  /// Template: `/{Bucket}/{Key+}?uploads`.
  std::string_view request_uri() const;
  /// `http.responseCode`, else 200.
  int response_code() const;
  std::optional<Shape> input() const;
  std::optional<Shape> output() const;
  /// The input reference's own traits (rest-xml: `locationName`, `xmlNamespace` of the root element).
  std::string_view input_location_name() const;
  std::string_view input_xml_namespace_uri() const;
  std::string_view output_result_wrapper() const;
  std::size_t error_count() const;
  Shape error(std::size_t index) const;
  std::string_view endpoint_host_prefix() const;
  /// `authtype`: empty, `none`, `v4-unsigned-body`, …
  std::string_view auth_type() const;
  bool unsigned_payload() const;
  bool http_checksum_required() const;
  /// `httpChecksum`'s members, empty when absent.
  std::string_view checksum_request_algorithm_member() const;
  std::string_view checksum_request_validation_mode_member() const;
  bool deprecated() const;
  /// The structure's streaming blob member (`payload` with `streaming`), if any.
  bool has_streaming_input() const;
  bool has_streaming_output() const;
  bool has_eventstream_output() const;
  bool has_eventstream_input() const;
  std::uint32_t id() const { return offset_; }
  friend bool operator==(const Operation& a, const Operation& b) {
    return a.block_ == b.block_ && a.offset_ == b.offset_;
  }

 private:
  friend class ServiceModel;
  Operation(const std::byte* block, std::uint32_t offset) : block_(block), offset_(offset) {}
  const std::byte* block_;
  std::uint32_t offset_;
};

struct Paginator {
  std::string_view operation;
  /// botocore's fields; lists are joined with `,`.
  std::string_view input_token, output_token, limit_key, result_key, more_results;
};

/// One AWS API. Default-constructed views are empty and may only be assigned to.
class ServiceModel {
 public:
  ServiceModel() = default;
  /// `block` must outlive the view and all views from it. Throws std::runtime_error when it is not a compiled model of this build's format.
  explicit ServiceModel(std::span<const std::byte> block);

  /// botocore's directory name: `sqs`, `cloudwatch`, `s3`.
  std::string_view name() const;
  std::string_view botocore_version() const;
  std::string_view api_version() const;
  std::string_view service_id() const;
  std::string_view service_full_name() const;
  std::string_view endpoint_prefix() const;
  /// `signingName`, else the endpoint prefix.
  std::string_view signing_name() const;
  /// `X-Amz-Target` prefix (`AmazonSQS`), or empty.
  std::string_view target_prefix() const;
  std::string_view xml_namespace_uri() const;
  bool global_endpoint() const;
  bool aws_query_compatible() const;
  /// `jsonVersion`: `1.0` or `1.1`; empty for others.
  std::string_view json_version() const;
  /// `metadata.protocol`, as the enum.
  Protocol primary_protocol() const;
  /// What botocore may speak (`metadata.protocols`) plus what AWS still answers (`query` where `awsQueryCompatible`).
  /// A JSON service speaks both JSON versions.
  bool Speaks(Protocol protocol) const;

  std::size_t operation_count() const;
  /// Sorted by name.
  Operation operation(std::size_t index) const;
  std::optional<Operation> FindOperation(std::string_view name) const;
  std::optional<Shape> FindShape(std::string_view name) const;
  std::size_t shape_count() const;
  /// Sorted by name.
  Shape shape(std::size_t index) const;
  /// The error shape whose name is `code`, else the first whose `error.code` it is.
  std::optional<Shape> FindError(std::string_view code) const;
  std::optional<Paginator> FindPaginator(std::string_view operation) const;

  /// The whole block.
  std::span<const std::byte> block() const;

  explicit operator bool() const { return block_ != nullptr; }
  friend bool operator==(const ServiceModel& a, const ServiceModel& b) { return a.block_ == b.block_; }

 private:
  friend class Operation;
  const std::byte* block_ = nullptr;
};

}  // namespace stratolite::wire
