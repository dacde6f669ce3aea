#include "iam/mfa_operations.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "iam/credential_errors.hpp"
#include "iam/credential_owner.hpp"
#include "iam/entities.hpp"
#include "iam/entity_view.hpp"
#include "iam/number_paging.hpp"
#include "iam/one_time_codes.hpp"
#include "iam/qr_code.hpp"
#include "iam/quotas.hpp"
#include "iam/tags.hpp"
#include "stratolite/base/encoding.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {
namespace {

constexpr std::size_t kSeedSize = 40;
constexpr int kPixelsPerModule = 4;
/// What fits into an ARN of 256 characters.
constexpr std::size_t kLongestDeviceName = 226;
/// How many steps away from now the codes of a new device, and of one whose clock went astray, are looked for.
constexpr std::int64_t kEnableWindow = 4;
constexpr std::int64_t kResyncWindow = 40;
/// How many steps a code may be early or late.
constexpr std::int64_t kVerifyWindow = 1;
constexpr std::int64_t kDevicesAtATime = 1000;

std::string SeedOf(const Entity& device) {
  return Base64Decode(device.details.at("seed").get<std::string>()).value_or("");
}

/// The step of the first of two codes that follow each other, the nearest to `now`.
std::optional<std::int64_t> FindCodes(std::string_view seed, const std::string& first, const std::string& second,
                                      std::int64_t now, std::int64_t window) {
  for (std::int64_t distance = 0; distance <= window; ++distance) {
    for (const std::int64_t step : {now - distance, now + distance}) {
      if (ConstantTimeEquals(CodeOfStep(seed, step), first) && ConstantTimeEquals(CodeOfStep(seed, step + 1), second))
        return step;
    }
  }
  return std::nullopt;
}

/// Reads AuthenticationCode1 and 2, and sets what they tell of the device's clock.
Result<void> Synchronize(const Call& call, const Entity& device, TimePoint time, std::int64_t window,
                         MfaAssignment& assignment) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string first, in.String("AuthenticationCode1"));
  ASSIGN_OR_RETURN(const std::string second, in.String("AuthenticationCode2"));
  const std::int64_t now = CodeStepAt(time);
  const auto step = FindCodes(SeedOf(device), first, second, now, window);
  if (!step) return WrongMfaCode();
  // One of the two is the code of now, or the device's clock is not ours.
  assignment.drift = *step > now ? *step - now : std::min<std::int64_t>(*step + 1 - now, 0);
  assignment.last_step = *step + 1;
  return {};
}

Json AssignmentView(const Entity& device, const MfaAssignment& assignment, const std::string& user_name) {
  Json view = Json::object();
  if (!user_name.empty()) view["UserName"] = user_name;
  view["SerialNumber"] = device.arn;
  view["EnableDate"] = ToJson(assignment.enabled_at);
  return view;
}

/// Whose the device is, if it is the owner's. Errors: NoSuchEntity.
Result<MfaAssignment> FindAssignment(storage::Reader& reader, const CredentialOwner& owner, const Entity& device) {
  auto assignment = MfaStore::Find(reader, device.id);
  if (!assignment || assignment->owner != owner.id) return MfaDeviceNotOfUser();
  return *std::move(assignment);
}

Result<Entity> FindDevice(storage::Reader& reader, const Call& call) {
  ASSIGN_OR_RETURN(const std::string serial, Fields(call.input).String("SerialNumber"));
  return RequireEntityByArn(reader, call, EntityKind::kMfaDevice, serial);
}

AwsError MfaDenied(std::string message) { return {"AccessDenied", std::move(message), 403}; }

}  // namespace

void MfaOperations::Register(OperationTable& operations) {
  operations.Add("CreateVirtualMFADevice", this, &MfaOperations::CreateVirtualMFADevice);
  operations.Add("DeleteVirtualMFADevice", this, &MfaOperations::DeleteVirtualMFADevice);
  operations.Add("ListVirtualMFADevices", this, &MfaOperations::ListVirtualMFADevices);
  operations.Add("EnableMFADevice", this, &MfaOperations::EnableMFADevice);
  operations.Add("ResyncMFADevice", this, &MfaOperations::ResyncMFADevice);
  operations.Add("DeactivateMFADevice", this, &MfaOperations::DeactivateMFADevice);
  operations.Add("ListMFADevices", this, &MfaOperations::ListMFADevices);
  operations.Add("GetMFADevice", this, &MfaOperations::GetMFADevice);
}

Result<Json> MfaOperations::CreateVirtualMFADevice(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("VirtualMFADeviceName"));
  if (name.size() > kLongestDeviceName) {
    return ValidationError(
        "1 validation error detected: Value at 'virtualMFADeviceName' failed to satisfy constraint: Member must have "
        "length less than or equal to 226");
  }
  Entity device = MakeEntity(deps_, call, EntityKind::kMfaDevice, name, in.StringOr("Path", "/"));
  ASSIGN_OR_RETURN(device.tags, ReadTags(call.input, EntityKind::kMfaDevice));
  const std::string seed = deps_.random.Bytes(kSeedSize);
  device.details = {{"seed", Base64Encode(seed)}};
  const std::string base32 = Base32Encode(seed);
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
  const auto code = MakeQrCode(fmt::format("otpauth://totp/{}@{}?secret={}", name, call.scope.account.str(), base32));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    if (EntityStore::Find(txn, device.account, EntityKind::kMfaDevice, name)) return MfaDeviceExists();
    entities_.Insert(txn, device);
    Json view = {{"SerialNumber", device.arn}, {"Base32StringSeed", ToJsonBlob(base32)}};
    if (code) view["QRCodePNG"] = ToJsonBlob(DrawPng(*code, kPixelsPerModule));
    if (!device.tags.empty()) view["Tags"] = TagsView(device.tags);
    return Json{{"VirtualMFADevice", std::move(view)}};
  });
}

