#pragma once

#include "sns/sms_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// Settings for text messages, numbers that opted out, the SMS sandbox. The sandbox keeps numbers and checks one-time passwords (they are in the world's
/// outbox), but keeps nobody from sending to others. Everything given must outlive it. Thread-safe. Blocks.
class SmsOperations {
 public:
  explicit SmsOperations(const ServiceDeps& deps) : deps_(deps) {}

  Result<Json> SetSMSAttributes(const Call& call);
  Result<Json> GetSMSAttributes(const Call& call);
  Result<Json> CheckIfPhoneNumberIsOptedOut(const Call& call);
  Result<Json> ListPhoneNumbersOptedOut(const Call& call);
  Result<Json> OptInPhoneNumber(const Call& call);
  Result<Json> ListOriginationNumbers(const Call& call);
  Result<Json> GetSMSSandboxAccountStatus(const Call& call);
  Result<Json> CreateSMSSandboxPhoneNumber(const Call& call);
  Result<Json> VerifySMSSandboxPhoneNumber(const Call& call);
  Result<Json> DeleteSMSSandboxPhoneNumber(const Call& call);
  Result<Json> ListSMSSandboxPhoneNumbers(const Call& call);

  /// The holder of a phone answers a message: `GET /_stratolite/sns/phone-reply?number=+14155550100&text=STOP`, with `account` and `region` where they
  /// are not the default. STOP and its like opt out, as they do on AWS.
  Result<Json> ReplyOfPhone(const Service::AdminRequest& request);

 private:
  const ServiceDeps deps_;
};

}  // namespace stratolite::sns
