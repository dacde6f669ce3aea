// Every fuzz target on every checked-in input and on mutations of them: the same ones in every run, a bounded number.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "stratolite/base/json.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace stratolite::fuzz {

void SignedRequest(std::string_view input);
void AwsChunked(std::string_view input);
void CborBody(std::string_view input);
void EventInputs(std::string_view input);
void EventPatterns(std::string_view input);
void Policies(std::string_view input);
void HttpRequest(std::string_view input);
void JsonBody(std::string_view input);
void Names(std::string_view input);
void Patterns(std::string_view input);
void PipeTemplates(std::string_view input);
void S3Form(std::string_view input);
void S3Select(std::string_view input);
void S3Values(std::string_view input);
void SettingsFile(std::string_view input);
void Signing(std::string_view input);
void SnapshotFile(std::string_view input);
void SqsValues(std::string_view input);
void Texts(std::string_view input);
void WireCbor(std::string_view input);
void WireEc2(std::string_view input);
void WireJson(std::string_view input);
void WireOutput(std::string_view input);
void WireQuery(std::string_view input);
void WireRestJson(std::string_view input);
void WireRestXml(std::string_view input);
void WireRouting(std::string_view input);
void XmlBody(std::string_view input);

namespace {

constexpr std::size_t kMutations = 1000;
// Another number of them: for a longer look without clang.
constexpr const char* kMutationsVariable = "FUZZ_MUTATIONS";
constexpr std::size_t kMaxInputBytes = 4096;

struct Target {
  const char* name;
  void (*run)(std::string_view input);
};

constexpr Target kTargets[] = {
    {"authenticator", SignedRequest},
    {"aws_chunked", AwsChunked},
    {"cbor", CborBody},
    {"event_input", EventInputs},
    {"event_pattern", EventPatterns},
    {"http_request", HttpRequest},
    {"json", JsonBody},
    {"names", Names},
    {"pattern", Patterns},
    {"pipe_template", PipeTemplates},
    {"policy", Policies},
    {"s3_form", S3Form},
    {"s3_select", S3Select},
    {"s3_values", S3Values},
    {"settings", SettingsFile},
    {"signing", Signing},
    {"snapshot_file", SnapshotFile},
    {"sqs_values", SqsValues},
    {"text", Texts},
    {"wire_cbor", WireCbor},
    {"wire_ec2", WireEc2},
    {"wire_json", WireJson},
    {"wire_output", WireOutput},
    {"wire_query", WireQuery},
    {"wire_rest_json", WireRestJson},
    {"wire_rest_xml", WireRestXml},
    {"wire_routing", WireRouting},
    {"xml", XmlBody},
};

/// What is being tried, for whoever comes too late to ask: the process is about to end.
const char* current_target = "";
const std::string* current_input = nullptr;

void WriteCurrentInput() {
  if (current_input == nullptr) return;
  const std::string file = testing::TempDir() + "fuzz-" + current_target;
  std::ofstream(file, std::ios::binary) << *current_input;
  std::fprintf(stderr, "\nfuzz target %s, input in %s\n", current_target, file.c_str());
}

void OnAbort(int) { WriteCurrentInput(); }

/// A text of the seed files, whose characters stand for bytes.
std::string Bytes(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>(((c & 3U) << 6) | (static_cast<unsigned char>(text.at(++i)) & 0x3FU));
    }
  }
  return bytes;
}

std::vector<std::string> ReadSeeds(const std::string& target) {
  std::ifstream file(STRATOLITE_SOURCE_DIR "/tests/fuzz/seeds/" + target + ".json");
  std::vector<std::string> seeds;
  const Json kinds = Json::parse(file);
  for (const Json& kind : kinds) {
    for (const Json& text : kind) seeds.push_back(Bytes(text.get<std::string>()));
  }
  return seeds;
}

std::size_t MutationCount() {
  const char* const text = std::getenv(kMutationsVariable);
  return text == nullptr ? kMutations : static_cast<std::size_t>(std::atoll(text));
}

/// One to four small changes: of a bit, of a byte, a piece lost, repeated, or taken from another input. Not thread-safe.
class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& seeds) : seeds_(seeds) {}

  std::string Next() {
    std::string input = Any();
    for (std::size_t changes = 1 + Below(4); changes > 0; --changes) Change(input);
    if (input.size() > kMaxInputBytes) input.resize(kMaxInputBytes);
    return input;
  }

 private:
  std::size_t Below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  const std::string& Any() { return seeds_[Below(seeds_.size())]; }

  void Change(std::string& input) {
    static constexpr std::string_view kBytes{"\0\xFF\x80\xC3\x7F\r\n %&=;:/<>\"'{}[],0-1", 26};
    const std::size_t at = Below(input.size());
    const std::size_t length = Below(std::min<std::size_t>(input.size() - at, 40)) + 1;
    switch (Below(6)) {
      case 0:
        if (!input.empty()) input[at] = static_cast<char>(input[at] ^ (1 << Below(8)));
        break;
      case 1:
        if (!input.empty()) input[at] = kBytes[Below(kBytes.size())];
        break;
      case 2:
        input.erase(at, length);
        break;
      case 3:
        input.insert(at, input.substr(at, length));
        break;
      case 4:
        input.insert(at, 1, kBytes[Below(kBytes.size())]);
        break;
      default: {
        const std::string& other = Any();
        const std::size_t from = Below(other.size());
        input.insert(at, other.substr(from, Below(80)));
      }
    }
  }

  const std::vector<std::string>& seeds_;
  std::minstd_rand random_;
};

class FuzzTargetTest : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override {
    std::signal(SIGABRT, OnAbort);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_death_callback(WriteCurrentInput);
#endif
    current_target = GetParam().name;
  }
  void TearDown() override {
    current_input = nullptr;
    std::signal(SIGABRT, SIG_DFL);
  }
  static void Try(const std::string& input) {
    current_input = &input;
    GetParam().run(input);
  }
};

TEST_P(FuzzTargetTest, HoldsForEveryRecordedInputAndEveryFormerFinding) {
  const auto seeds = ReadSeeds(GetParam().name);
  ASSERT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) Try(seed);
  Try("");
}

TEST_P(FuzzTargetTest, HoldsForMutationsOfThem) {
  const auto seeds = ReadSeeds(GetParam().name);
  Mutator mutator(seeds);
  for (std::size_t left = MutationCount(); left > 0; --left) Try(mutator.Next());
}

INSTANTIATE_TEST_SUITE_P(All, FuzzTargetTest, testing::ValuesIn(kTargets),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(FuzzSeedTest, EveryTargetHasSeedsAndEverySeedFileATarget) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(STRATOLITE_SOURCE_DIR "/tests/fuzz/seeds"))
    files.push_back(entry.path().stem());
  std::sort(files.begin(), files.end());
  std::vector<std::string> targets;
  for (const Target& target : kTargets) targets.emplace_back(target.name);
  EXPECT_EQ(files, targets);
}

}  // namespace
}  // namespace stratolite::fuzz
