#pragma once

#include <string>
#include <string_view>

namespace stratolite::wire::internal {

/// Writes XML 1.0 straight into a string, without a tree and without indentation. Checks neither names nor that calls balance.
/// Not thread-safe. `out` must outlive the writer.
class XmlWriter {
 public:
  explicit XmlWriter(std::string& out) : out_(out) {}

  void Declaration();
  /// Attributes may follow until the next call that is not Attribute().
  void Open(std::string_view name);
  void Attribute(std::string_view name, std::string_view value);
  /// `xmlns="uri"` or `xmlns:prefix="uri"`; nothing for an empty `uri`.
  void Namespace(std::string_view prefix, std::string_view uri);
  /// Escaped text. Characters that XML 1.0 cannot carry, and bytes that are not UTF-8, become U+FFFD: a document that no client can read helps nobody.
  void Text(std::string_view text);
  /// `<name/>` when nothing was written since Open().
  void Close(std::string_view name);
  /// Open, Text, Close.
  void Element(std::string_view name, std::string_view text);

 private:
  void EndStartTag();
  void Escaped(std::string_view text, bool attribute);

  std::string& out_;
  bool in_start_tag_ = false;
};

}  // namespace stratolite::wire::internal
