#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "stratolite/wire/model.hpp"
#include "stratolite/wire/model_compiler.hpp"

namespace stratolite::wire {

/// A service model from the text of its operations and shapes, kept alive. Immutable.
class SampleModel {
 public:
  SampleModel(const std::string& metadata, const std::string& operations, const std::string& shapes)
      : block_(
            CompileModel(R"({"metadata":{"apiVersion":"2020-02-02","endpointPrefix":"sample","serviceId":"Sample",)" +
                             metadata + "},\"operations\":{" + operations + "},\"shapes\":{" + shapes + "}}",
                         "sample")) {}

  ServiceModel model() const { return ServiceModel(block_); }
  Shape shape(const std::string& name) const { return *model().FindShape(name); }
  Operation operation(const std::string& name) const { return *model().FindOperation(name); }

 private:
  std::vector<std::byte> block_;
};

/// Shapes that every codec's tests use: one structure `All` with a member of each type.
inline const std::string kSampleShapes = R"json(
"All":{"type":"structure","members":{
 "Text":{"shape":"Text"},"Kind":{"shape":"Kind"},"Yes":{"shape":"Yes"},"Tiny":{"shape":"Tiny"},"Small":{"shape":"Small"},
 "Int":{"shape":"Int"},"Long":{"shape":"Long"},"Float":{"shape":"Float"},"Double":{"shape":"Double"},"Blob":{"shape":"Blob"},
 "Huge":{"shape":"Huge"},"When":{"shape":"When"},"Iso":{"shape":"When","timestampFormat":"iso8601"},
 "Http":{"shape":"When","timestampFormat":"rfc822"},"List":{"shape":"List"},"Map":{"shape":"Map"},"Gaps":{"shape":"Gaps"},
 "GapMap":{"shape":"GapMap"},"Child":{"shape":"All"},"Choice":{"shape":"Choice"},"Any":{"shape":"Any"},
 "Renamed":{"shape":"Text","locationName":"wireName"},"Lists":{"shape":"Lists"}}},
"Choice":{"type":"structure","union":true,"members":{"Text":{"shape":"Text"},"Int":{"shape":"Int"}}},
"Any":{"type":"structure","document":true,"members":{}},
"Text":{"type":"string"},"Kind":{"type":"string","enum":["cat","dog"]},"Yes":{"type":"boolean"},"Tiny":{"type":"byte"},
"Small":{"type":"short"},"Int":{"type":"integer"},"Long":{"type":"long"},"Float":{"type":"float"},"Double":{"type":"double"},
"Blob":{"type":"blob"},"Huge":{"type":"bigInteger"},"When":{"type":"timestamp"},
"List":{"type":"list","member":{"shape":"Text"}},"Lists":{"type":"list","member":{"shape":"List"}},
"Gaps":{"type":"list","member":{"shape":"Text"},"sparse":true},
"Map":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Int"}},
"GapMap":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Text"},"sparse":true})json";

}  // namespace stratolite::wire
