#include "sns/sms_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sns/endpoints.hpp"
#include "sns/errors.hpp"
#include "sns/paging.hpp"
#include "sns/topic_access.hpp"
#include "stratolite/base/numbers.hpp"
#include "stratolite/ports/registry.hpp"
#include "stratolite/ports/sent_messages.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::sns {
namespace {

// https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html
constexpr std::array<std::string_view, 6> kSettings = {
    "MonthlySpendLimit", "DeliveryStatusIAMRole", "DeliveryStatusSuccessSamplingRate",
    "DefaultSenderID",   "DefaultSMSType",        "UsageReportS3Bucket"};
constexpr std::array<std::string_view, 13> kLanguages = {"en-US", "en-GB", "es-419", "es-ES", "de-DE", "fr-CA", "fr-FR",
                                                         "it-IT", "ja-JP", "pt-BR",  "kr-KR", "zh-CN", "zh-TW"};
// https://docs.aws.amazon.com/sns/latest/dg/sms_manage.html: answers that opt out.
constexpr std::array<std::string_view, 10> kOptOutWords = {"ARRET", "CANCEL", "END",  "OPT-OUT", "OPTOUT",
                                                           "QUIT",  "REMOVE", "STOP", "TD",      "UNSUBSCRIBE"};
constexpr std::string_view kDefaultSpendLimit = "1";
constexpr std::size_t kCodeLength = 6;
constexpr std::size_t kMaxSenderId = 11;
// https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox-verifying-phone-numbers.html
constexpr Duration kCodeLifetime = std::chrono::minutes(15);

bool IsPercentage(std::string_view text) {
  const auto number = ParseWholeNumber<int>(text);
  return number && *number >= 0 && *number <= 100;
}

Result<void> CheckSetting(std::string_view name, const std::string& value) {
  const auto bad = [&] { return InvalidParameter("attributes", fmt::format("{}: Invalid value [{}]", name, value)); };
  if (std::find(kSettings.begin(), kSettings.end(), name) == kSettings.end())
    return InvalidParameterText(fmt::format("{} is not a valid attribute", name));
  if (name == "DefaultSMSType" && value != "Promotional" && value != "Transactional")
    return InvalidParameterText(fmt::format("{} is invalid", name));
  if (name == "MonthlySpendLimit" && (value.empty() || value.find_first_not_of("0123456789.") != std::string::npos))
    return bad();
  if (name == "DeliveryStatusSuccessSamplingRate" && !IsPercentage(value)) return bad();
  if (name == "DefaultSenderID" && (value.empty() || value.size() > kMaxSenderId)) return bad();
  return {};
}

Result<std::string> NumberOf(const Call& call, std::string_view member) {
  ASSIGN_OR_RETURN(std::string number, RequiredText(call, member));
  if (!IsPhoneNumber(number))
    return InvalidParameter(fmt::format("PhoneNumber Reason: {} is not valid to publish to", number));
  return number;
}

Result<std::int64_t> LimitOf(const Call& call, std::int64_t most) {
  const std::int64_t limit = Fields(call.input).IntOr("MaxResults", most);
  if (limit < 1 || limit > most) {
    return ConstraintViolated(fmt::format("{}", limit), "maxResults",
                              limit < 1 ? "Member must have value greater than or equal to 1"
                                        : fmt::format("Member must have value less than or equal to {}", most));
  }
  return limit;
}

AwsError PhoneNotFound() { return {.code = "ResourceNotFoundException", .message = "Phone number does not exist"}; }

AwsError WrongPassword(std::string message) {
  return {.code = "VerificationException", .message = std::move(message), .http_status = 400};
}

}  // namespace

Result<Json> SmsOperations::SetSMSAttributes(const Call& call) {
  const Json* const given = Fields(call.input).Find("attributes");
  if (given == nullptr || given->empty()) return NullParameter("attributes");
  for (const auto& [name, value] : given->items())
    RETURN_IF_ERROR(CheckSetting(name, value.get_ref<const std::string&>()));
  deps_.db.Transact([&](storage::Txn& txn) {
    Attributes settings = SmsStore::Settings(txn, call.scope);
    for (const auto& [name, value] : given->items()) settings.insert_or_assign(name, value.get<std::string>());
    SmsStore::SetSettings(txn, call.scope, settings);
  });
  return Json::object();
}

Result<Json> SmsOperations::GetSMSAttributes(const Call& call) {
  Attributes settings = deps_.db.Read([&](storage::Reader& reader) { return SmsStore::Settings(reader, call.scope); });
  settings.emplace("MonthlySpendLimit", kDefaultSpendLimit);
  const std::vector<std::string> wanted = Fields(call.input).Strings("attributes");
  if (!wanted.empty()) {
    std::erase_if(settings, [&](const auto& setting) {
      return std::find(wanted.begin(), wanted.end(), setting.first) == wanted.end();
    });
  }
  return Json{{"attributes", Json(settings)}};
}

Result<Json> SmsOperations::CheckIfPhoneNumberIsOptedOut(const Call& call) {
  ASSIGN_OR_RETURN(const std::string number, NumberOf(call, "phoneNumber"));
  return Json{{"isOptedOut", deps_.db.Read([&](storage::Reader& reader) {
                 return SmsStore::IsOptedOut(reader, call.scope, number);
               })}};
}

Result<Json> SmsOperations::ListPhoneNumbersOptedOut(const Call& call) {
  ASSIGN_OR_RETURN(const std::string after, ReadToken(call, "nextToken"));
  std::vector<std::string> numbers = deps_.db.Read(
      [&](storage::Reader& reader) { return SmsStore::ListOptedOut(reader, call.scope, after, kPageSize + 1); });
  Json output = Json::object();
  if (std::ssize(numbers) > kPageSize) {
    numbers.pop_back();
    output["nextToken"] = MakeToken(numbers.back());
  }
  output["phoneNumbers"] = numbers;
  return output;
}

