#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// The compiled service model: one block of plain records that refer to each other by offset from its beginning, so that it can be
/// mapped anywhere and needs neither relocation nor parsing. `model_compiler.cpp` writes it, `model.cpp` reads it, nobody else knows it.
/// Little-endian, as every machine this is built for. The layout may change at will: raise kVersion, the block is rebuilt with the binary.
namespace stratolite::wire::format {

static_assert(std::endian::native == std::endian::little);

inline constexpr char kMagic[4] = {'S', 'L', 'M', 'B'};
inline constexpr std::uint32_t kVersion = 1;
/// Records are aligned to this, and so must be the block.
inline constexpr std::size_t kAlignment = 8;

/// Offset of a pooled string: 32-bit length, bytes, NUL. The empty string is pooled as well, so that reading needs no branch.
using StringRef = std::uint32_t;

/// An open-addressing hash table from a name to a 16-bit index: `mask + 1` slots at `slots`, each index + 1 or 0. Linear probing.
struct NameTable {
  std::uint32_t slots;
  std::uint32_t mask;
};

struct Header {
  char magic[4];
  std::uint32_t version;
  std::uint32_t size;
  std::uint32_t flags;
  StringRef name;
  StringRef botocore_version;
  StringRef api_version;
  StringRef service_id;
  StringRef service_full_name;
  StringRef endpoint_prefix;
  StringRef signing_name;
  StringRef target_prefix;
  StringRef xml_namespace_uri;
  StringRef json_version;
  std::uint32_t primary_protocol;
  /// Bit n: speaks Protocol n.
  std::uint32_t protocols;
  /// OperationRecord[operation_count], sorted by name.
  std::uint32_t operations;
  std::uint32_t operation_count;
  NameTable operation_table;
  /// ShapeRecord[shape_count], sorted by name.
  std::uint32_t shapes;
  std::uint32_t shape_count;
  NameTable shape_table;
  /// ErrorRecord[error_count], sorted by code.
  std::uint32_t errors;
  std::uint32_t error_count;
  NameTable error_table;
  /// PaginatorRecord[paginator_count], sorted by operation.
  std::uint32_t paginators;
  std::uint32_t paginator_count;
};

enum HeaderFlag : std::uint32_t { kGlobalEndpoint = 1, kAwsQueryCompatible = 2 };

struct OperationRecord {
  StringRef name;
  StringRef http_method;
  StringRef request_uri;
  /// Offsets of ShapeRecords; 0 if there is none.
  std::uint32_t input;
  std::uint32_t output;
  StringRef input_location_name;
  StringRef input_xml_namespace_uri;
  StringRef output_result_wrapper;
  /// Offsets of ShapeRecords: uint32_t[error_count].
  std::uint32_t errors;
  std::uint16_t error_count;
  std::uint16_t response_code;
  StringRef endpoint_host_prefix;
  StringRef auth_type;
  StringRef checksum_request_algorithm_member;
  StringRef checksum_request_validation_mode_member;
  std::uint32_t flags;
};

enum OperationFlag : std::uint32_t {
  kUnsignedPayload = 1 << 0,
  kChecksumRequired = 1 << 1,
  kOperationDeprecated = 1 << 2,
  kStreamingInput = 1 << 3,
  kStreamingOutput = 1 << 4,
  kEventStreamInput = 1 << 5,
  kEventStreamOutput = 1 << 6,
};

/// Rare facts of a shape, apart so that the many plain shapes stay small. One all-empty record is shared.
struct ShapeTraits {
  double min;
  double max;
  StringRef payload;
  StringRef location_name;
  StringRef xml_namespace_uri;
  StringRef xml_namespace_prefix;
  StringRef pattern;
  StringRef error_code;
  std::uint32_t error_status;
  std::uint32_t reserved;
};

struct ShapeRecord {
  StringRef name;
  /// ShapeType in the low bits, TimestampFormat above it, then ShapeFlags.
  std::uint32_t flags;
  /// Structures, lists (1) and maps (2: key, value): MemberRecord[count]. Strings: the enum, StringRef[count].
  std::uint32_t items;
  std::uint32_t count;
  /// Structures: by name, and by name on the wire.
  NameTable member_table;
  NameTable wire_table;
  std::uint32_t traits;
};

inline constexpr std::uint32_t kTypeMask = 0x1f;
inline constexpr std::uint32_t kTimestampShift = 5;
inline constexpr std::uint32_t kTimestampMask = 0x3;

enum ShapeFlag : std::uint32_t {
  kShapeFlattened = 1 << 7,
  kSparse = 1 << 8,
  kUnion = 1 << 9,
  kDocument = 1 << 10,
  kEventStream = 1 << 11,
  kEvent = 1 << 12,
  kShapeStreaming = 1 << 13,
  kRequiresLength = 1 << 14,
  kSensitive = 1 << 15,
  kShapeBox = 1 << 16,
  kError = 1 << 17,
  kFault = 1 << 18,
  kSenderFault = 1 << 19,
  kHasMin = 1 << 20,
  kHasMax = 1 << 21,
  kUniqueItems = 1 << 22,
  kShapeJsonValue = 1 << 23,
};

struct MemberTraits {
  StringRef query_name;
  StringRef xml_namespace_uri;
  StringRef xml_namespace_prefix;
};

struct MemberRecord {
  StringRef name;
  StringRef wire_name;
  std::uint32_t shape;
  /// Location in the low bits, TimestampFormat at kTimestampShift, then MemberFlags.
  std::uint32_t flags;
  std::uint32_t traits;
};

inline constexpr std::uint32_t kLocationMask = 0x1f;

enum MemberFlag : std::uint32_t {
  kHasLocationName = 1 << 7,
  kRequired = 1 << 8,
  kMemberFlattened = 1 << 9,
  kXmlAttribute = 1 << 10,
  kMemberStreaming = 1 << 11,
  kMemberJsonValue = 1 << 12,
  kHostLabel = 1 << 13,
  kIdempotencyToken = 1 << 14,
  kEventPayload = 1 << 15,
  kEventHeader = 1 << 16,
  kMemberBox = 1 << 17,
  kMemberDeprecated = 1 << 18,
};

/// A code under which an error shape is found: its name, or its `error.code`.
struct ErrorRecord {
  StringRef code;
  std::uint32_t shape;
};

struct PaginatorRecord {
  StringRef operation;
  StringRef input_token;
  StringRef output_token;
  StringRef limit_key;
  StringRef result_key;
  StringRef more_results;
};

/// Same result in the compiler and at run time: it is part of the format.
inline std::uint32_t HashName(std::string_view name) {
  constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;
  std::uint64_t hash = name.size() * kMultiplier;
  const char* data = name.data();
  std::size_t left = name.size();
  for (; left >= 8; left -= 8, data += 8) {
    std::uint64_t word;
    std::memcpy(&word, data, 8);
    hash = std::rotl((hash ^ word) * kMultiplier, 29);
  }
  if (left > 0) {
    std::uint64_t word = 0;
    std::memcpy(&word, data, left);
    hash = std::rotl((hash ^ word) * kMultiplier, 29);
  }
  hash *= kMultiplier;
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace stratolite::wire::format
