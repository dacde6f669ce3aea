#pragma once

#include "stratolite/storage/database.hpp"

namespace stratolite::storage {

/// There is no room on the disk, or only what is kept for deleting. Nothing of what was asked was done.
class DiskFull : public StorageError {
 public:
  using StorageError::StorageError;
};

}  // namespace stratolite::storage
