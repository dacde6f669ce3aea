#include "daemon/world_record.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "stratolite/base/json.hpp"
#include "stratolite/runtime/random.hpp"
#include "stratolite/storage/database.hpp"

namespace stratolite::daemon {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr std::size_t kMaxNameLength = 63;
constexpr std::string_view kSecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kSecretSize = 40;
constexpr std::size_t kKeyEntropyBytes = 16;
constexpr std::string_view kRecordFile = "world.json";

[[noreturn]] void RecordFailed(std::string_view doing, const fs::path& file) {
  throw storage::StorageError(fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

void SyncDirectory(const fs::path& directory) {
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  errno = error;
  if (!synced) RecordFailed("make durable", directory);
}

}  // namespace

bool IsWorldName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameLength && name.front() != '-' && name != "default" &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

void GiveNewKey(WorldRecord& record, runtime::Random& random) {
  record.access_key_id = auth::MakeUniqueId(kWorldKeyPrefix, record.account, random.Bytes(kKeyEntropyBytes));
  record.secret_access_key = random.String(kSecretSize, kSecretAlphabet);
}

auth::Credential KeyOf(const WorldRecord& record) {
  auth::Credential credential;
  credential.access_key_id = record.access_key_id;
  credential.secret_access_key = record.secret_access_key;
  credential.principal = auth::RootPrincipal(record.account);
  return credential;
}

void WriteWorldRecord(const fs::path& directory, const WorldRecord& record, bool durable) {
  const std::string text = Json{{"format", kFormat},
                                {"name", record.name},
                                {"access_key_id", record.access_key_id},
                                {"secret_access_key", record.secret_access_key},
                                {"account", record.account.str()},
                                {"forked_from", record.forked_from},
                                {"created", FormatIso8601(record.created, true)}}
                               .dump(2) +
                           "\n";
  const fs::path file = directory / kRecordFile;
  const fs::path draft = fs::path(file) += ".new";
  const int fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) RecordFailed("create", draft);
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool synced = written && (!durable || fsync(fd) == 0);
  close(fd);
  if (!synced) RecordFailed("write", draft);
  if (rename(draft.c_str(), file.c_str()) != 0) RecordFailed("create", file);
  if (!durable) return;
  // `worlds` itself may be as new.
  for (const fs::path& path : {directory, directory.parent_path(), directory.parent_path().parent_path()})
    SyncDirectory(path);
}

std::optional<WorldRecord> ReadWorldRecord(const fs::path& directory) {
  const fs::path file = directory / kRecordFile;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    RecordFailed("open", file);
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  // Never written like that, and with `--durability power` synced before it has its name.
  if (text.find_first_not_of('\0') == std::string::npos) {
    throw TornRecord(fmt::format("{} had not reached the disk when the machine went down", file.string()));
  }
  const Json json = Json::parse(text, nullptr, false);
  const auto field = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string() ? json[name].get<std::string>() : "";
  };
  if (json.is_object() && json.value("format", Json()).is_number_integer() && json["format"] > kFormat) {
    throw storage::StorageError(
        fmt::format("{} has format {}, this version knows {}: use the newer version of "
                    "Stratolite that wrote it",
                    file.string(), json["format"].dump(), kFormat));
  }
  WorldRecord record{field("name"),
                     field("access_key_id"),
                     field("secret_access_key"),
                     AccountId(field("account")),
                     field("forked_from"),
                     ParseIso8601(field("created")).value_or(TimePoint{})};
  if (record.name != directory.filename().string() || !IsWorldName(record.name) || record.access_key_id.empty() ||
      record.secret_access_key.empty() || !IsAccountId(record.account.str())) {
    throw storage::StorageError(
        fmt::format("{} is damaged: put a backup in its place, or remove the directory", file.string()));
  }
  return record;
}

void RemoveWorldRecord(const fs::path& directory, bool durable) {
  const fs::path file = directory / kRecordFile;
  if (unlink(file.c_str()) != 0 && errno != ENOENT) RecordFailed("remove", file);
  if (durable) SyncDirectory(directory);
}

void MoveWorldAside(const fs::path& directory) {
  std::error_code ignored;
  fs::path aside;
  for (int number = 1; aside.empty() || fs::exists(aside, ignored); ++number) {
    aside = fs::path(directory) += fmt::format(".torn-{}", number);
  }
  if (rename(directory.c_str(), aside.c_str()) != 0) RecordFailed("move aside", directory);
  spdlog::error("a world is lost: what there is of it is {}. With --durability power this does not happen",
                aside.string());
}

void RemoveWorldDirectory(const fs::path& directory) {
  std::error_code error;
  fs::remove_all(directory, error);
  if (error) spdlog::warn("{} cannot be removed: {}", directory.string(), error.message());
}

}  // namespace stratolite::daemon
