#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sns/model.hpp"
#include "stratolite/storage/database.hpp"

/// What FIFO topics remember: the numbers they have given, and for five minutes what was published.
/// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
namespace stratolite::sns {

struct Published {
  std::string message_id;
  std::string sequence_number;
};

/// `scope`: the message group, or empty when the whole topic is searched. nullopt: nothing with that token within the last five minutes.
std::optional<Published> RecallPublished(storage::Reader& reader, TopicId topic, std::string_view scope,
                                         std::string_view token, TimePoint now);
void RememberPublished(storage::Txn& txn, TopicId topic, std::string_view scope, std::string_view token,
                       const Published& published, TimePoint now);
/// Twenty digits, growing.
std::string NextSequenceNumber(storage::Txn& txn, TopicId topic);
/// The topic was deleted.
void ForgetPublished(storage::Txn& txn, TopicId topic);

}  // namespace stratolite::sns
