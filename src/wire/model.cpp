#include "stratolite/wire/model.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "wire/model_format.hpp"

namespace stratolite::wire {
namespace {

template <typename Record>
const Record& RecordAt(const std::byte* block, std::uint32_t offset) {
  return *reinterpret_cast<const Record*>(block + offset);
}

const format::Header& ModelHeaderOf(const std::byte* block) { return RecordAt<format::Header>(block, 0); }

std::string_view PooledText(const std::byte* block, format::StringRef ref) {
  return {reinterpret_cast<const char*>(block + ref + sizeof(std::uint32_t)), RecordAt<std::uint32_t>(block, ref)};
}

/// `name_at(index)` gives the name of an entry.
template <typename NameAt>
std::optional<std::size_t> FindInTable(const std::byte* block, format::NameTable table, std::string_view name,
                                       NameAt name_at) {
  const auto* slots = &RecordAt<std::uint16_t>(block, table.slots);
  for (std::uint32_t slot = format::HashName(name) & table.mask; slots[slot] != 0; slot = (slot + 1) & table.mask) {
    const std::size_t index = slots[slot] - 1U;
    if (name_at(index) == name) return index;
  }
  return std::nullopt;
}

const format::MemberRecord& MemberRecordOf(const std::byte* block, std::uint32_t offset) {
  return RecordAt<format::MemberRecord>(block, offset);
}

std::string_view MemberTraitOf(const std::byte* block, std::uint32_t member,
                               format::StringRef format::MemberTraits::*trait) {
  return PooledText(block, RecordAt<format::MemberTraits>(block, MemberRecordOf(block, member).traits).*trait);
}

const format::ShapeTraits& ShapeTraitsOf(const std::byte* block, std::uint32_t shape) {
  return RecordAt<format::ShapeTraits>(block, RecordAt<format::ShapeRecord>(block, shape).traits);
}

TimestampFormat TimestampFormatOf(std::uint32_t flags) {
  return static_cast<TimestampFormat>((flags >> format::kTimestampShift) & format::kTimestampMask);
}

}  // namespace

std::string_view ProtocolName(Protocol protocol) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "query", "ec2", "json", "json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"};
  return kNames[static_cast<std::size_t>(protocol)];
}

std::string_view Member::name() const { return PooledText(block_, MemberRecordOf(block_, offset_).name); }
Shape Member::shape() const { return {block_, MemberRecordOf(block_, offset_).shape}; }
std::string_view Member::wire_name() const { return PooledText(block_, MemberRecordOf(block_, offset_).wire_name); }
std::string_view Member::query_name() const {
  return MemberTraitOf(block_, offset_, &format::MemberTraits::query_name);
}
std::string_view Member::xml_namespace_uri() const {
  return MemberTraitOf(block_, offset_, &format::MemberTraits::xml_namespace_uri);
}
std::string_view Member::xml_namespace_prefix() const {
  return MemberTraitOf(block_, offset_, &format::MemberTraits::xml_namespace_prefix);
}
Location Member::location() const {
  return static_cast<Location>(MemberRecordOf(block_, offset_).flags & format::kLocationMask);
}
TimestampFormat Member::timestamp_format() const { return TimestampFormatOf(MemberRecordOf(block_, offset_).flags); }
bool Member::has_location_name() const { return MemberRecordOf(block_, offset_).flags & format::kHasLocationName; }
bool Member::required() const { return MemberRecordOf(block_, offset_).flags & format::kRequired; }
bool Member::flattened() const { return MemberRecordOf(block_, offset_).flags & format::kMemberFlattened; }
bool Member::xml_attribute() const { return MemberRecordOf(block_, offset_).flags & format::kXmlAttribute; }
bool Member::streaming() const { return MemberRecordOf(block_, offset_).flags & format::kMemberStreaming; }
bool Member::jsonvalue() const { return MemberRecordOf(block_, offset_).flags & format::kMemberJsonValue; }
bool Member::host_label() const { return MemberRecordOf(block_, offset_).flags & format::kHostLabel; }
bool Member::idempotency_token() const { return MemberRecordOf(block_, offset_).flags & format::kIdempotencyToken; }
bool Member::event_payload() const { return MemberRecordOf(block_, offset_).flags & format::kEventPayload; }
bool Member::event_header() const { return MemberRecordOf(block_, offset_).flags & format::kEventHeader; }
bool Member::box() const { return MemberRecordOf(block_, offset_).flags & format::kMemberBox; }
bool Member::deprecated() const { return MemberRecordOf(block_, offset_).flags & format::kMemberDeprecated; }

