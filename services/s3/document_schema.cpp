#include "s3/document_schema.hpp"

#include "s3/errors.hpp"
#include "stratolite/wire/model.hpp"

namespace stratolite::s3 {
namespace {

bool IsOneOf(const wire::Shape& shape, const std::string& value) {
  for (std::size_t i = 0; i < shape.enum_count(); ++i) {
    if (shape.enum_value(i) == value) return true;
  }
  return shape.enum_count() == 0;
}

bool Fits(const wire::Shape& shape, const Json& value) {
  switch (shape.type()) {
    case wire::ShapeType::kStructure:
      if (!value.is_object()) return false;
      for (std::size_t i = 0; i < shape.member_count(); ++i) {
        const wire::Member member = shape.member(i);
        const auto found = value.find(member.name());
        if (found == value.end() ? member.required() : !Fits(member.shape(), *found)) return false;
      }
      return true;
    case wire::ShapeType::kList:
      if (!value.is_array()) return false;
      for (const Json& element : value) {
        if (!Fits(shape.element().shape(), element)) return false;
      }
      return true;
    case wire::ShapeType::kString:
      return value.is_string() && IsOneOf(shape, value.get_ref<const std::string&>());
    default:
      return true;
  }
}

}  // namespace

Result<void> CheckSchema(const Call& call, const char* member) {
  const auto document = call.input.find(member);
  if (!call.model || document == call.input.end()) return {};
  const auto input = call.model->input();
  const auto described = input ? input->FindMember(member) : std::nullopt;
  if (described && !Fits(described->shape(), *document)) return MalformedXml();
  return {};
}

}  // namespace stratolite::s3
