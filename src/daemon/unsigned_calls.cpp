#include "daemon/unsigned_calls.hpp"

#include <string>

#include "stratolite/service/service.hpp"
#include "wire/protocol_detection.hpp"

namespace stratolite::daemon {
namespace {

/// What the link is about, as SNS's admin page takes it.
std::optional<Service::AdminRequest> SubscriptionIn(const wire::HttpRequest& head) {
  if (head.method != "GET" || head.query().empty()) return std::nullopt;
  const auto action = wire::internal::FormParameter(head, "Action");
  if (action != "ConfirmSubscription" && action != "Unsubscribe") return std::nullopt;
  const bool confirms = action == "ConfirmSubscription";
  auto value = wire::internal::FormParameter(head, confirms ? "Token" : "SubscriptionArn");
  const auto topic = wire::internal::FormParameter(head, "TopicArn");
  if (!value) return std::nullopt;
  Service::AdminRequest question{.path = "subscription", .query = {}, .default_scope = {}};
  question.query.emplace(confirms ? "token" : "arn", *std::move(value));
  if (confirms) question.query.emplace("topic", topic.value_or(""));
  return question;
}

bool Knows(World& world, const Service::AdminRequest& question) {
  Service* const sns = world.FindService("sns");
  const auto answer = sns == nullptr ? std::nullopt : sns->Admin(question);
  return answer && answer->ok();
}

}  // namespace

std::shared_ptr<Universe> UniverseOf(Universes& universes, const std::optional<auth::ClaimedIdentity>& claim,
                                     const wire::HttpRequest& head) {
  if (claim) return universes.OfKey(claim->access_key_id);
  const auto question = SubscriptionIn(head);
  if (!question || universes.List().empty()) return universes.Default();
  std::shared_ptr<Universe> found =
      universes.FindWhere([&](const Universe& universe) { return Knows(*universe.world, *question); });
  return found == nullptr ? universes.Default() : found;
}

}  // namespace stratolite::daemon
