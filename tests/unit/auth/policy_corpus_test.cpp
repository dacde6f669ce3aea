#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "stratolite/auth/decision.hpp"
#include "stratolite/base/json.hpp"

namespace stratolite::auth {
namespace {

/// Decisions that AWS's documentation tells, as data: tests/data/policies/README.md says how to read them.
std::filesystem::path CorpusDirectory() {
  return std::filesystem::path(STRATOLITE_SOURCE_DIR) / "tests" / "data" / "policies";
}

Json ReadCorpusFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return Json::parse(file);
}

constexpr std::pair<std::string_view, AccessReason> kReasons[] = {
    {"Allowed", AccessReason::kAllowed},
    {"Root", AccessReason::kRoot},
    {"ExplicitDenyServiceControl", AccessReason::kExplicitDenyServiceControl},
    {"ExplicitDenyResourceControl", AccessReason::kExplicitDenyResourceControl},
    {"ExplicitDenyResource", AccessReason::kExplicitDenyResource},
    {"ExplicitDenyIdentity", AccessReason::kExplicitDenyIdentity},
    {"ExplicitDenyBoundary", AccessReason::kExplicitDenyBoundary},
    {"ExplicitDenySession", AccessReason::kExplicitDenySession},
    {"NoServiceControlAllows", AccessReason::kNoServiceControlAllows},
    {"NoResourceControlAllows", AccessReason::kNoResourceControlAllows},
    {"NoResourceAllows", AccessReason::kNoResourceAllows},
    {"NoIdentityAllows", AccessReason::kNoIdentityAllows},
    {"NoBoundaryAllows", AccessReason::kNoBoundaryAllows},
    {"NoSessionAllows", AccessReason::kNoSessionAllows},
};

std::string NameOf(AccessReason reason) {
  for (const auto& [name, value] : kReasons) {
    if (value == reason) return std::string(name);
  }
  return "?";
}

PrincipalType TypeOf(const std::string& name) {
  static const std::map<std::string, PrincipalType> kTypes = {{"anonymous", PrincipalType::kAnonymous},
                                                              {"root", PrincipalType::kRoot},
                                                              {"user", PrincipalType::kUser},
                                                              {"role session", PrincipalType::kAssumedRole},
                                                              {"federated user", PrincipalType::kFederatedUser},
                                                              {"service", PrincipalType::kService},
                                                              {"provider", PrincipalType::kFederatedIdentity}};
  return kTypes.at(name);
}

/// One file's cases, asked one after another.
class CorpusFile {
 public:
  CorpusFile(const Json& fixtures, const Json& file) : fixtures_(fixtures), file_(file) {}

  int Run(std::set<std::string>& names) {
    int count = 0;
    for (const auto& table : file_.at("tables")) {
      EXPECT_TRUE(table.contains("documentation") || file_.contains("documentation"))
          << table.at("name") << " does not say where it is documented";
      for (const auto& row : table.at("rows")) {
        Json one = table.value("given", Json::object());
        const auto& columns = table.at("columns");
        CheckWidth(row.size(), columns.size(), table, row);
        for (std::size_t i = 0; i < row.size(); ++i) one[columns[i].get<std::string>()] = row[i];
        const auto name = table.at("name").get<std::string>() + ": " + one.at("name").get<std::string>();
        EXPECT_TRUE(names.insert(name).second) << "two cases are called " << name;
        Ask(name, one);
        ++count;
      }
    }
    return count;
  }

 private:
  static void CheckWidth(std::size_t cells, std::size_t columns, const Json& table, const Json& row) {
    if (cells != columns) {
      throw std::runtime_error(table.at("name").get<std::string>() + " has a row of another width: " + row.dump());
    }
  }

  /// A fixture's name, a statement, a list of statements or a whole document.
  Json DocumentOf(const Json& reference, const std::string& version) const {
    if (reference.is_string()) {
      const auto& own = file_.contains("policies") ? file_["policies"] : Json::object();
      const auto name = reference.get<std::string>();
      return DocumentOf(own.contains(name) ? own.at(name) : fixtures_.at("policies").at(name), version);
    }
    if (reference.is_object() && reference.contains("Statement")) return reference;
    Json document = {{"Statement", reference}};
    if (version != "none") document["Version"] = version;
    return document;
  }

  NamedPolicy PolicyOf(const Json& reference, const std::string& version) const {
    const auto text = DocumentOf(reference, version).dump();
    auto compiled = CompilePolicy(text);
    if (!compiled.ok()) throw std::runtime_error(compiled.error().message + ": " + text);
    return {.name = reference.is_string() ? reference.get<std::string>() : "p", .policy = *compiled};
  }