Result<Json> MfaOperations::DeleteVirtualMFADevice(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity device, FindDevice(txn, call));
    if (MfaStore::Find(txn, device.id)) return MfaDeviceAssigned();
    entities_.Delete(txn, device);
    return Json::object();
  });
}

Result<Json> MfaOperations::ListVirtualMFADevices(const Call& call) {
  ASSIGN_OR_RETURN(const PageRequest page, ReadPage(call));
  const std::string wanted = Fields(call.input).StringOr("AssignmentStatus", "Any");
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    Json output = {{"VirtualMFADevices", Json::array()}};
    Json& list = output["VirtualMFADevices"];
    std::string last = page.after;
    for (bool ended = false; !ended;) {
      const auto devices =
          EntityStore::List(reader, call.scope.account, EntityKind::kMfaDevice, "", last, kDevicesAtATime);
      ended = devices.size() < kDevicesAtATime;
      for (const Entity& device : devices) {
        const auto assignment = MfaStore::Find(reader, device.id);
        const bool fits = wanted == "Any" || (wanted == "Assigned") == assignment.has_value();
        if (fits && static_cast<std::int64_t>(list.size()) == page.limit) {
          WritePage(output, true, last);
          return output;
        }
        last = AsciiLower(device.name);
        if (!fits) continue;
        Json view = {{"SerialNumber", device.arn}};
        if (assignment) {
          view["EnableDate"] = ToJson(assignment->enabled_at);
          if (const auto user = EntityStore::FindById(reader, assignment->owner)) view["User"] = CoreView(*user);
        }
        list.push_back(std::move(view));
      }
    }
    WritePage(output, false, "");
    return output;
  });
}

Result<Json> MfaOperations::EnableMFADevice(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const Entity device, FindDevice(txn, call));
    if (MfaStore::Find(txn, device.id)) return MfaDeviceInUse();
    RETURN_IF_ERROR(kMfaDevicesPerUser.Check(MfaStore::Count(txn, owner.account, owner.id) + 1));
    MfaAssignment assignment;
    assignment.device = device.id;
    assignment.account = owner.account;
    assignment.owner = owner.id;
    assignment.enabled_at = std::chrono::floor<std::chrono::seconds>(deps_.clock.Now());
    RETURN_IF_ERROR(Synchronize(call, device, deps_.clock.Now(), kEnableWindow, assignment));
    MfaStore::Put(txn, assignment);
    return Json::object();
  });
}

Result<Json> MfaOperations::ResyncMFADevice(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const Entity device, FindDevice(txn, call));
    ASSIGN_OR_RETURN(MfaAssignment assignment, FindAssignment(txn, owner, device));
    RETURN_IF_ERROR(Synchronize(call, device, deps_.clock.Now(), kResyncWindow, assignment));
    MfaStore::Put(txn, assignment);
    return Json::object();
  });
}

Result<Json> MfaOperations::DeactivateMFADevice(const Call& call) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(txn, call));
    ASSIGN_OR_RETURN(const Entity device, FindDevice(txn, call));
    ASSIGN_OR_RETURN(const MfaAssignment assignment, FindAssignment(txn, owner, device));
    MfaStore::Delete(txn, assignment.device);
    return Json::object();
  });
}

Result<Json> MfaOperations::ListMFADevices(const Call& call) {
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(reader, call));
    auto assignments = MfaStore::List(reader, owner.account, owner.id, page.after, page.limit + 1);
    const bool more = static_cast<std::int64_t>(assignments.size()) > page.limit;
    if (more) assignments.pop_back();
    Json output = {{"MFADevices", Json::array()}};
    for (const MfaAssignment& assignment : assignments) {
      const auto device = EntityStore::FindById(reader, assignment.device);
      if (device) output["MFADevices"].push_back(AssignmentView(*device, assignment, owner.user_name));
    }
    WritePage(output, more, more ? std::to_string(assignments.back().device) : "");
    return output;
  });
}

Result<Json> MfaOperations::GetMFADevice(const Call& call) {
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const CredentialOwner owner, FindOwner(reader, call));
    ASSIGN_OR_RETURN(const Entity device, FindDevice(reader, call));
    ASSIGN_OR_RETURN(const MfaAssignment assignment, FindAssignment(reader, owner, device));
    return AssignmentView(device, assignment, owner.user_name);
  });
}

Result<void> MfaOperations::Verify(const auth::Principal& caller, std::string_view serial_number,
                                   std::string_view token_code) {
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<void> {
    const auto unknown = [] {
      return MfaDenied(
          "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is "
          "valid and associated with this user.");
    };
    const auto device = EntityStore::FindByArn(txn, serial_number);
    if (!device || device->kind != EntityKind::kMfaDevice || device->account != caller.account) return unknown();
    auto assignment = MfaStore::Find(txn, device->id);
    if (!assignment) return unknown();
    const auto owner = EntityStore::FindById(txn, assignment->owner);
    if (!owner || owner->unique_id != caller.user_id) return unknown();
    const std::string seed = SeedOf(*device);
    const std::int64_t now = CodeStepAt(deps_.clock.Now()) + assignment->drift;
    for (std::int64_t step = now - kVerifyWindow; step <= now + kVerifyWindow; ++step) {
      if (step <= assignment->last_step || !ConstantTimeEquals(CodeOfStep(seed, step), token_code)) continue;
      assignment->last_step = step;
      MfaStore::Put(txn, *assignment);
      return {};
    }
    return MfaDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  });
}

}  // namespace stratolite::iam
