#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stratolite/base/time.hpp"

namespace stratolite::sns {

/// When an HTTP(S) endpoint is tried again, how fast it may be sent to, and as what: an effective delivery policy, ready for use. Plain data.
/// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
struct RetrySchedule {
  std::int64_t retries = 3;
  std::int64_t without_delay = 0;
  std::int64_t with_min_delay = 0;
  std::int64_t with_max_delay = 0;
  Duration min_delay = std::chrono::seconds(20);
  Duration max_delay = std::chrono::seconds(20);
  /// `linear`, `arithmetic`, `geometric`, `exponential`.
  std::string backoff = "linear";
  std::string content_type = "text/plain; charset=UTF-8";
  /// 0: as fast as they come.
  std::int64_t max_per_second = 0;

  /// `policy`: as EffectiveDeliveryPolicy of a subscription writes it; what cannot be read keeps its default.
  static RetrySchedule Parse(std::string_view policy);
  /// How long to wait before retry number `number`, counted from 1; nullopt: there is no such retry.
  ///
  /// First come those without delay, then those of the pre-backoff phase, and last those of the post-backoff phase; what is left between them backs off
  /// from the minimum to the maximum. AWS does not document its functions: linear grows evenly, arithmetic with growing steps, geometric by a constant
  /// factor, exponential doubles until it has reached the maximum. Without AWS's jitter.
  std::optional<Duration> PauseBefore(std::int64_t number) const;

 private:
  Duration BackOff(std::int64_t step, std::int64_t steps) const;
};

}  // namespace stratolite::sns
