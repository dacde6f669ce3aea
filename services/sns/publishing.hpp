#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sns/model.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::sns {

/// A message as Publish accepted it. Plain data.
struct Message {
  std::string message_id;
  std::string topic_arn;
  std::string subject;
  /// By protocol where MessageStructure is json, else under `default` alone.
  Json bodies;
  /// As the API's MessageAttributes in JSON, blobs in base64; null: none.
  Json attributes;
  std::string group_id;
  std::string deduplication_id;
  /// FIFO topics: twenty digits.
  std::string sequence_number;
  std::string trace_header;
  TimePoint published_at;
  /// For URLs in what is delivered (certificate, unsubscribing): `http://localhost:4566`.
  std::string endpoint;
  /// Comes out of the topic's archive.
  bool replayed = false;

  /// What a subscription with this protocol receives.
  const std::string& BodyFor(std::string_view protocol) const;
  /// `protocol` where there is a body of its own, else `default`.
  std::string_view BodyName(std::string_view protocol) const;

  /// A notification without the URL that unsubscribes. See PrepareEnvelopes.
  struct Envelope {
    std::string before;
    std::string after;
  };
  /// By BodyName.
  std::map<std::string, Envelope, std::less<>> envelopes = {};
};

}  // namespace stratolite::sns