namespace {
std::uint32_t ShapeFlagsOf(const std::byte* block, std::uint32_t shape) {
  return RecordAt<format::ShapeRecord>(block, shape).flags;
}
}  // namespace

std::string_view Shape::name() const { return PooledText(block_, RecordAt<format::ShapeRecord>(block_, offset_).name); }
ShapeType Shape::type() const { return static_cast<ShapeType>(ShapeFlagsOf(block_, offset_) & format::kTypeMask); }
TimestampFormat Shape::timestamp_format() const { return TimestampFormatOf(ShapeFlagsOf(block_, offset_)); }

std::size_t Shape::member_count() const {
  return type() == ShapeType::kStructure ? RecordAt<format::ShapeRecord>(block_, offset_).count : 0;
}

Member Shape::member(std::size_t index) const {
  const auto& record = RecordAt<format::ShapeRecord>(block_, offset_);
  return {block_, static_cast<std::uint32_t>(record.items + index * sizeof(format::MemberRecord))};
}

Member Shape::element() const { return member(0); }
Member Shape::key() const { return member(0); }
Member Shape::value() const { return member(1); }

std::optional<Member> Shape::FindMember(std::string_view name) const {
  if (type() != ShapeType::kStructure) return std::nullopt;
  const auto index = FindInTable(block_, RecordAt<format::ShapeRecord>(block_, offset_).member_table, name,
                                 [this](std::size_t i) { return member(i).name(); });
  return index ? std::optional(member(*index)) : std::nullopt;
}

std::optional<Member> Shape::FindMemberByWireName(std::string_view wire_name) const {
  if (type() != ShapeType::kStructure) return std::nullopt;
  const auto index = FindInTable(block_, RecordAt<format::ShapeRecord>(block_, offset_).wire_table, wire_name,
                                 [this](std::size_t i) { return member(i).wire_name(); });
  return index ? std::optional(member(*index)) : std::nullopt;
}

bool Shape::flattened() const { return ShapeFlagsOf(block_, offset_) & format::kShapeFlattened; }
bool Shape::sparse() const { return ShapeFlagsOf(block_, offset_) & format::kSparse; }
bool Shape::is_union() const { return ShapeFlagsOf(block_, offset_) & format::kUnion; }
bool Shape::document() const { return ShapeFlagsOf(block_, offset_) & format::kDocument; }
bool Shape::eventstream() const { return ShapeFlagsOf(block_, offset_) & format::kEventStream; }
bool Shape::event() const { return ShapeFlagsOf(block_, offset_) & format::kEvent; }
bool Shape::streaming() const { return ShapeFlagsOf(block_, offset_) & format::kShapeStreaming; }
bool Shape::requires_length() const { return ShapeFlagsOf(block_, offset_) & format::kRequiresLength; }
bool Shape::sensitive() const { return ShapeFlagsOf(block_, offset_) & format::kSensitive; }
bool Shape::box() const { return ShapeFlagsOf(block_, offset_) & format::kShapeBox; }
bool Shape::unique_items() const { return ShapeFlagsOf(block_, offset_) & format::kUniqueItems; }
bool Shape::is_error() const { return ShapeFlagsOf(block_, offset_) & format::kError; }
bool Shape::is_fault() const { return ShapeFlagsOf(block_, offset_) & format::kFault; }
bool Shape::error_sender_fault() const { return ShapeFlagsOf(block_, offset_) & format::kSenderFault; }

std::string_view Shape::payload() const { return PooledText(block_, ShapeTraitsOf(block_, offset_).payload); }
std::string_view Shape::location_name() const {
  return PooledText(block_, ShapeTraitsOf(block_, offset_).location_name);
}
std::string_view Shape::xml_namespace_uri() const {
  return PooledText(block_, ShapeTraitsOf(block_, offset_).xml_namespace_uri);
}
std::string_view Shape::xml_namespace_prefix() const {
  return PooledText(block_, ShapeTraitsOf(block_, offset_).xml_namespace_prefix);
}
std::string_view Shape::pattern() const { return PooledText(block_, ShapeTraitsOf(block_, offset_).pattern); }
std::string_view Shape::error_code() const { return PooledText(block_, ShapeTraitsOf(block_, offset_).error_code); }
int Shape::error_status() const { return static_cast<int>(ShapeTraitsOf(block_, offset_).error_status); }

