// What one decision about access costs: `decision_bench [seconds per row]`. Prints the CPU microseconds of each over 20 attached policies of several kinds.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "stratolite/auth/decision.hpp"

namespace stratolite::auth {
namespace {

constexpr int kAttached = 20;

double DecisionCpuMicros() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::string DocumentOf(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

/// Five statements as applications have them, one of them with conditions and a variable.
std::string ApplicationPolicy(int number) {
  const std::string n = std::to_string(number);
  return DocumentOf(
      R"({"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::data-)" + n +
      R"(","arn:aws:s3:::data-)" + n +
      R"(/*"]},{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:111111111111:jobs-)" + n +
      R"("},{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::home/${aws:username}/)" + n +
      R"(/*","Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.168.0.0/16"]},"Bool":{)" +
      R"("aws:SecureTransport":"true"}}},{"Effect":"Deny","Action":["s3:Delete*","iam:*"],"Resource":"*",)" +
      R"("Condition":{"StringNotEquals":{"aws:PrincipalTag/team":["ops","team-)" + n +
      R"("]}}},{"Effect":"Allow","Action":["sns:Publish","events:PutEvents"],"Resource":"*"})");
}

/// 1500 actions in one statement, as AWS's ReadOnlyAccess has them.
std::string ManagedPolicy(int number) {
  std::string actions;
  for (int i = 0; i < 1500; ++i) {
    actions += (i == 0 ? "\"" : ",\"") + std::string("service") + std::to_string((i * 7 + number) % 300) + ":" +
               (i % 3 == 0   ? "Describe*"
                : i % 3 == 1 ? "List"
                             : "GetThing" + std::to_string(i)) +
               "\"";
  }
  return DocumentOf(R"({"Effect":"Allow","Resource":"*","Action":[)" + actions + "]}");
}

void RunDecisions(const char* name, std::string (*make)(int), const char* resource, double seconds) {
  ApplicablePolicies policies;
  for (int i = 0; i < kAttached; ++i) {
    auto policy = CompilePolicy(make(i));
    if (!policy.ok()) {
      std::fprintf(stderr, "%s\n", policy.error().message.c_str());
      std::exit(1);
    }
    policies.identity.push_back({"policy-" + std::to_string(i), *policy});
  }
  const Principal caller{.type = PrincipalType::kUser,
                         .account = AccountId("111111111111"),
                         .arn = "arn:aws:iam::111111111111:user/alice",
                         .user_id = "AIDAEXAMPLE"};
  const AccessContext context = {{"aws:PrincipalArn", {caller.arn}},
                                 {"aws:PrincipalAccount", {"111111111111"}},
                                 {"aws:PrincipalType", {"User"}},
                                 {"aws:userid", {"AIDAEXAMPLE"}},
                                 {"aws:username", {"alice"}},
                                 {"aws:PrincipalTag/team", {"ops"}},
                                 {"aws:CurrentTime", {"2026-01-02T03:04:05Z"}},
                                 {"aws:EpochTime", {"1767323045"}},
                                 {"aws:SecureTransport", {"true"}},
                                 {"aws:RequestedRegion", {"us-east-1"}},
                                 {"aws:UserAgent", {"Boto3/1.40"}},
                                 {"aws:SourceIp", {"10.1.2.3"}}};
  const AccessQuestion question{caller, "s3:GetObject", resource, "111111111111", context};
  std::size_t decisions = 0;
  std::size_t allowed = 0;
  const double start = DecisionCpuMicros();
  double spent = 0;
  for (; spent < seconds * 1e6; spent = DecisionCpuMicros() - start) {
    for (int i = 0; i < 100; ++i) allowed += Decide(question, policies).allowed ? 1 : 0;
    decisions += 100;
  }
  std::printf("%-34s %d policies   %7.2f us   %s\n", name, kAttached, spent / static_cast<double>(decisions),
              allowed > 0 ? "allowed" : "denied");
}

}  // namespace
}  // namespace stratolite::auth

int main(int argc, char** argv) {
  using namespace stratolite::auth;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 0.5;
  RunDecisions("applications', the last allows", &ApplicationPolicy, "arn:aws:s3:::data-19/key", seconds);
  RunDecisions("applications', by a variable", &ApplicationPolicy, "arn:aws:s3:::home/alice/19/key", seconds);
  RunDecisions("applications', none allows", &ApplicationPolicy, "arn:aws:s3:::elsewhere/key", seconds);
  RunDecisions("1500 actions each, none allows", &ManagedPolicy, "arn:aws:s3:::data-1/key", seconds);
}
