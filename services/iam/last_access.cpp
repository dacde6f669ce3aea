#include "iam/last_access.hpp"

#include <limits>
#include <map>

#include "iam/entity_store.hpp"
#include "iam/managed_policies.hpp"
#include "stratolite/service/access.hpp"

namespace stratolite::iam {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

void AddDocumentsOf(storage::Reader& reader, const Entity& entity, std::vector<std::string>& documents) {
  for (InlinePolicy& policy : EntityStore::ListInlinePolicies(reader, entity.id, "", kNoLimit))
    documents.push_back(std::move(policy.document));
  for (const std::string& arn : EntityStore::ListAttached(reader, entity.id, "", kNoLimit)) {
    if (auto document = ManagedPolicies::FindDocument(reader, entity.account, arn))
      documents.push_back(*std::move(document));
  }
}

AccessSubject SubjectOfPolicy(storage::Reader& reader, const AccountId& account, std::string_view arn,
                              std::string document) {
  AccessSubject subject;
  subject.documents.push_back(std::move(document));
  std::map<EntityId, Entity> found;
  for (Entity& holder : EntityStore::ListAttachedTo(reader, account, arn, 0, kNoLimit)) {
    if (holder.kind != EntityKind::kGroup) {
      const EntityId id = holder.id;
      found.emplace(id, std::move(holder));
      continue;
    }
    for (Entity& user : EntityStore::ListMembers(reader, holder.id, "", kNoLimit)) {
      const EntityId id = user.id;
      found.emplace(id, std::move(user));
    }
  }
  for (auto& [id, entity] : found) subject.users_and_roles.push_back(std::move(entity));
  return subject;
}

}  // namespace

const std::vector<ReportedService>& ReportedServices() {
  static const std::vector<ReportedService> services = {
      {"cloudwatch", "Amazon CloudWatch"},
      {"dynamodb", "Amazon DynamoDB"},
      {"ec2", "Amazon EC2"},
      {"events", "Amazon EventBridge"},
      {"iam", "AWS Identity and Access Management"},
      {"kinesis", "Amazon Kinesis Data Streams"},
      {"lambda", "AWS Lambda"},
      {"logs", "Amazon CloudWatch Logs"},
      {"organizations", "AWS Organizations"},
      {"pipes", "Amazon EventBridge Pipes"},
      {"s3", "Amazon S3"},
      {"scheduler", "Amazon EventBridge Scheduler"},
      {"sns", "Amazon SNS"},
      {"sqs", "Amazon SQS"},
      {"sts", "AWS Security Token Service"},
  };
  return services;
}

std::optional<AccessSubject> FindAccessSubject(storage::Reader& reader, const AccountId& account,
                                               std::string_view arn) {
  const auto entity = EntityStore::FindByArn(reader, arn);
  if (!entity || entity->kind == EntityKind::kPolicy) {
    auto document = ManagedPolicies::FindDocument(reader, account, arn);
    if (!document) return std::nullopt;
    return SubjectOfPolicy(reader, account, arn, *std::move(document));
  }
  if (entity->account != account) return std::nullopt;
  AccessSubject subject;
  AddDocumentsOf(reader, *entity, subject.documents);
  switch (entity->kind) {
    case EntityKind::kUser:
      for (const Entity& group : EntityStore::ListContainers(reader, entity->id, "", kNoLimit))
        AddDocumentsOf(reader, group, subject.documents);
      subject.users_and_roles.push_back(*entity);
      return subject;
    case EntityKind::kRole:
      subject.users_and_roles.push_back(*entity);
      return subject;
    case EntityKind::kGroup:
      subject.users_and_roles = EntityStore::ListMembers(reader, entity->id, "", kNoLimit);
      return subject;
    default:
      return std::nullopt;
  }
}

std::string ActionOf(const std::string& service, const std::string& operation) {
  Call call;
  call.operation = operation;
  call.input = Json::object();
  const auto needs = NeedsOf(service, call);
  if (!needs || needs->empty()) return operation;
  const std::string& action = needs->front().action;
  return action.substr(action.find(':') + 1);
}

}  // namespace stratolite::iam