std::optional<double> Shape::min() const {
  return (ShapeFlagsOf(block_, offset_) & format::kHasMin) ? std::optional(ShapeTraitsOf(block_, offset_).min)
                                                           : std::nullopt;
}

std::optional<double> Shape::max() const {
  return (ShapeFlagsOf(block_, offset_) & format::kHasMax) ? std::optional(ShapeTraitsOf(block_, offset_).max)
                                                           : std::nullopt;
}

std::size_t Shape::enum_count() const {
  return type() == ShapeType::kString ? RecordAt<format::ShapeRecord>(block_, offset_).count : 0;
}

std::string_view Shape::enum_value(std::size_t index) const {
  const auto* values = &RecordAt<format::StringRef>(block_, RecordAt<format::ShapeRecord>(block_, offset_).items);
  return PooledText(block_, values[index]);
}

namespace {
const format::OperationRecord& OperationRecordOf(const std::byte* block, std::uint32_t offset) {
  return RecordAt<format::OperationRecord>(block, offset);
}
}  // namespace

std::string_view Operation::name() const { return PooledText(block_, OperationRecordOf(block_, offset_).name); }
std::string_view Operation::http_method() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).http_method);
}
std::string_view Operation::request_uri() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).request_uri);
}
int Operation::response_code() const { return OperationRecordOf(block_, offset_).response_code; }
std::string_view Operation::input_location_name() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).input_location_name);
}
std::string_view Operation::input_xml_namespace_uri() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).input_xml_namespace_uri);
}
std::string_view Operation::output_result_wrapper() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).output_result_wrapper);
}
std::string_view Operation::endpoint_host_prefix() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).endpoint_host_prefix);
}
std::string_view Operation::auth_type() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).auth_type);
}

std::string_view Operation::checksum_request_algorithm_member() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).checksum_request_algorithm_member);
}

std::string_view Operation::checksum_request_validation_mode_member() const {
  return PooledText(block_, OperationRecordOf(block_, offset_).checksum_request_validation_mode_member);
}

ServiceModel Operation::service() const {
  ServiceModel model;
  model.block_ = block_;
  return model;
}

std::optional<Shape> Operation::input() const {
  const std::uint32_t shape = OperationRecordOf(block_, offset_).input;
  return shape != 0 ? std::optional(Shape(block_, shape)) : std::nullopt;
}

std::optional<Shape> Operation::output() const {
  const std::uint32_t shape = OperationRecordOf(block_, offset_).output;
  return shape != 0 ? std::optional(Shape(block_, shape)) : std::nullopt;
}

std::size_t Operation::error_count() const { return OperationRecordOf(block_, offset_).error_count; }
Shape Operation::error(std::size_t index) const {
  return {block_, (&RecordAt<std::uint32_t>(block_, OperationRecordOf(block_, offset_).errors))[index]};
}
bool Operation::unsigned_payload() const { return OperationRecordOf(block_, offset_).flags & format::kUnsignedPayload; }
bool Operation::http_checksum_required() const {
  return OperationRecordOf(block_, offset_).flags & format::kChecksumRequired;
}
bool Operation::deprecated() const { return OperationRecordOf(block_, offset_).flags & format::kOperationDeprecated; }
bool Operation::has_streaming_input() const {
  return OperationRecordOf(block_, offset_).flags & format::kStreamingInput;
}
bool Operation::has_streaming_output() const {
  return OperationRecordOf(block_, offset_).flags & format::kStreamingOutput;
}
bool Operation::has_eventstream_input() const {
  return OperationRecordOf(block_, offset_).flags & format::kEventStreamInput;
}
bool Operation::has_eventstream_output() const {
  return OperationRecordOf(block_, offset_).flags & format::kEventStreamOutput;
}

ServiceModel::ServiceModel(std::span<const std::byte> block) : block_(block.data()) {
  if (block.size() < sizeof(format::Header) || reinterpret_cast<std::uintptr_t>(block_) % format::kAlignment != 0) {
    throw std::runtime_error("not a compiled service model");
  }
  const auto& header = ModelHeaderOf(block_);
  if (!std::equal(std::begin(header.magic), std::end(header.magic), std::begin(format::kMagic)) ||
      header.size != block.size()) {
    throw std::runtime_error("not a compiled service model");
  }
  if (header.version != format::kVersion) {
    throw std::runtime_error("a compiled service model of format " + std::to_string(header.version) +
                             ", this program reads " + std::to_string(format::kVersion));
  }
}

