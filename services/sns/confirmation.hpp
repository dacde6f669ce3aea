#pragma once

#include <string>

#include "sns/http_deliveries.hpp"
#include "sns/model.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

class MessageSigner;

/// What HTTP and HTTPS endpoints are told about their subscription: that it waits to be confirmed, and that it has ended. Written in the caller's
/// transaction, posted after its commit (HttpDeliveries). Other protocols: does nothing. Thread-safe.
class Confirmation {
 public:
  Confirmation(const ServiceDeps& deps, HttpDeliveries& deliveries, MessageSigner& signer)
      : deps_(deps), deliveries_(deliveries), signer_(signer) {}

  /// After Subscribe. `subscription.token` is what ConfirmSubscription is to be called with; `endpoint`: Call::endpoint, for the URLs.
  void AskToConfirm(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                    const std::string& endpoint);
  /// After Unsubscribe: the URL in it subscribes anew, so `subscription.token` must be found by ConfirmSubscription still if that is to work.
  void TellUnsubscribed(storage::Txn& txn, const Topic& topic, const Subscription& subscription,
                        const std::string& endpoint);

 private:
  void Send(storage::Txn& txn, const Topic& topic, const Subscription& subscription, const std::string& endpoint,
            std::string_view type, std::string text);

  const ServiceDeps deps_;
  HttpDeliveries& deliveries_;
  MessageSigner& signer_;
};

}  // namespace stratolite::sns
