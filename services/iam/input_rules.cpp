#include "iam/input_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "iam/errors.hpp"

namespace stratolite::iam {
namespace {

constexpr std::array<std::string_view, 8> kNameShapes = {
    "existingUserNameType",      "userNameType",        "groupNameType",
    "instanceProfileNameType",   "policyNameType",      "roleNameType",
    "serverCertificateNameType", "virtualMFADeviceName"};
constexpr std::array<std::string_view, 2> kPathShapes = {"pathType", "policyPathType"};

bool IsAlphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool IsNameCharacter(char c) {
  return IsAlphanumeric(c) || std::string_view("+=,.@_-").find(c) != std::string_view::npos;
}

bool IsName(std::string_view name) { return std::all_of(name.begin(), name.end(), IsNameCharacter); }

/// `/`, or characters of ASCII between slashes.
bool IsPath(std::string_view path) {
  const bool printable = std::all_of(path.begin(), path.end(), [](char c) { return c >= '!' && c <= '~'; });
  return printable && path.starts_with('/') && path.ends_with('/') && path.size() != 2;
}

/// Of a managed policy: what names may hold, between single slashes.
bool IsPolicyPath(std::string_view path) {
  return IsPath(path) && path.find("//") == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), [](char c) { return c == '/' || IsNameCharacter(c); });
}

std::string SpelledInMessages(std::string_view member) {
  std::string spelled(member);
  if (spelled.front() >= 'A' && spelled.front() <= 'Z') spelled.front() += 'a' - 'A';
  return spelled;
}

Result<void> CheckText(std::string_view shape, std::string_view member, std::string_view text) {
  // What is empty is too short, which the model says.
  if (text.empty()) return {};
  if (std::find(kNameShapes.begin(), kNameShapes.end(), shape) != kNameShapes.end() && !IsName(text)) {
    return ValidationError(
        fmt::format("The specified value for {} is invalid. It must contain only alphanumeric "
                    "characters and/or the following: +=,.@_-",
                    SpelledInMessages(member)));
  }
  const bool is_path = std::find(kPathShapes.begin(), kPathShapes.end(), shape) != kPathShapes.end();
  if (is_path && !(shape == "policyPathType" ? IsPolicyPath(text) : IsPath(text))) {
    return ValidationError(
        fmt::format("The specified value for {} is invalid. It must begin and end with / and "
                    "contain only alphanumeric characters and/or / characters.",
                    SpelledInMessages(member)));
  }
  return {};
}

}  // namespace

Result<void> CheckNamesAndPaths(const Call& call) {
  if (!call.model || !call.model->input() || !call.input.is_object()) return {};
  const wire::Shape shape = *call.model->input();
  for (const auto& [name, value] : call.input.items()) {
    if (!value.is_string()) continue;
    const auto member = shape.FindMember(name);
    if (!member) continue;
    RETURN_IF_ERROR(CheckText(member->shape().name(), name, value.get_ref<const std::string&>()));
  }
  return {};
}

void AddChecked(const OperationTable& operations, OperationTable& checked) {
  for (const std::string_view name : operations.names()) {
    const OperationTable::Entry& entry = *operations.Find(name);
    OperationTable::Entry* added = nullptr;
    if (entry.handler) {
      added = &checked.Add(name, [handler = entry.handler](const Call& call) -> Result<Json> {
        RETURN_IF_ERROR(CheckNamesAndPaths(call));
        return handler(call);
      });
    } else {
      added =
          &checked.AddAsync(name, [handler = entry.async_handler](std::shared_ptr<const Call> call, Completion done) {
            if (Result<void> valid = CheckNamesAndPaths(*call); !valid.ok()) return done(std::move(valid).error());
            handler(std::move(call), std::move(done));
          });
    }
    added->partial_note = entry.partial_note;
  }
}

}  // namespace stratolite::iam