std::span<const std::byte> ServiceModel::block() const { return {block_, ModelHeaderOf(block_).size}; }
std::string_view ServiceModel::name() const { return PooledText(block_, ModelHeaderOf(block_).name); }
std::string_view ServiceModel::botocore_version() const {
  return PooledText(block_, ModelHeaderOf(block_).botocore_version);
}
std::string_view ServiceModel::api_version() const { return PooledText(block_, ModelHeaderOf(block_).api_version); }
std::string_view ServiceModel::service_id() const { return PooledText(block_, ModelHeaderOf(block_).service_id); }
std::string_view ServiceModel::service_full_name() const {
  return PooledText(block_, ModelHeaderOf(block_).service_full_name);
}
std::string_view ServiceModel::endpoint_prefix() const {
  return PooledText(block_, ModelHeaderOf(block_).endpoint_prefix);
}
std::string_view ServiceModel::signing_name() const { return PooledText(block_, ModelHeaderOf(block_).signing_name); }
std::string_view ServiceModel::target_prefix() const { return PooledText(block_, ModelHeaderOf(block_).target_prefix); }
std::string_view ServiceModel::xml_namespace_uri() const {
  return PooledText(block_, ModelHeaderOf(block_).xml_namespace_uri);
}
std::string_view ServiceModel::json_version() const { return PooledText(block_, ModelHeaderOf(block_).json_version); }
bool ServiceModel::global_endpoint() const { return ModelHeaderOf(block_).flags & format::kGlobalEndpoint; }
bool ServiceModel::aws_query_compatible() const { return ModelHeaderOf(block_).flags & format::kAwsQueryCompatible; }
Protocol ServiceModel::primary_protocol() const {
  return static_cast<Protocol>(ModelHeaderOf(block_).primary_protocol);
}
bool ServiceModel::Speaks(Protocol protocol) const {
  return ModelHeaderOf(block_).protocols >> static_cast<unsigned>(protocol) & 1U;
}
std::size_t ServiceModel::operation_count() const { return ModelHeaderOf(block_).operation_count; }
std::size_t ServiceModel::shape_count() const { return ModelHeaderOf(block_).shape_count; }

Operation ServiceModel::operation(std::size_t index) const {
  return {block_,
          static_cast<std::uint32_t>(ModelHeaderOf(block_).operations + index * sizeof(format::OperationRecord))};
}

Shape ServiceModel::shape(std::size_t index) const {
  return {block_, static_cast<std::uint32_t>(ModelHeaderOf(block_).shapes + index * sizeof(format::ShapeRecord))};
}

std::optional<Operation> ServiceModel::FindOperation(std::string_view name) const {
  const auto index = FindInTable(block_, ModelHeaderOf(block_).operation_table, name,
                                 [this](std::size_t i) { return operation(i).name(); });
  return index ? std::optional(operation(*index)) : std::nullopt;
}

std::optional<Shape> ServiceModel::FindShape(std::string_view name) const {
  const auto index =
      FindInTable(block_, ModelHeaderOf(block_).shape_table, name, [this](std::size_t i) { return shape(i).name(); });
  return index ? std::optional(shape(*index)) : std::nullopt;
}

std::optional<Shape> ServiceModel::FindError(std::string_view code) const {
  const auto* errors = &RecordAt<format::ErrorRecord>(block_, ModelHeaderOf(block_).errors);
  const auto index = FindInTable(block_, ModelHeaderOf(block_).error_table, code,
                                 [&](std::size_t i) { return PooledText(block_, errors[i].code); });
  return index ? std::optional(Shape(block_, errors[*index].shape)) : std::nullopt;
}

std::optional<Paginator> ServiceModel::FindPaginator(std::string_view operation) const {
  const auto* begin = &RecordAt<format::PaginatorRecord>(block_, ModelHeaderOf(block_).paginators);
  const auto* end = begin + ModelHeaderOf(block_).paginator_count;
  const auto* found =
      std::lower_bound(begin, end, operation, [this](const format::PaginatorRecord& record, std::string_view wanted) {
        return PooledText(block_, record.operation) < wanted;
      });
  if (found == end || PooledText(block_, found->operation) != operation) return std::nullopt;
  return Paginator{PooledText(block_, found->operation),    PooledText(block_, found->input_token),
                   PooledText(block_, found->output_token), PooledText(block_, found->limit_key),
                   PooledText(block_, found->result_key),   PooledText(block_, found->more_results)};
}

}  // namespace stratolite::wire
