#include "wire/constraint_messages.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <optional>

#include "stratolite/base/json.hpp"
#include "stratolite/base/time.hpp"
#include "wire/scalar_text.hpp"

namespace stratolite::wire::internal {
namespace {

std::string BoundText(double bound) {
  if (bound == std::trunc(bound) && std::fabs(bound) < 9e15) return std::to_string(static_cast<std::int64_t>(bound));
  std::string text;
  AppendDouble(text, bound);
  return text;
}

std::uint32_t JavaHashCode(std::string_view text) {
  std::uint32_t hash = 0;
  for (const char c : text) hash = hash * 31 + static_cast<unsigned char>(c);
  return hash;
}

/// `Thu Jan 01 00:00:00 UTC 1970`, as java.util.Date prints itself.
std::string JavaDate(double seconds) {
  const auto time = FromEpochSeconds(seconds);
  if (!time) return "null";
  const std::string date = FormatHttpDate(*time);  // Thu, 01 Jan 1970 00:00:00 GMT
  if (date.size() < 29) return date;
  return date.substr(0, 3) + ' ' + date.substr(8, 3) + ' ' + date.substr(5, 2) + ' ' + date.substr(17, 8) + " UTC " +
         date.substr(12, 4);
}

class ValuePrinter {
 public:
  ValuePrinter(std::string& out, std::size_t limit) : out_(out), limit_(limit) {}

  void Print(const Shape& shape, const Json& value) {
    if (out_.size() >= limit_) return;
    if (value.is_null()) {
      out_ += "null";
    } else if (shape.document()) {
      out_ += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    } else if (value.is_object()) {
      shape.type() == ShapeType::kMap ? Map(shape, value) : Structure(shape, value);
    } else if (value.is_array() && shape.type() == ShapeType::kList) {
      List(shape, value);
    } else {
      Scalar(shape, value);
    }
  }

 private:
  void Structure(const Shape& shape, const Json& value) {
    if (shape.type() != ShapeType::kStructure) return;
    out_ += shape.name();
    out_ += '(';
    for (std::size_t i = 0; i < shape.member_count(); ++i) {
      const Member member = shape.member(i);
      if (i > 0) out_ += ", ";
      out_ += LowerFirst(member.name());
      out_ += '=';
      const auto field = value.find(member.name());
      static const Json kNull;
      Print(member.shape(), field == value.end() ? kNull : *field);
    }
    out_ += ')';
  }

  void Map(const Shape& shape, const Json& value) {
    const Shape item = shape.value().shape();
    out_ += '{';
    const std::size_t start = out_.size();
    for (const auto& [key, child] : value.get_ref<const Json::object_t&>()) {
      if (out_.size() >= limit_) break;
      if (out_.size() > start) out_ += ", ";
      out_ += key;
      out_ += '=';
      Print(item, child);
    }
    out_ += '}';
  }

  void List(const Shape& shape, const Json& value) {
    const Shape item = shape.element().shape();
    out_ += '[';
    const std::size_t start = out_.size();
    for (const Json& child : value) {
      if (out_.size() >= limit_) break;
      if (out_.size() > start) out_ += ", ";
      Print(item, child);
    }
    out_ += ']';
  }

  void Scalar(const Shape& shape, const Json& value) {
    if (value.is_binary()) {
      const std::string size = std::to_string(value.get_binary().size());
      out_ += "java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + ']';
    } else if (value.is_string()) {
      out_ += value.get_ref<const std::string&>();
    } else if (value.is_boolean()) {
      out_ += value.get<bool>() ? "true" : "false";
    } else if (shape.type() == ShapeType::kTimestamp && value.is_number()) {
      out_ += JavaDate(value.get<double>());
    } else if (value.is_number_float()) {
      AppendDouble(out_, value.get<double>());
    } else if (value.is_number()) {
      out_ += value.dump();
    }
  }

  std::string& out_;
  std::size_t limit_;
};

}  // namespace

std::string LengthConstraint(const Shape& shape, ValidationDialect dialect, bool upper) {
  if (dialect == ValidationDialect::kSmithy && shape.min() && shape.max()) {
    return "Member must have length between " + BoundText(*shape.min()) + " and " + BoundText(*shape.max()) +
           ", inclusive";
  }
  return upper ? "Member must have length less than or equal to " + BoundText(*shape.max())
               : "Member must have length greater than or equal to " + BoundText(*shape.min());
}

std::string RangeConstraint(const Shape& shape, ValidationDialect dialect, bool upper) {
  const bool smithy = dialect == ValidationDialect::kSmithy;
  if (smithy && shape.min() && shape.max()) {
    return "Member must be between " + BoundText(*shape.min()) + " and " + BoundText(*shape.max()) + ", inclusive";
  }
  const std::string start = smithy ? "Member must be " : "Member must have value ";
  return start + (upper ? "less than or equal to " + BoundText(*shape.max())
                        : "greater than or equal to " + BoundText(*shape.min()));
}

std::string PatternConstraint(std::string_view pattern) {
  return "Member must satisfy regular expression pattern: " + std::string(pattern);
}

std::string EnumConstraint(const Shape& shape, ValidationDialect dialect) {
  std::vector<std::string_view> values;
  for (std::size_t i = 0; i < shape.enum_count(); ++i) values.push_back(shape.enum_value(i));
  if (dialect == ValidationDialect::kAws) {
    // Every recorded AWS message lists the values as a hash table of 32 buckets by String.hashCode does, the last one put in first.
    std::reverse(values.begin(), values.end());
    std::stable_sort(values.begin(), values.end(), [](std::string_view a, std::string_view b) {
      return JavaHashCode(a) % 32 < JavaHashCode(b) % 32;
    });
  }
  std::string text = "Member must satisfy enum value set: [";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) text += ", ";
    text += values[i];
  }
  return text + ']';
}

std::vector<std::string> ElementConstraints(const Shape& shape) {
  constexpr auto kDialect = ValidationDialect::kAws;
  std::vector<std::string> constraints;
  const bool number = shape.type() != ShapeType::kString && shape.type() != ShapeType::kBlob && IsScalar(shape.type());
  if (shape.max())
    constraints.push_back(number ? RangeConstraint(shape, kDialect, true) : LengthConstraint(shape, kDialect, true));
  if (shape.min())
    constraints.push_back(number ? RangeConstraint(shape, kDialect, false) : LengthConstraint(shape, kDialect, false));
  if (!shape.pattern().empty()) constraints.push_back(PatternConstraint(shape.pattern()));
  if (shape.enum_count() > 0) constraints.push_back(EnumConstraint(shape, kDialect));
  return constraints;
}

std::string ValueText(const Shape& shape, const Json& value, std::size_t limit) {
  std::string out;
  ValuePrinter(out, limit).Print(shape, value);
  return out;
}

std::string LowerFirst(std::string_view name) {
  std::string text(name);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] += 'a' - 'A';
  return text;
}

}  // namespace stratolite::wire::internal
