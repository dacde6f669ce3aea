#include "wire/validation.hpp"

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stratolite/base/encoding.hpp"
#include "stratolite/base/json.hpp"
#include "wire/scalar_text.hpp"

namespace stratolite::wire::internal {
namespace {

constexpr std::size_t kMaxReportBytes = 256 * 1024;

class ConstraintChecker {
 public:
  ConstraintChecker(PatternCache& patterns, ValidationDialect dialect) : patterns_(patterns), dialect_(dialect) {}

  struct Violation {
    std::string path;
    std::string text;
  };
  const std::vector<Violation>& violations() const { return violations_; }

  void Structure(const Shape& shape, const Json& value, const std::string& path) {
    for (std::size_t i = 0; i < shape.member_count() && !Full(); ++i) {
      const Member member = shape.member(i);
      const auto field = value.find(member.name());
      const bool absent = field == value.end() || field->is_null();
      if (absent && !member.required()) continue;
      const std::string at = MemberPath(path, member.name());
      if (absent) {
        Report(at, smithy() ? "Value" : "Value null", kMustNotBeNull);
      } else {
        Value(member.shape(), *field, at);
      }
    }
  }

 private:
  bool smithy() const { return dialect_ == ValidationDialect::kSmithy; }
  bool Full() const { return reported_ >= kMaxReportBytes; }

  std::string MemberPath(const std::string& path, std::string_view name) const {
    if (smithy()) return path + '/' + std::string(name);
    return path.empty() ? LowerFirst(name) : path + '.' + LowerFirst(name);
  }
  /// Of an element (`index` from 0) or of a map's value.
  std::string ItemPath(const std::string& path, std::size_t index) const {
    return smithy() ? path + '/' + std::to_string(index) : path + '.' + std::to_string(index + 1) + ".member";
  }
  std::string ValuePath(const std::string& path, const std::string& key) const {
    return smithy() ? path + '/' + key : path + '.' + key + ".member";
  }

  void Value(const Shape& shape, const Json& value, const std::string& path) {
    if (Full() || shape.document()) return;
    switch (shape.type()) {
      case ShapeType::kStructure:
        if (value.is_object()) Structure(shape, value, path);
        return;
      case ShapeType::kList:
        if (!value.is_array()) return;
        Own(shape, value, path);
        return List(shape, value, path);
      case ShapeType::kMap:
        if (!value.is_object()) return;
        Own(shape, value, path);
        return Map(shape, value, path);
      default:
        return Own(shape, value, path);
    }
  }

  /// The constraints of the value itself, in the order in which AWS reports them: enum, pattern, upper bound, lower bound.
  void Own(const Shape& shape, const Json& value, const std::string& path) {
    for (const std::string& constraint : Broken(shape, value)) {
      Report(path, Subject(shape, value), constraint);
    }
  }

  std::vector<std::string> Broken(const Shape& shape, const Json& value) const {
    std::vector<std::string> broken;
    if (value.is_string() && shape.enum_count() > 0 && !InEnum(shape, value.get_ref<const std::string&>())) {
      broken.push_back(EnumConstraint(shape, dialect_));
    }
    if (value.is_string() && !shape.pattern().empty()) {
      const Pattern& pattern = patterns_.Get(shape.pattern());
      const std::string& text = value.get_ref<const std::string&>();
      if (!(smithy() ? pattern.Finds(text) : pattern.Matches(text)))
        broken.push_back(PatternConstraint(shape.pattern()));
    }
    const auto size = SizeOf(shape, value);
    if (!size) return broken;
    const bool number = value.is_number();
    const bool above = shape.max() && *size > *shape.max();
    const bool below = shape.min() && *size < *shape.min();
    if (above)
      broken.push_back(number ? RangeConstraint(shape, dialect_, true) : LengthConstraint(shape, dialect_, true));
    if (below)
      broken.push_back(number ? RangeConstraint(shape, dialect_, false) : LengthConstraint(shape, dialect_, false));
    return broken;
  }

  /// What `min` and `max` bound: a length or a number. nullopt: nothing, or a value of another type.
  static std::optional<double> SizeOf(const Shape& shape, const Json& value) {
    switch (shape.type()) {
      case ShapeType::kString:
        if (!value.is_string()) return std::nullopt;
        return static_cast<double>(Utf8Length(value.get_ref<const std::string&>()));
      case ShapeType::kBlob:
        if (!value.is_binary()) return std::nullopt;
        return static_cast<double>(value.get_binary().size());
      case ShapeType::kList:
      case ShapeType::kMap:
        return static_cast<double>(value.size());
      case ShapeType::kStructure:
      case ShapeType::kTimestamp:
      case ShapeType::kBoolean:
        return std::nullopt;
      default:
        if (!value.is_number()) return std::nullopt;
        return value.get<double>();
    }
  }

  static bool InEnum(const Shape& shape, std::string_view text) {
    for (std::size_t i = 0; i < shape.enum_count(); ++i) {
      if (shape.enum_value(i) == text) return true;
    }
    return false;
  }

