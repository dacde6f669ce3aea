#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "stratolite/base/names.hpp"
#include "stratolite/base/result.hpp"
#include "stratolite/base/time.hpp"

namespace stratolite::events {

/// One event. It stays a text, which is what is matched, cut and sent. Immutable once it is made.
/// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
struct Event {
  /// What it consists of.
  struct Parts {
    std::string id;
    std::string detail_type;
    std::string source;
    std::string account;
    std::string region;
    TimePoint time;
    std::vector<std::string> resources;
    /// JSON of an object, as it was sent.
    std::string_view detail;
    /// Empty: not replayed.
    std::string replay_name = {};
    std::string trace_header = {};
  };

  std::string id;
  std::string detail_type;
  std::string source;
  std::string account;
  std::string region;
  TimePoint time;
  /// When it came to the bus.
  TimePoint ingested_at;
  std::vector<std::string> resources;
  std::string trace_header;
  /// A rule of another bus sent it: no rule sends it on to a third.
  bool forwarded = false;
  /// Whether it came from an archive: archives do not keep those.
  bool replayed = false;

  /// The whole envelope, compact, members in AWS's order.
  std::string text;
  /// Where in `text` the detail's object lies.
  std::size_t detail_at = 0;
  std::size_t detail_size = 0;

  std::string_view detail() const { return std::string_view(text).substr(detail_at, detail_size); }
};

/// MalformedDetail, in PutEvents' words: the detail is no JSON object.
Result<Event> MakeEvent(Event::Parts parts, TimePoint now);

/// An envelope (or any part of one) as another bus or service hands it on; what is missing is taken from `defaults`. MalformedDetail.
Result<Event> ReadEnvelope(std::string_view text, Event::Parts defaults, TimePoint now);

}  // namespace stratolite::events
