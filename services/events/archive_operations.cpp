#include "events/archive_operations.hpp"

#include <fmt/format.h>

#include "events/bus_access.hpp"
#include "events/errors.hpp"
#include "stratolite/runtime/clock.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/service/fields.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::events {
namespace {

/// An archive is usable at once here, and nothing disables it.
constexpr const char* kArchiveState = "ENABLED";

std::string ArchiveRuleName(const Archive& archive) { return fmt::format("Events-Archive-{}", archive.name); }

/// What the user wants, but nothing that was replayed. The text stays as it is: patterns may be nested deeper than documents.
/// `pattern_text`: a valid pattern, or empty.
std::string ArchivePattern(const std::string& pattern_text) {
  constexpr std::string_view kNotReplayed = R"("replay-name":[{"exists":false}]})";
  const std::size_t end = pattern_text.find_last_of('}');
  if (end == std::string::npos) return fmt::format("{{{}", kNotReplayed);
  return fmt::format("{},{}", std::string_view(pattern_text).substr(0, end), kNotReplayed);
}

/// The managed rule's target, as ListTargetsByRule shows it on AWS.
Target ArchiveTarget(const Archive& archive) {
  const Json document = {
      {"Id", ArchiveRuleName(archive)},
      {"Arn", fmt::format("arn:{}:events:{}:::", PartitionOf(archive.scope.region), archive.scope.region.str())},
      {"InputTransformer",
       {{"InputPathsMap", Json::object()},
        {"InputTemplate", fmt::format(R"({{"archive-arn": "{}:{}", "event": <aws.events.event.json>, )"
                                      R"("ingestion-time": <aws.events.event.ingestion-time>}})",
                                      archive.arn, archive.uuid)}}}};
  return TargetFrom(document);
}

Result<void> CheckArchivePattern(const std::string& text) {
  if (!text.empty()) RETURN_IF_ERROR(patterns::EventPattern::Parse(text));
  return {};
}

/// What ListArchives and DescribeArchive share.
Json ArchiveView(const Archive& archive) {
  return {{"ArchiveName", archive.name},
          {"EventSourceArn", archive.bus_arn},
          {"State", kArchiveState},
          {"RetentionDays", archive.retention_days},
          {"SizeBytes", archive.size_bytes},
          {"EventCount", archive.event_count},
          {"CreationTime", ToJson(archive.created_at)}};
}

Json ArchiveAnswer(const Archive& archive) {
  return {{"ArchiveArn", archive.arn}, {"State", kArchiveState}, {"CreationTime", ToJson(archive.created_at)}};
}

}  // namespace

Result<Json> ArchiveOperations::CreateArchive(const Call& call) {
  const Fields in(call.input);
  Archive archive;
  archive.scope = call.scope;
  ASSIGN_OR_RETURN(archive.name, in.String("ArchiveName"));
  ASSIGN_OR_RETURN(const std::string source, in.String("EventSourceArn"));
  ASSIGN_OR_RETURN(const BusAddress address, ParseBusAddress(source, call.scope));
  archive.arn = ArchiveArn(archive.scope, archive.name);
  archive.description = in.StringOr("Description", "");
  archive.pattern_text = in.StringOr("EventPattern", "");
  archive.kms_key = in.StringOr("KmsKeyIdentifier", "");
  archive.retention_days = in.IntOr("RetentionDays", 0);
  RETURN_IF_ERROR(CheckArchivePattern(archive.pattern_text));
  archive.uuid = deps_.random.Uuid();
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    archive.created_at = deps_.clock.Now();
    if (ArchiveStore::Find(txn, archive.scope, archive.name)) return ArchiveAlreadyExists(archive.name);
    const BusPtr bus = buses_.FindForChange(txn, address.scope, address.name, archive.created_at);
    // An archive lies where its bus is.
    if (!bus || bus->scope != archive.scope) return BusNotFound(address.name);
    archive.bus = bus->id;
    archive.bus_arn = bus->arn;

    Rule rule;
    rule.bus = bus->id;
    rule.scope = bus->scope;
    rule.bus_name = bus->name;
    rule.name = ArchiveRuleName(archive);
    rule.arn = RuleArn(bus->scope, bus->name, rule.name);
    if (BusStore::FindRule(txn, bus->id, rule.name)) return ArchiveAlreadyExists(archive.name);
    rule.pattern_text = ArchivePattern(archive.pattern_text);
    rule.state = "ENABLED";
    rule.managed_by = kArchiveManager;
    rule.created_by = call.scope.account.str();
    rule.created_at = archive.created_at;
    buses_.InsertRule(txn, rule);
    buses_.PutTarget(txn, rule, ArchiveTarget(archive));
    archive.rule = rule.id;
    ArchiveStore::Insert(txn, archive);
    return ArchiveAnswer(archive);
  });
}

