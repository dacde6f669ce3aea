#pragma once

#include "iam/entity_store.hpp"
#include "stratolite/service/service.hpp"

namespace stratolite::iam {

/// Tags of everything that has some: TagUser, UntagUser, ListUserTags and their kin. Everything given must outlive it. Thread-safe. Blocks.
class TagOperations {
 public:
  TagOperations(const ServiceDeps& deps, EntityStore& entities) : deps_(deps), entities_(entities) {}

  void Register(OperationTable& operations);

 private:
  struct Taggable;
  Result<Json> Tag(const Call& call, const Taggable& what);
  Result<Json> Untag(const Call& call, const Taggable& what);
  Result<Json> List(const Call& call, const Taggable& what);

  const ServiceDeps deps_;
  EntityStore& entities_;
};

}  // namespace stratolite::iam
