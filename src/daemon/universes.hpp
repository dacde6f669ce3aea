#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "stratolite/auth/authenticator.hpp"
#include "stratolite/auth/why_log.hpp"
#include "stratolite/service/world.hpp"

namespace stratolite::daemon {

/// One world of the daemon and what stands at its door. Thread-safe.
struct Universe {
  Universe(std::string name, std::unique_ptr<World> world, auth::AuthOptions options)
      : name(std::move(name)),
        world(std::move(world)),
        authenticator(this->world->credentials(), this->world->clock(), std::move(options), &why) {}

  const std::string name;
  const std::unique_ptr<World> world;
  auth::WhyLog why;
  const auth::Authenticator authenticator;
};

/// The worlds of one daemon: `default`, and those that were forked from it. Whoever holds a Universe keeps it alive: a deleted world ends after its
/// last call. Thread-safe. Blocks.
class Universes {
 public:
  explicit Universes(std::shared_ptr<Universe> first) : default_(std::move(first)) {}

  std::shared_ptr<Universe> Default() const { return default_; }
  /// The world that an access key belongs to; the default one for keys that nobody made for a world.
  std::shared_ptr<Universe> OfKey(std::string_view /*access_key_id*/) const { return default_; }

 private:
  const std::shared_ptr<Universe> default_;
};

}  // namespace stratolite::daemon
