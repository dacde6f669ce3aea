// XML bodies: the reader, the decoder that a model guides, and the writer.

#include <optional>

#include "fuzz/fuzz_target.hpp"
#include "fuzz/trees.hpp"
#include "unit/wire/sample_model.hpp"
#include "wire/xml_codec.hpp"
#include "wire/xml_reader.hpp"

namespace stratolite::fuzz {
namespace {

const wire::SampleModel& XmlModel() {
  static const wire::SampleModel model(R"("protocol":"rest-xml")", "", wire::kSampleShapes);
  return model;
}

std::string WrittenXml(const wire::Shape& shape, const Json& tree) {
  std::string text;
  wire::internal::EncodeXmlDocument(text, "All", shape, tree, {});
  return text;
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(XmlBody) {
  static const wire::Shape all = XmlModel().shape("All");
  const auto tree = wire::internal::DecodeXmlBody(all, input, {});
  if (tree.ok()) {
    DemandSoundTree(*tree);
    const std::string text = WrittenXml(all, *tree);
    const auto again = wire::internal::DecodeXmlBody(all, text, {});
    Demand(again.ok(), "what is written can be read");
    Demand(WrittenXml(all, *again) == text, "what is read is what was written");
  }
  if (!IsValidUtf8(input)) return;
  // Any text survives as a text, but for the characters that XML has no way to write.
  std::string element;
  wire::internal::XmlWriter writer(element);
  writer.Open("All");
  writer.Attribute("a", input);
  writer.Text(input);
  writer.Close("All");
  wire::internal::XmlDocument document;
  Demand(document.Parse(element).ok(), "whatever is written as a text is well-formed");
  const std::string read = wire::internal::TextOf(document.root());
  const bool replaced = element.find("\xEF\xBF\xBD") != std::string::npos;
  Demand(replaced || read == input, "a text is read as it was written");
  const auto attribute = wire::internal::AttributeOf(document.root(), "a");
  Demand(attribute.has_value() && (replaced || *attribute == input), "an attribute is read as it was written");
}