  std::vector<NamedPolicy> PoliciesOf(const Json& references, const std::string& version) const {
    std::vector<NamedPolicy> policies;
    for (const auto& reference : references) policies.push_back(PolicyOf(reference, version));
    return policies;
  }

  std::vector<std::vector<NamedPolicy>> LevelsOf(const Json& one, const char* name, const std::string& version) const {
    std::vector<std::vector<NamedPolicy>> levels;
    for (const auto& level : one.value(name, Json::array())) levels.push_back(PoliciesOf(level, version));
    return levels;
  }

  ApplicablePolicies Applicable(const Json& one) const {
    const auto version = one.value("version", std::string("2012-10-17"));
    ApplicablePolicies policies;
    policies.service_control = LevelsOf(one, "service_control", version);
    policies.resource_control = LevelsOf(one, "resource_control", version);
    policies.identity = PoliciesOf(one.value("identity", Json::array()), version);
    if (const Json value = one.value("resource_policy", Json()); !value.is_null()) {
      policies.resource = PolicyOf(value, version);
    }
    if (const Json value = one.value("boundary", Json()); !value.is_null())
      policies.boundary = PolicyOf(value, version);
    if (const Json value = one.value("session", Json()); !value.is_null())
      policies.session = PoliciesOf(value, version);
    // Tables of conditions: one statement, which allows everything under that condition.
    if (one.contains("condition")) {
      const Json statement = {{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}, {"Condition", one["condition"]}};
      policies.identity.push_back(PolicyOf(statement, version));
    }
    if (one.contains("operator")) {
      const Json test = {{one["operator"].get<std::string>(), {{one.at("key").get<std::string>(), one.at("policy")}}}};
      const Json statement = {{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}, {"Condition", test}};
      policies.identity.push_back(PolicyOf(statement, version));
    }
    return policies;
  }

  static AccessContext::Values ValuesOf(const Json& value) {
    if (value.is_array()) return value.get<AccessContext::Values>();
    return {value.get<std::string>()};
  }

  /// What every request says about its caller, then what the case adds; null takes a key away.
  static AccessContext ContextOf(const Json& caller, const Json& one) {
    Json keys = caller.value("context", Json::object());
    keys.update(one.value("context", Json::object()));
    if (one.contains("request")) keys[one.at("key").get<std::string>()] = one["request"];
    AccessContext context;
    for (const auto& [name, value] : keys.items()) {
      if (!value.is_null()) context.Set(name, ValuesOf(value));
    }
    return context;
  }

  static Principal PrincipalOf(const Json& caller) {
    Principal principal;
    principal.type = TypeOf(caller.at("type").get<std::string>());
    principal.account = AccountId(caller.value("account", ""));
    principal.arn = caller.value("arn", "");
    principal.issuer_arn = caller.value("issuer", "");
    principal.user_id = caller.value("user_id", "");
    principal.tags = caller.value("tags", std::map<std::string, std::string>());
    return principal;
  }

  void Ask(const std::string& name, const Json& one) const {
    SCOPED_TRACE(name + " " + one.dump());
    const Json& caller = fixtures_.at("callers").at(one.value("caller", "alice"));
    const auto principal = PrincipalOf(caller);
    const auto context = ContextOf(caller, one);
    const auto policies = Applicable(one);
    const auto action = one.value("action", std::string("s3:GetObject"));
    const auto resource = one.value("resource", std::string("arn:aws:s3:::bucket/key"));
    const auto account = one.value("resource_account", std::string());
    const AccessQuestion question{.caller = principal,
                                  .action = action,
                                  .resource = resource,
                                  .resource_account = account,
                                  .context = context,
                                  .resource_policy_required = one.value("policy_required", false)};
    std::vector<ConsideredStatement> considered;
    const auto decision = Decide(question, policies, &considered);
    const auto reason = NameOf(decision.reason);
    // `A|B`: documentation tells the outcome and leaves open which of the two was first.
    const auto expected = '|' + one.at("expected").get<std::string>() + '|';
    EXPECT_NE(expected.find('|' + reason + '|'), std::string::npos) << "was " << reason;
    EXPECT_EQ(decision.allowed, reason == "Allowed" || reason == "Root");
    // Whoever asks without wanting to know why is told the same.
    EXPECT_EQ(Decide(question, policies).reason, decision.reason);
  }

  const Json& fixtures_;
  const Json& file_;
};

TEST(PolicyCorpusTest, EveryDecisionIsTheOneThatDocumentationTells) {
  const Json fixtures = ReadCorpusFile(CorpusDirectory() / "fixtures.json");
  std::set<std::string> names;
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CorpusDirectory())) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "fixtures.json") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const Json file = ReadCorpusFile(entry.path());
    count += CorpusFile(fixtures, file).Run(names);
  }
  EXPECT_GE(count, 700);
}

}  // namespace
}  // namespace stratolite::auth
