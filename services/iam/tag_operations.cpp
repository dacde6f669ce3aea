#include "iam/tag_operations.hpp"

#include <string>

#include "iam/entities.hpp"
#include "iam/number_paging.hpp"
#include "iam/policy_errors.hpp"
#include "iam/tags.hpp"
#include "stratolite/service/fields.hpp"

namespace stratolite::iam {

/// How a kind of entity is named in its tag operations.
struct TagOperations::Taggable {
  EntityKind kind;
  std::string_view member;
  bool by_arn = false;

  Result<Entity> Find(storage::Reader& reader, const Call& call) const {
    ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String(member));
    if (!by_arn) return RequireEntity(reader, call, kind, name);
    if (kind == EntityKind::kPolicy && name.find(":iam::aws:policy/") != std::string::npos) {
      return PolicyIsAws(call, name);
    }
    return RequireEntityByArn(reader, call, kind, name);
  }
};

void TagOperations::Register(OperationTable& operations) {
  static constexpr Taggable kUser{EntityKind::kUser, "UserName"};
  static constexpr Taggable kRole{EntityKind::kRole, "RoleName"};
  static constexpr Taggable kPolicy{EntityKind::kPolicy, "PolicyArn", true};
  static constexpr Taggable kInstanceProfile{EntityKind::kInstanceProfile, "InstanceProfileName"};
  static constexpr Taggable kServerCertificate{EntityKind::kServerCertificate, "ServerCertificateName"};
  static constexpr Taggable kOpenIdProvider{EntityKind::kOpenIdProvider, "OpenIDConnectProviderArn", true};
  static constexpr Taggable kSamlProvider{EntityKind::kSamlProvider, "SAMLProviderArn", true};
  static constexpr Taggable kMfaDevice{EntityKind::kMfaDevice, "SerialNumber", true};

  using Method = Result<Json> (TagOperations::*)(const Call&, const Taggable&);
  struct {
    OperationTable& operations;
    TagOperations* self;
    void Add(std::string_view name, Method method, const Taggable& what) {
      operations.Add(name, [this_ = self, method, &what](const Call& call) { return (this_->*method)(call, what); });
    }
  } table{operations, this};
  table.Add("TagUser", &TagOperations::Tag, kUser);
  table.Add("UntagUser", &TagOperations::Untag, kUser);
  table.Add("ListUserTags", &TagOperations::List, kUser);
  table.Add("TagRole", &TagOperations::Tag, kRole);
  table.Add("UntagRole", &TagOperations::Untag, kRole);
  table.Add("ListRoleTags", &TagOperations::List, kRole);
  table.Add("TagPolicy", &TagOperations::Tag, kPolicy);
  table.Add("UntagPolicy", &TagOperations::Untag, kPolicy);
  table.Add("ListPolicyTags", &TagOperations::List, kPolicy);
  table.Add("TagInstanceProfile", &TagOperations::Tag, kInstanceProfile);
  table.Add("UntagInstanceProfile", &TagOperations::Untag, kInstanceProfile);
  table.Add("ListInstanceProfileTags", &TagOperations::List, kInstanceProfile);
  table.Add("TagServerCertificate", &TagOperations::Tag, kServerCertificate);
  table.Add("UntagServerCertificate", &TagOperations::Untag, kServerCertificate);
  table.Add("ListServerCertificateTags", &TagOperations::List, kServerCertificate);
  table.Add("TagOpenIDConnectProvider", &TagOperations::Tag, kOpenIdProvider);
  table.Add("UntagOpenIDConnectProvider", &TagOperations::Untag, kOpenIdProvider);
  table.Add("ListOpenIDConnectProviderTags", &TagOperations::List, kOpenIdProvider);
  table.Add("TagSAMLProvider", &TagOperations::Tag, kSamlProvider);
  table.Add("UntagSAMLProvider", &TagOperations::Untag, kSamlProvider);
  table.Add("ListSAMLProviderTags", &TagOperations::List, kSamlProvider);
  table.Add("TagMFADevice", &TagOperations::Tag, kMfaDevice);
  table.Add("UntagMFADevice", &TagOperations::Untag, kMfaDevice);
  table.Add("ListMFADeviceTags", &TagOperations::List, kMfaDevice);
}

Result<Json> TagOperations::Tag(const Call& call, const Taggable& what) {
  ASSIGN_OR_RETURN(const Tags added, ReadTags(call.input, what.kind));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity entity, what.Find(txn, call));
    RETURN_IF_ERROR(AddTags(entity.tags, added, what.kind));
    entities_.Update(txn, entity);
    return Json::object();
  });
}

Result<Json> TagOperations::Untag(const Call& call, const Taggable& what) {
  const std::vector<std::string> keys = Fields(call.input).Strings("TagKeys");
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    ASSIGN_OR_RETURN(Entity entity, what.Find(txn, call));
    RemoveTags(entity.tags, keys, what.kind);
    entities_.Update(txn, entity);
    return Json::object();
  });
}

Result<Json> TagOperations::List(const Call& call, const Taggable& what) {
  // Pages begin after so many tags: a key may be longer than a marker.
  ASSIGN_OR_RETURN(const NumberPage page, ReadNumberPage(call));
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    ASSIGN_OR_RETURN(const Entity entity, what.Find(reader, call));
    Tags shown;
    std::int64_t number = 0;
    for (const auto& tag : entity.tags) {
      if (number++ >= page.after && std::ssize(shown) < page.limit) shown.insert(tag);
    }
    const std::int64_t last = page.after + std::ssize(shown);
    Json output = {{"Tags", TagsView(shown)}};
    WritePage(output, last < number, std::to_string(last));
    return output;
  });
}

}  // namespace stratolite::iam
