// What SQS reads out of members: queue attributes, message attributes, policies; and the tokens that STS is given.

#include "fuzz/fuzz_target.hpp"
#include "fuzz/trees.hpp"
#include "sqs/message_attributes.hpp"
#include "sqs/queue_attributes.hpp"
#include "stratolite/wire/model_registry.hpp"
#include "sts/json_web_token.hpp"
#include "sts/saml_response.hpp"
#include "wire/json_codec.hpp"

namespace stratolite::fuzz {
namespace {

wire::Shape SqsInput(std::string_view operation) {
  static const auto model = wire::FindLinkedModel("sqs");
  return *model->FindOperation(operation)->input();
}

void TryQueueAttributes(std::string_view input) {
  static const wire::Shape shape = SqsInput("CreateQueue");
  const auto tree = wire::internal::DecodeJson(shape, input, {});
  if (!tree.ok() || !tree->contains("Attributes")) return;
  for (const bool fifo : {false, true}) {
    const auto checked = sqs::CheckAttributes((*tree)["Attributes"], fifo);
    if (!checked.ok()) continue;
    sqs::Queue queue;
    queue.fifo = fifo;
    if (!sqs::ApplyAttributes(queue, *checked).ok()) continue;
    for (const std::string_view name : sqs::AttributeNames()) sqs::VisibleAttribute(queue, name);
    sqs::RedriveAllowPolicyOf(queue).Allows("arn:aws:sqs:us-east-1:000000000000:q");
  }
}

void TryMessageAttributes(std::string_view input) {
  static const wire::Shape shape = SqsInput("SendMessage");
  const auto tree = wire::internal::DecodeJson(shape, input, {});
  if (!tree.ok()) return;
  const Json attributes = tree->value("MessageAttributes", Json::object());
  static_cast<void>(sqs::CheckSystemAttributes(attributes));
  if (!sqs::CheckMessageAttributes(attributes).ok()) return;
  Demand(sqs::SizeOfAttributes(attributes) >= 0, "a size is no less than nothing");
  const Json restored = sqs::RestoreAttributes(sqs::StoreAttributes(attributes));
  Demand(sqs::Md5OfAttributes(restored) == sqs::Md5OfAttributes(attributes), "attributes are stored as they are");
}

}  // namespace
}  // namespace stratolite::fuzz

STRATOLITE_FUZZ_TARGET(SqsValues) {
  TryQueueAttributes(input);
  TryMessageAttributes(input);
  if (IsValidUtf8(input)) sqs::HasOnlyAllowedCharacters(input);
  Parts parts(input);
  const std::string_view name = parts.Line();
  sqs::MatchesFilter(name, {std::string(parts.Rest())});
  const auto token = sts::ParseJsonWebToken(input);
  Demand(!token || (token->header.is_object() && token->claims.is_object()), "a token's parts are objects");
  static_cast<void>(sts::ParseSamlResponse(input));
  static_cast<void>(sts::ParseSamlResponse(Base64Encode(input)));
}