  /// Whether AWS reports a violation of an item at the collection it stands in.
  bool ReportedAtCollection(const Shape& item) const { return !smithy() && IsScalar(item.type()); }

  void List(const Shape& shape, const Json& value, const std::string& path) {
    const Shape item = shape.element().shape();
    for (std::size_t i = 0; i < value.size() && !Full(); ++i) {
      if (value[i].is_null()) continue;
      if (!ReportedAtCollection(item)) {
        Value(item, value[i], ItemPath(path, i));
      } else if (!Broken(item, value[i]).empty()) {
        auto constraints = ElementConstraints(item);
        constraints.emplace_back(kMustNotBeNull);
        return Report(path, Subject(shape, value), "Member must satisfy constraint: " + Bracketed(constraints));
      }
    }
  }

  void Map(const Shape& shape, const Json& value, const std::string& path) {
    const Shape key_shape = shape.key().shape();
    const Shape item = shape.value().shape();
    for (const auto& [key, child] : value.items()) {
      if (Full()) return;
      const auto broken = Broken(key_shape, Json(key));
      if (broken.empty()) continue;
      if (!smithy()) {
        Report(path, Subject(shape, value),
               "Map keys must satisfy constraint: " + Bracketed(ElementConstraints(key_shape)));
        break;
      }
      for (const std::string& constraint : broken) Report(path, SmithySubject(key_shape, Json(key)), constraint);
    }
    for (const auto& [key, child] : value.items()) {
      if (Full()) return;
      if (child.is_null()) continue;
      const bool at_collection = !smithy() && item.type() != ShapeType::kStructure;
      if (at_collection && !Broken(item, child).empty()) {
        return Report(path, Subject(shape, value),
                      "Map value must satisfy constraint: " + Bracketed(ElementConstraints(item)));
      }
      if (!ReportedAtCollection(item)) Value(item, child, ValuePath(path, key));
    }
  }

  static std::string Bracketed(const std::vector<std::string>& constraints) {
    std::string text = "[";
    for (const std::string& constraint : constraints) {
      if (text.size() > 1) text += ", ";
      text += constraint;
    }
    return text + ']';
  }

  std::string Subject(const Shape& shape, const Json& value) const {
    if (smithy()) return SmithySubject(shape, value);
    if (shape.sensitive()) return "Value";
    return "Value '" + ValueText(shape, value, kMaxReportBytes) + '\'';
  }

  static std::string SmithySubject(const Shape& shape, const Json& value) {
    const auto size = SizeOf(shape, value);
    const bool bounded =
        size && !value.is_number() && ((shape.max() && *size > *shape.max()) || (shape.min() && *size < *shape.min()));
    return bounded ? "Value with length " + std::to_string(static_cast<std::size_t>(*size)) : "Value";
  }

  void Report(const std::string& path, std::string_view subject, std::string_view constraint) {
    if (Full()) return;
    std::string text(subject);
    text += " at '";
    text += path;
    text += "' failed to satisfy constraint: ";
    text += constraint;
    reported_ += text.size() + path.size();
    violations_.push_back({path, std::move(text)});
  }

  PatternCache& patterns_;
  ValidationDialect dialect_;
  std::vector<Violation> violations_;
  std::size_t reported_ = 0;
};

}  // namespace

Result<void> InputValidator::Validate(const Operation& operation, Protocol protocol, const Json& input,
                                      ValidationDialect dialect) {
  const auto shape = operation.input();
  if (!shape) return {};
  static const Json kNothing = Json::object();
  ConstraintChecker checker(patterns_, dialect);
  checker.Structure(*shape, input.is_object() ? input : kNothing, "");
  const auto& violations = checker.violations();
  if (violations.empty()) return {};

  const bool smithy = dialect == ValidationDialect::kSmithy;
  std::string message = std::to_string(violations.size()) +
                        (violations.size() == 1 ? " validation error" : " validation errors") +
                        (smithy ? " detected. " : " detected: ");
  Json field_list = Json::array();
  for (std::size_t i = 0; i < violations.size(); ++i) {
    if (i > 0) message += "; ";
    message += violations[i].text;
    if (smithy) field_list.push_back(Json{{"message", violations[i].text}, {"path", violations[i].path}});
  }
  const bool query = protocol == Protocol::kQuery || protocol == Protocol::kEc2;
  AwsError error{.code = query ? "ValidationError" : "ValidationException",
                 .message = std::move(message),
                 .http_status = 400,
                 .query_code = "ValidationError"};
  if (smithy) error.fields = std::make_shared<const Json>(Json{{"fieldList", std::move(field_list)}});
  return error;
}

Result<void> ValidateInput(const Operation& operation, Protocol protocol, const Json& input,
                           ValidationDialect dialect) {
  static InputValidator validator;
  return validator.Validate(operation, protocol, input, dialect);
}

}  // namespace stratolite::wire::internal
