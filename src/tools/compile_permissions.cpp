/// Compiles services/<name>/permissions.json for the build.
///
///   compile_permissions OUT.bin OUT.cpp NAME=PERMISSIONS.json…   one block of all services, and a source that links it into a binary
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "service/permission_format.hpp"
#include "stratolite/base/json.hpp"
#include "stratolite/base/json_text.hpp"

namespace {

using stratolite::Json;
namespace fs = std::filesystem;
namespace format = stratolite::permissions;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void WriteFile(const fs::path& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

/// One string, or several.
std::vector<std::string> Texts(const Json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  return value.get<std::vector<std::string>>();
}

class Block {
 public:
  void AddService(const std::string& name, const Json& permissions) {
    const auto first = static_cast<std::uint32_t>(operations_.size());
    std::map<std::string, const Json*> sorted;
    for (const auto& [operation, needs] : permissions.at("operations").items()) sorted[operation] = &needs;
    for (const auto& [operation, needs] : sorted) operations_.push_back({Pool(operation), AddNeeds(*needs)});
    services_.push_back({Pool(name), {first, static_cast<std::uint32_t>(sorted.size())}});
  }

  std::string Bytes() {
    format::Header header{};
    std::string body;
    const auto add = [&](const auto& records) {
      const format::Section section{static_cast<std::uint32_t>(sizeof header + body.size()),
                                    static_cast<std::uint32_t>(records.size())};
      body.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof records[0]);
      return section;
    };
    header.magic = format::kMagic;
    header.services = add(services_);
    header.operations = add(operations_);
    header.needs = add(needs_);
    header.paths = add(paths_);
    header.templates = add(templates_);
    header.pieces = add(pieces_);
    header.keys = add(keys_);
    header.characters = add(characters_);
    header.size = static_cast<std::uint32_t>(sizeof header + body.size());
    return std::string(reinterpret_cast<const char*>(&header), sizeof header) + body;
  }

 private:
  format::Text Pool(const std::string& text) {
    const auto [found, added] = pooled_.try_emplace(text);
    if (added) {
      found->second = {static_cast<std::uint32_t>(characters_.size()), static_cast<std::uint32_t>(text.size())};
      characters_ += text;
    }
    return found->second;
  }

  format::Text PoolMember(const Json& need, const char* name) { return Pool(need.value(name, std::string())); }

  format::Range AddNeeds(const Json& needs) {
    std::vector<format::NeedRecord> records;
    for (const Json& need : needs) {
      format::NeedRecord record{};
      record.action = Pool(need.at("action").get<std::string>());
      record.each = PoolMember(need, "each");
      record.tags = PoolMember(need, "tags");
      record.tag_keys = PoolMember(need, "tag_keys");
      record.when = AddPaths(need, "when");
      record.unless = AddPaths(need, "unless");
      record.resource = AddTemplates(need, "resource");
      record.names = AddTemplates(need, "names");
      record.keys = AddKeys(need);
      record.flags = need.value("optional", false) ? format::kOptional : 0U;
      records.push_back(record);
    }
    const format::Range range{static_cast<std::uint32_t>(needs_.size()), static_cast<std::uint32_t>(records.size())};
    needs_.insert(needs_.end(), records.begin(), records.end());
    return range;
  }

  format::Range AddPaths(const Json& need, const char* member) {
    const format::Range range{static_cast<std::uint32_t>(paths_.size()), 0};
    if (!need.contains(member)) return range;
    for (const std::string& path : Texts(need[member])) paths_.push_back(Pool(path));
    return {range.first, static_cast<std::uint32_t>(paths_.size()) - range.first};
  }

  format::Range AddKeys(const Json& need) {
    const format::Range range{static_cast<std::uint32_t>(keys_.size()), 0};
    if (!need.contains("keys")) return range;
    for (const auto& [name, value] : need["keys"].items())
      keys_.push_back({Pool(name), Pool(value.get<std::string>())});
    return {range.first, static_cast<std::uint32_t>(keys_.size()) - range.first};
  }

  /// Most operations of a service share a few templates.
  format::Range AddTemplates(const Json& need, const char* member) {
    if (!need.contains(member)) return {0, 0};
    const auto [found, added] = known_templates_.try_emplace(need[member].dump());
    if (!added) return found->second;
    std::vector<format::TemplateRecord> records;
    for (const std::string& text : Texts(need[member])) records.push_back({AddPieces(text)});
    const auto first = static_cast<std::uint32_t>(templates_.size());
    templates_.insert(templates_.end(), records.begin(), records.end());
    return found->second = {first, static_cast<std::uint32_t>(records.size())};
  }

  format::Range AddPieces(std::string_view text) {
    const auto first = static_cast<std::uint32_t>(pieces_.size());
    while (!text.empty()) {
      const std::size_t brace = text.find('{');
      const bool scope = brace != std::string_view::npos && brace > 0 && text[brace - 1] == '$';
      const std::string_view plain = text.substr(0, scope ? brace - 1 : brace);
      if (!plain.empty()) AddPiece(format::PieceKind::kText, plain);
      if (brace == std::string_view::npos) break;
      const std::size_t end = text.find('}', brace);
      if (end == std::string_view::npos) throw std::runtime_error("an open brace in " + std::string(text));
      const std::string_view inside = text.substr(brace + 1, end - brace - 1);
      scope ? AddScope(inside) : AddMember(inside);
      text.remove_prefix(end + 1);
    }
    return {first, static_cast<std::uint32_t>(pieces_.size()) - first};
  }

  void AddPiece(format::PieceKind kind, std::string_view text) {
    pieces_.push_back({kind, format::PieceFilter::kNone, Pool(std::string(text)), Pool(""), 0});
  }

  void AddScope(std::string_view name) {
    if (name == "Partition") return AddPiece(format::PieceKind::kPartition, "");
    if (name == "Region") return AddPiece(format::PieceKind::kRegion, "");
    if (name == "Account") return AddPiece(format::PieceKind::kAccount, "");
    throw std::runtime_error("a variable that is bound to nothing: " + std::string(name));
  }

  void AddMember(std::string_view inside) {
    static const std::map<std::string_view, format::PieceFilter> kFilters = {{"text", format::PieceFilter::kText},
                                                                             {"last", format::PieceFilter::kLast},
                                                                             {"up", format::PieceFilter::kUp},
                                                                             {"url", format::PieceFilter::kUrl}};
    format::PieceRecord piece{format::PieceKind::kMember, format::PieceFilter::kNone, {}, Pool(""), 0};
    if (const std::size_t equals = inside.find('='); equals != std::string_view::npos) {
      piece.otherwise = Pool(std::string(inside.substr(equals + 1)));
      piece.has_otherwise = 1;
      inside = inside.substr(0, equals);
    }
    if (const std::size_t bar = inside.find('|'); bar != std::string_view::npos) {
      piece.filter = kFilters.at(inside.substr(bar + 1));
      inside = inside.substr(0, bar);
    }
    piece.text = Pool(std::string(inside));
    pieces_.push_back(piece);
  }

  std::vector<format::ServiceRecord> services_;
  std::vector<format::OperationRecord> operations_;
  std::vector<format::NeedRecord> needs_;
  std::vector<format::Text> paths_;
  std::vector<format::TemplateRecord> templates_;
  std::vector<format::PieceRecord> pieces_;
  std::vector<format::KeyRecord> keys_;
  std::string characters_;
  std::map<std::string, format::Text> pooled_;
  std::map<std::string, format::Range> known_templates_;
};

int Run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) {
    std::cerr << "usage: compile_permissions OUT.bin OUT.cpp NAME=PERMISSIONS.json...\n";
    return 2;
  }
  std::map<std::string, fs::path> services;
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const std::size_t equals = arguments[i].find('=');
    if (equals == std::string::npos) throw std::runtime_error("not NAME=FILE: " + arguments[i]);
    services[arguments[i].substr(0, equals)] = arguments[i].substr(equals + 1);
  }
  Block block;
  for (const auto& [name, path] : services) {
    const Json permissions = stratolite::ParseJsonText(ReadFile(path));
    if (permissions.is_discarded()) throw std::runtime_error(path.string() + " is not JSON");
    block.AddService(name, permissions);
  }
  WriteFile(arguments[0], block.Bytes());
  WriteFile(arguments[1],
            "// Generated by compile_permissions. Do not edit.\n\n"
            "asm(R\"(.pushsection .rodata.stratolite_permissions, \"a\", @progbits\n.balign 64\n"
            ".globl stratolite_linked_permissions\nstratolite_linked_permissions: .incbin \"" +
                fs::absolute(arguments[0]).string() + "\"\n.popsection)\");\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "compile_permissions: " << error.what() << "\n";
    return 1;
  }
}
