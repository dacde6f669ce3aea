#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/auth/why_log.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite::daemon {

/// One world of the daemon and what stands at its door. Thread-safe.
struct Universe {
  Universe(std::string name, std::shared_ptr<World> world, auth::AuthOptions options)
      : name(std::move(name)),
        world(std::move(world)),
        authenticator(this->world->credentials(), this->world->clock(), std::move(options), &why) {}

  const std::string name;
  const std::shared_ptr<World> world;
  auth::WhyLog why;
  const auth::Authenticator authenticator;
  /// Set whenever somebody gets hold of it, cleared by who looks for idle ones.
  std::atomic<bool> used = true;
  /// The world was deleted: it goes, with its files, when the last one lets go of it.
  std::atomic<bool> deleted = false;
};

}  // namespace stratolite::daemon
