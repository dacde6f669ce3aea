#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stratolite/auth/why_log.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/service/world.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {

/// What the admin API tells about the daemon beside the world. Plain data.
struct AdminFacts {
  std::string auth_mode;
  std::string data_dir;
  bool persistent = false;
  AccountId default_account;
  Region default_region;
};

/// Everything under `/_stratolite/`, and the pages that other emulators' scripts wait for (docs/admin-api.md). Whether the asker may use it
/// is the front door's business. `world` and `why` outlive it. Thread-safe. Blocks.
class AdminApi {
 public:
  AdminApi(World& world, const auth::WhyLog& why, AdminFacts facts)
      : world_(world), why_(why), facts_(std::move(facts)) {}

  wire::HttpResponse Handle(const wire::HttpRequest& request) const;
  /// `{"message": …}`.
  static wire::HttpResponse Refuse(int status, std::string_view message);

 private:
  struct Page;
  static const std::vector<Page>& Pages();

  wire::HttpResponse Index(const wire::HttpRequest&) const;
  wire::HttpResponse Health(const wire::HttpRequest&) const;
  wire::HttpResponse Coverage(const wire::HttpRequest&) const;
  wire::HttpResponse Reset(const wire::HttpRequest&) const;
  wire::HttpResponse ReadClock(const wire::HttpRequest&) const;
  wire::HttpResponse ChangeClock(const wire::HttpRequest& request) const;
  wire::HttpResponse Why(std::string_view request_id) const;
  wire::HttpResponse LocalstackHealth(const wire::HttpRequest&) const;
  wire::HttpResponse LocalstackInit(const wire::HttpRequest&) const;
  wire::HttpResponse LocalstackInitStage(const wire::HttpRequest&) const;
  wire::HttpResponse ServicePage(std::string_view rest, const wire::HttpRequest& request) const;
  Json ServiceStates() const;
  Json ClockState() const;

  World& world_;
  const auth::WhyLog& why_;
  const AdminFacts facts_;
};

}  // namespace stratolite::daemon
