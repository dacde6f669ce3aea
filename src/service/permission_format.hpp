#pragma once

#include <cstdint>

namespace stratolite::permissions {

/// The block that compile_permissions writes: a header, then arrays of the records below, then characters. Offsets are from the block's start, ranges are
/// indices. Services are sorted by name, a service's operations too. Nothing in it is relocated. Immutable.

struct Text {
  std::uint32_t offset;
  std::uint32_t size;
};

struct Range {
  std::uint32_t first;
  std::uint32_t count;
};

struct ServiceRecord {
  Text name;
  Range operations;
};

struct OperationRecord {
  Text name;
  Range needs;
};

/// A flag of a need: it is left out where the input does not say which resource.
constexpr std::uint32_t kOptional = 1;

struct NeedRecord {
  Text action;
  /// Path of a list: one need for each of its elements; empty: one need.
  Text each;
  /// Tags of the request, and keys of tags.
  Text tags;
  Text tag_keys;
  /// Paths of members; the need is there when one of `when` is given (or there are none) and none of `unless`.
  Range when;
  Range unless;
  /// Templates of the resource, best first; none: `*`.
  Range resource;
  /// At most one template: what AWS's denials call the resource.
  Range names;
  Range keys;
  std::uint32_t flags;
};

/// A condition key and the path of the member that is its value; `=text`: always that.
struct KeyRecord {
  Text name;
  Text value;
};

enum class PieceKind : std::uint32_t { kText, kPartition, kRegion, kAccount, kMember };

enum class PieceFilter : std::uint32_t {
  /// A value that is an ARN is the whole resource.
  kNone,
  /// Never an ARN.
  kText,
  /// What follows the last `/`.
  kLast,
  /// An ARN without what follows its last `:`.
  kUp,
  /// Without `https://`.
  kUrl,
};

struct PieceRecord {
  PieceKind kind;
  PieceFilter filter;
  /// Characters, or a member's path.
  Text text;
  /// In place of an absent member.
  Text otherwise;
  std::uint32_t has_otherwise;
};

struct TemplateRecord {
  Range pieces;
};

struct Section {
  std::uint32_t offset;
  std::uint32_t count;
};

struct Header {
  std::uint32_t magic;
  std::uint32_t size;
  Section services;
  Section operations;
  Section needs;
  Section paths;
  Section templates;
  Section pieces;
  Section keys;
  Section characters;
};

constexpr std::uint32_t kMagic = 0x31505453;

}  // namespace stratolite::permissions
