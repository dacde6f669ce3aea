#include "unit/patterns/reference_matcher.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stratolite::patterns {
namespace {

using Conditions = std::map<std::string, Json>;

struct Scalar {
  std::string path;
  Json value;
  /// Of which arrays it lies in which entries.
  std::map<int, int> entries;
};

std::string Join(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

std::vector<Conditions> MultiplyOut(const Json& object, const std::string& path, std::vector<Conditions> so_far) {
  for (const auto& [key, value] : object.items()) {
    if (key == "$or") {
      std::vector<Conditions> all;
      for (const Json& alternative : value) {
        for (auto& one : MultiplyOut(alternative, path, so_far)) all.push_back(std::move(one));
      }
      so_far = std::move(all);
    } else if (value.is_object()) {
      so_far = MultiplyOut(value, Join(path, key), std::move(so_far));
    } else {
      for (Conditions& conditions : so_far) conditions[Join(path, key)] = value;
    }
  }
  return so_far;
}

void Flatten(const Json& value, const std::string& path, const std::map<int, int>& entries, int* arrays,
             std::vector<Scalar>* scalars) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) Flatten(member, Join(path, key), entries, arrays, scalars);
  } else if (value.is_array()) {
    const int array = (*arrays)++;
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::map<int, int> inner = entries;
      if (value[i].is_structured()) inner[array] = static_cast<int>(i);
      Flatten(value[i], path, inner, arrays, scalars);
    }
  } else {
    scalars->push_back({path, value, entries});
  }
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

bool WildcardFits(std::string_view wildcard, std::string_view text) {
  if (wildcard.empty()) return text.empty();
  if (wildcard[0] == '*')
    return WildcardFits(wildcard.substr(1), text) || (!text.empty() && WildcardFits(wildcard, text.substr(1)));
  if (wildcard[0] == '\\') wildcard.remove_prefix(1);
  return !text.empty() && wildcard[0] == text[0] && WildcardFits(wildcard.substr(1), text.substr(1));
}

std::string Bits(const std::string& address) {
  unsigned char bytes[16];
  int size = 0;
  if (inet_pton(AF_INET, address.c_str(), bytes) == 1) {
    size = 4;
  } else if (inet_pton(AF_INET6, address.c_str(), bytes) == 1) {
    size = 16;
  }
  std::string bits;
  for (int i = 0; i < size * 8; ++i) bits.push_back((bytes[i / 8] & (0x80 >> (i % 8))) != 0 ? '1' : '0');
  return bits;
}

bool InNetwork(const std::string& cidr, const Json& value) {
  if (!value.is_string()) return false;
  const std::size_t slash = cidr.find('/');
  const std::string network = Bits(cidr.substr(0, slash));
  const std::string address = Bits(value.get<std::string>());
  const auto mask = static_cast<std::size_t>(std::stoi(cidr.substr(slash + 1)));
  return !address.empty() && address.size() == network.size() && address.substr(0, mask) == network.substr(0, mask);
}

std::optional<long long> Millionths(const Json& value) {
  if (!value.is_number() || std::abs(value.get<double>()) > 5e9) return std::nullopt;
  return std::llround(value.get<double>() * 1e6);
}

bool Same(const Json& wanted, const Json& value) {
  if (wanted.is_number() && value.is_number()) {
    const auto a = Millionths(wanted);
    const auto b = Millionths(value);
    return a && b ? *a == *b : !a && !b && wanted == value;
  }
  if (wanted.is_string() && value.is_string() && !Bits(wanted).empty()) return Bits(wanted) == Bits(value);
  return wanted.type() == value.type() && wanted == value;
}

bool InRange(const Json& range, const Json& value) {
  const auto number = Millionths(value);
  if (!number) return false;
  for (std::size_t i = 0; i < range.size(); i += 2) {
    const std::string sign = range[i];
    const long long bound = *Millionths(range[i + 1]);
    const bool holds = sign == "<"    ? *number < bound
                       : sign == "<=" ? *number <= bound
                       : sign == ">"  ? *number > bound
                       : sign == ">=" ? *number >= bound
                                      : *number == bound;
    if (!holds) return false;
  }
  return true;
}

bool TextHolds(const std::string& name, const Json& operand, const std::string& text) {
  if (operand.is_object()) return TextHolds(name, Lower(operand["equals-ignore-case"]), Lower(text));
  const std::string wanted = operand;
  if (name == "prefix") return text.substr(0, wanted.size()) == wanted;
  if (name == "suffix") return text.size() >= wanted.size() && text.substr(text.size() - wanted.size()) == wanted;
  if (name == "equals-ignore-case") return Lower(text) == Lower(wanted);
  return WildcardFits(wanted, text);
}

bool IsNot(const Json& excluded, const Json& value) {
  std::string name;
  Json list = excluded;
  if (excluded.is_object()) {
    name = excluded.begin().key();
    list = excluded.begin().value();
  }
  if (!list.is_array()) list = Json::array({list});
  return std::none_of(list.begin(), list.end(), [&](const Json& one) {
    if (!name.empty()) return value.is_string() && TextHolds(name, one, value);
    return one.is_string() ? value.is_string() && one == value : Same(one, value);
  });
}

bool Holds(const Json& condition, const Json& value) {
  if (!condition.is_object()) return Same(condition, value);
  const std::string name = condition.begin().key();
  const Json& operand = condition.begin().value();
  if (name == "exists") return operand.get<bool>();
  if (name == "anything-but") return IsNot(operand, value);
  if (name == "numeric") return InRange(operand, value);
  if (name == "cidr") return InNetwork(operand, value);
  return value.is_string() && TextHolds(name, operand, value);
}

bool Agree(const std::map<int, int>& a, const std::map<int, int>& b) {
  return std::all_of(a.begin(), a.end(),
                     [&](const auto& entry) { return !b.count(entry.first) || b.at(entry.first) == entry.second; });
}

bool Choose(Conditions::const_iterator next, Conditions::const_iterator end, const std::vector<Scalar>& scalars,
            const std::map<int, int>& chosen) {
  if (next == end) return true;
  bool absent = true;
  for (const Scalar& scalar : scalars) {
    if (scalar.path != next->first || !Agree(scalar.entries, chosen)) continue;
    absent = false;
    const bool holds = std::any_of(next->second.begin(), next->second.end(),
                                   [&](const Json& condition) { return Holds(condition, scalar.value); });
    std::map<int, int> more = chosen;
    more.insert(scalar.entries.begin(), scalar.entries.end());
    if (holds && Choose(std::next(next), end, scalars, more)) return true;
  }
  const bool may_be_absent = std::any_of(next->second.begin(), next->second.end(),
                                         [](const Json& condition) { return condition == Json{{"exists", false}}; });
  return absent && may_be_absent && Choose(std::next(next), end, scalars, chosen);
}

}  // namespace

bool ReferenceMatches(const Json& pattern, const Json& event) {
  std::vector<Scalar> scalars;
  int arrays = 0;
  Flatten(event, "", {}, &arrays, &scalars);
  for (const Conditions& conditions : MultiplyOut(pattern, "", {{}})) {
    if (Choose(conditions.begin(), conditions.end(), scalars, {})) return true;
  }
  return false;
}

}  // namespace stratolite::patterns
