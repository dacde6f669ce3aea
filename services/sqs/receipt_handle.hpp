#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sqs/model.hpp"

namespace stratolite::sqs {

/// What one receive of one message hands out. Clients treat it as opaque; here it names the row and which receive it was, so that a
/// handle of an earlier receive is told apart.
struct Receipt {
  QueueId queue = 0;
  std::int64_t row = 0;
  std::string message_id;
  int receive_count = 0;
};

/// Base64 of the length and look of AWS's (`AQEB…`). The same receipt gives the same handle.
std::string EncodeReceipt(const Receipt& receipt);
/// nullopt: not a handle of ours. A checksum tells typos and truncation; it is no protection against forgery.
std::optional<Receipt> DecodeReceipt(std::string_view handle);

}  // namespace stratolite::sqs