Result<Json> SmsOperations::OptInPhoneNumber(const Call& call) {
  ASSIGN_OR_RETURN(const std::string number, NumberOf(call, "phoneNumber"));
  deps_.db.Transact([&](storage::Txn& txn) { SmsStore::OptIn(txn, call.scope, number); });
  return Json::object();
}

Result<Json> SmsOperations::ListOriginationNumbers(const Call& call) {
  RETURN_IF_ERROR(LimitOf(call, 30));
  // Numbers are leased from carriers by another service; an account has none.
  return Json{{"PhoneNumbers", Json::array()}};
}

Result<Json> SmsOperations::GetSMSSandboxAccountStatus(const Call&) { return Json{{"IsInSandbox", true}}; }

Result<Json> SmsOperations::CreateSMSSandboxPhoneNumber(const Call& call) {
  ASSIGN_OR_RETURN(const std::string number, NumberOf(call, "PhoneNumber"));
  const std::string language = Fields(call.input).StringOr("LanguageCode", "en-US");
  if (std::find(kLanguages.begin(), kLanguages.end(), language) == kLanguages.end())
    return ConstraintViolated(
        language, "languageCode",
        "Member must satisfy enum value set: " + fmt::format("[{}]", fmt::join(kLanguages, ", ")));
  ports::SentMessages& sent = *deps_.ports.Find<ports::SentMessages>();
  sent.Prepare();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (SmsStore::IsOptedOut(txn, call.scope, number))
      return AwsError{.code = "OptedOutException", .message = "Phone number is opted out"};
    const auto existing = SmsStore::FindSandboxPhone(txn, call.scope, number);
    if (existing && existing->verified)
      return AwsError{.code = "UserErrorException", .message = "Phone number is already verified"};
    SandboxPhone phone{.number = number,
                       .verified = false,
                       .code = deps_.random.String(kCodeLength, "0123456789"),
                       .sent_at = deps_.clock.Now()};
    SmsStore::PutSandboxPhone(txn, call.scope, phone);
    sent.Record(txn, {.time = phone.sent_at,
                      .service = "sns",
                      .kind = "sms",
                      .scope = call.scope,
                      .recipient = number,
                      .sender = {},
                      .subject = {},
                      .body = fmt::format("Your verification code is {}", phone.code),
                      .details = {{"OneTimePassword", phone.code}, {"LanguageCode", language}}});
    return Json::object();
  });
}

Result<Json> SmsOperations::VerifySMSSandboxPhoneNumber(const Call& call) {
  ASSIGN_OR_RETURN(const std::string number, NumberOf(call, "PhoneNumber"));
  ASSIGN_OR_RETURN(const std::string password, RequiredText(call, "OneTimePassword"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    auto phone = SmsStore::FindSandboxPhone(txn, call.scope, number);
    if (!phone) return PhoneNotFound();
    if (phone->verified) return Json::object();
    if (deps_.clock.Now() - phone->sent_at > kCodeLifetime) return WrongPassword("OTP has expired");
    if (phone->code != password) return WrongPassword("Invalid OTP");
    phone->verified = true;
    SmsStore::PutSandboxPhone(txn, call.scope, *phone);
    return Json::object();
  });
}

Result<Json> SmsOperations::DeleteSMSSandboxPhoneNumber(const Call& call) {
  ASSIGN_OR_RETURN(const std::string number, NumberOf(call, "PhoneNumber"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (!SmsStore::FindSandboxPhone(txn, call.scope, number)) return PhoneNotFound();
    SmsStore::DeleteSandboxPhone(txn, call.scope, number);
    return Json::object();
  });
}

Result<Json> SmsOperations::ListSMSSandboxPhoneNumbers(const Call& call) {
  ASSIGN_OR_RETURN(const std::int64_t limit, LimitOf(call, kPageSize));
  ASSIGN_OR_RETURN(const std::string after, ReadToken(call));
  std::vector<SandboxPhone> phones = deps_.db.Read(
      [&](storage::Reader& reader) { return SmsStore::ListSandboxPhones(reader, call.scope, after, limit + 1); });
  Json output = Json::object();
  if (std::ssize(phones) > limit) {
    phones.pop_back();
    output["NextToken"] = MakeToken(phones.back().number);
  }
  Json& list = output["PhoneNumbers"] = Json::array();
  for (const SandboxPhone& phone : phones)
    list.push_back({{"PhoneNumber", phone.number}, {"Status", phone.verified ? "Verified" : "Pending"}});
  return output;
}

Result<Json> SmsOperations::ReplyOfPhone(const Service::AdminRequest& request) {
  const auto parameter = [&](const char* name, const std::string& fallback) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? fallback : found->second;
  };
  const std::string number = parameter("number", "");
  std::string text = parameter("text", "");
  const Scope scope{AccountId(parameter("account", request.default_scope.account.str())),
                    Region(parameter("region", request.default_scope.region.str()))};
  if (!IsPhoneNumber(number) || !IsAccountId(scope.account.str()) || !IsRegionName(scope.region.str()))
    return AwsError{.code = "BadRequest", .message = "number, account or region is none", .http_status = 400};
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  const bool stops = std::find(kOptOutWords.begin(), kOptOutWords.end(), text) != kOptOutWords.end();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (stops) SmsStore::OptOut(txn, scope, number);
    return Json{{"number", number}, {"optedOut", SmsStore::IsOptedOut(txn, scope, number)}};
  });
}

}  // namespace stratolite::sns
