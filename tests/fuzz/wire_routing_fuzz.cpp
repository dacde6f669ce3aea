// Which service's protocol and operation a request means.

#include "fuzz/fuzz_target.hpp"
#include "fuzz/raw_request.hpp"
#include "fuzz/wire_operation.hpp"
#include "stratolite/wire/codec.hpp"

STRATOLITE_FUZZ_TARGET(WireRouting) {
  const wire::HttpRequest request = ReadRawRequest(input);
  for (const std::string_view name : wire::LinkedModelNames()) {
    const auto model = wire::FindLinkedModel(name);
    const wire::Protocol protocol = wire::DetectProtocol(*model, request);
    const auto operation = wire::ResolveOperation(*model, protocol, request);
    if (operation.ok()) {
      Demand(operation->service() == *model, "an operation is of the service that was asked");
    } else {
      Demand(!operation.error().code.empty(), "a refusal says why");
      wire::EncodeError(*model, protocol, operation.error(), wire::MakeEncodeContext(request, "1"));
    }
  }
}
