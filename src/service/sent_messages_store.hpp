#pragma once

#include "stratolite/ports/sent_messages.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite {

/// SentMessages over a world's database, under the owner `sent`: a world whose services send nothing has no table. `db` must outlive it. Thread-safe. Blocks.
class SentMessagesStore final : public ports::SentMessages {
 public:
  explicit SentMessagesStore(storage::Database& db) : db_(db) {}

  void Prepare() override;
  void Record(storage::Txn& txn, const SentMessage& message) override;
  std::vector<SentMessage> Read(const Question& question) override;
  void Clear() override;

 private:
  storage::Database& db_;
};

}  // namespace stratolite
