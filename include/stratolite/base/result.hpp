#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "stratolite/base/json_fwd.hpp"

namespace stratolite {

/// An error that the API's caller caused, as AWS would name it. A value, never thrown.
///
/// `code` is the name of the modelled error shape where there is one (`QueueDoesNotExist`); the wire layer finds the shape's
/// HTTP status and its Query spelling (`AWS.SimpleQueueService.NonExistentQueue`) in the service model. For codes that are
/// not modelled, `http_status` and `query_code` say what the model cannot.
struct AwsError {
  std::string code;
  std::string message;
  /// 0: what the model says for `code`, else 400.
  int http_status = 0;
  /// The code in the Query protocols and in `x-amzn-query-error`. Empty: what the model says for `code`, else `code`.
  std::string query_code = {};
  /// Whether a Query `<Error>` carries AWS's empty `<Detail/>`.
  bool query_detail = false;
  /// Further members of the error (`Resource`, `BucketName`, a modelled error's members), a JSON object; may be null.
  std::shared_ptr<const Json> fields = nullptr;
  /// Header fields of the answer that no error shape models (S3's `x-amz-delete-marker`, `x-amz-bucket-region`).
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// Either a value or an AwsError. Immutable after construction but for moves.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  template <typename U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, AwsError>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
  Result(AwsError error) : state_(std::in_place_index<1>, std::move(error)) {}   // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Precondition: ok().
  T& value() & { return assert(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return assert(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return assert(ok()), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Precondition: !ok().
  AwsError& error() & { return assert(!ok()), *std::get_if<1>(&state_); }
  const AwsError& error() const& { return assert(!ok()), *std::get_if<1>(&state_); }
  AwsError&& error() && { return assert(!ok()), std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, AwsError> state_;
};

/// Success without a value, or an AwsError.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(AwsError error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  AwsError& error() & { return assert(error_), *error_; }
  const AwsError& error() const& { return assert(error_), *error_; }
  AwsError&& error() && { return assert(error_), std::move(*error_); }

 private:
  std::optional<AwsError> error_;
};

}  // namespace stratolite

#define STRATOLITE_CONCAT_INNER(a, b) a##b
#define STRATOLITE_CONCAT(a, b) STRATOLITE_CONCAT_INNER(a, b)

/// `ASSIGN_OR_RETURN(const auto queue, Find(name));` in a function that returns a Result. Not in coroutines.
#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_IMPL(STRATOLITE_CONCAT(result_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_IMPL(temporary, declaration, expression) \
  auto temporary = (expression);                                  \
  if (!temporary.ok()) return std::move(temporary).error();       \
  declaration = *std::move(temporary)

/// `RETURN_IF_ERROR(Check(input));` in a function that returns a Result. Not in coroutines.
#define RETURN_IF_ERROR(expression)                                                    \
  do {                                                                                 \
    if (auto result_ = (expression); !result_.ok()) return std::move(result_).error(); \
  } while (false)
