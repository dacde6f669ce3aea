#include "daemon/access_api.hpp"

#include "stratolite/base/json.hpp"
#include "stratolite/service/access_learner.hpp"

namespace stratolite::daemon {

std::string_view IamModeName(IamMode mode) {
  if (mode == IamMode::kEnforce) return "enforce";
  return mode == IamMode::kAudit ? "audit" : "off";
}

Json StartLearning(World& world) {
  world.learner().Start();
  return {{"learning", true}};
}

Json StopLearning(World& world) {
  const bool was_on = world.learner().on();
  Json principals = Json::array();
  for (AccessLearner::Lesson& lesson : world.learner().Stop())
    principals.push_back({{"principal", std::move(lesson.principal)}, {"policy", std::move(lesson.policy)}});
  return {{"learning", false}, {"was_learning", was_on}, {"principals", std::move(principals)}};
}

}  // namespace stratolite::daemon
