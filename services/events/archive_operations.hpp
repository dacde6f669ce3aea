#pragma once

#include "events/archive_store.hpp"
#include "events/bus_store.hpp"
#include "events/changes.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::events {

/// Archives. Each has a managed rule on its bus, whose target is the archive. Everything given must outlive it. Thread-safe. Blocks.
class ArchiveOperations {
 public:
  ArchiveOperations(const ServiceDeps& deps, BusStore& buses, ChangeFollower& follower)
      : deps_(deps), buses_(buses), follower_(follower) {}

  Result<Json> CreateArchive(const Call& call);
  Result<Json> UpdateArchive(const Call& call);
  Result<Json> DeleteArchive(const Call& call);
  Result<Json> DescribeArchive(const Call& call);
  Result<Json> ListArchives(const Call& call);

 private:
  const ServiceDeps deps_;
  BusStore& buses_;
  ChangeFollower& follower_;
};

}  // namespace stratolite::events