Result<Json> ArchiveOperations::UpdateArchive(const Call& call) {
  const Fields in(call.input);
  ASSIGN_OR_RETURN(const std::string name, in.String("ArchiveName"));
  const auto pattern = in.OptionalString("EventPattern");
  if (pattern) RETURN_IF_ERROR(CheckArchivePattern(*pattern));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const ArchivePtr found = ArchiveStore::Find(txn, call.scope, name);
    if (!found) return ArchiveNotFound(name);
    Archive archive = *found;
    archive.description = in.StringOr("Description", archive.description);
    archive.kms_key = in.StringOr("KmsKeyIdentifier", archive.kms_key);
    archive.retention_days = in.IntOr("RetentionDays", archive.retention_days);
    if (pattern) {
      archive.pattern_text = *pattern;
      // Its rule may have been deleted by force.
      if (const RulePtr current = BusStore::FindRule(txn, archive.rule)) {
        Rule rule = *current;
        rule.pattern_text = ArchivePattern(*pattern);
        buses_.UpdateRule(txn, rule);
      }
    }
    ArchiveStore::Update(txn, archive);
    return ArchiveAnswer(archive);
  });
}

Result<Json> ArchiveOperations::DeleteArchive(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("ArchiveName"));
  return deps_.db.Transact([&](storage::Txn& txn) -> Result<Json> {
    const ArchivePtr archive = ArchiveStore::Find(txn, call.scope, name);
    if (!archive) return ArchiveNotFound(name);
    follower_.ArchiveDeleted(txn, *archive);
    if (const RulePtr rule = BusStore::FindRule(txn, archive->rule)) buses_.DeleteRule(txn, *rule);
    ArchiveStore::Delete(txn, *archive);
    return Json::object();
  });
}

Result<Json> ArchiveOperations::DescribeArchive(const Call& call) {
  ASSIGN_OR_RETURN(const std::string name, Fields(call.input).String("ArchiveName"));
  const ArchivePtr archive =
      deps_.db.Read([&](storage::Reader& reader) { return ArchiveStore::Find(reader, call.scope, name); });
  if (!archive) return ArchiveNotFound(name);
  Json answer = ArchiveView(*archive);
  answer["ArchiveArn"] = archive->arn;
  SetUnlessEmpty(answer, "Description", archive->description);
  SetUnlessEmpty(answer, "EventPattern", archive->pattern_text);
  SetUnlessEmpty(answer, "KmsKeyIdentifier", archive->kms_key);
  return answer;
}

Result<Json> ArchiveOperations::ListArchives(const Call& call) {
  const Fields in(call.input);
  if (in.Has("NamePrefix") + in.Has("EventSourceArn") + in.Has("State") > 1) return TooManyFilters(call.operation);
  ASSIGN_OR_RETURN(const Page page, PageOf(call));
  const std::string source = in.StringOr("EventSourceArn", "");
  const std::string prefix = in.StringOr("NamePrefix", "");
  ASSIGN_OR_RETURN(const BusAddress address, ParseBusAddress(source, call.scope));
  if (in.StringOr("State", kArchiveState) != kArchiveState) return Json{{"Archives", Json::array()}};
  return deps_.db.Read([&](storage::Reader& reader) -> Result<Json> {
    if (!source.empty() && !BusStore::FindHead(reader, address.scope, address.name)) return BusNotFound(address.name);
    Json items = Json::array();
    std::vector<std::string> names;
    for (const ArchivePtr& archive :
         ArchiveStore::List(reader, call.scope, prefix, source, page.after, page.limit + 1)) {
      items.push_back(ArchiveView(*archive));
      names.push_back(archive->name);
    }
    return PageAnswer("Archives", std::move(items), names, page);
  });
}

}  // namespace stratolite::events
