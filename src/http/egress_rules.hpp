#pragma once

#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace stratolite::http {

/// Where calls may go that the daemon makes on a user's behalf: to an address that a user names (a subscription's endpoint, a webhook) and that must not
/// lead to the credentials of the machine it runs on. Refuses the metadata services of clouds and all of link-local, where they live; private networks and
/// loopback are allowed, for they are what an emulator is for.
/// Ask with the RESOLVED address, once for each connection: a name may resolve to anything, and to something else the next time.
/// HttpClient asks it. Immutable. Thread-safe.
class EgressRules {
 public:
  /// `allow_metadata`: the user's wish, for tests of programs that ask a metadata service.
  explicit EgressRules(bool allow_metadata = false) : allow_metadata_(allow_metadata) {}

  /// Why no connection may be made to `address`; nullopt: it may be.
  std::optional<std::string> Refusal(const boost::asio::ip::address& address) const;

 private:
  const bool allow_metadata_;
};

}  // namespace stratolite::http
