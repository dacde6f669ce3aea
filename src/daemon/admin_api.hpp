#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/init_scripts.hpp"
#include "daemon/status_page.hpp"
#include "daemon/universes.hpp"
#include "http/certificate_authority.hpp"
#include "stratolite/base/json_fwd.hpp"
#include "stratolite/wire/http_message.hpp"

namespace stratolite::daemon {

/// What the admin API tells about the daemon beside the world. Plain data.
struct AdminFacts {
  std::string auth_mode;
  std::string data_dir;
  bool persistent = false;
  AccountId default_account;
  Region default_region;
  /// Outlives the API; null: there are none.
  const InitScripts* init = nullptr;
  /// Signs what TLS clients see; outlives the API. Null: there is no TLS.
  http::CertificateAuthority* authority = nullptr;
  StatusSources status = {};
};

/// Everything under `/_stratolite/`, and the pages that other emulators' scripts wait for (docs/admin-api.md). Whether the asker may use it
/// is the front door's business. Pages about a world are about the default one unless `?world=<name>` says which. `universes` outlives it.
/// Thread-safe. Blocks.
class AdminApi {
 public:
  AdminApi(Universes& universes, AdminFacts facts)
      : universes_(universes), universe_(universes.Default()), facts_(std::move(facts)) {}

  wire::HttpResponse Handle(const wire::HttpRequest& request) const;
  /// `GET /SimpleNotificationService-<name>.pem`, which Handle answers too: by what receivers of SNS's messages check them.
  static bool IsSigningCertificate(const wire::HttpRequest& request);
  /// `{"message": …}`.
  static wire::HttpResponse Refuse(int status, std::string_view message);

 private:
  /// The same, about another world.
  AdminApi(const AdminApi& other, std::shared_ptr<Universe> universe) : AdminApi(other) {
    universe_ = std::move(universe);
    facts_.default_account = universe_->authenticator.options().default_account;
  }
  AdminApi(const AdminApi&) = default;

  struct Page;
  static const std::vector<Page>& Pages();

  wire::HttpResponse AnswerPage(const wire::HttpRequest& request) const;
  wire::HttpResponse Index(const wire::HttpRequest&) const;
  wire::HttpResponse Health(const wire::HttpRequest&) const;
  wire::HttpResponse Status(const wire::HttpRequest&) const;
  wire::HttpResponse Ca(const wire::HttpRequest&) const;
  wire::HttpResponse Coverage(const wire::HttpRequest&) const;
  wire::HttpResponse Reset(const wire::HttpRequest&) const;
  wire::HttpResponse ReadClock(const wire::HttpRequest&) const;
  wire::HttpResponse ChangeClock(const wire::HttpRequest& request) const;
  wire::HttpResponse ListWorlds(const wire::HttpRequest&) const;
  wire::HttpResponse MakeWorld(const wire::HttpRequest& request) const;
  wire::HttpResponse Snapshot(const wire::HttpRequest& request) const;
  wire::HttpResponse OneWorld(std::string_view name, const wire::HttpRequest& request) const;
  /// The journal's page where there is no journal; where there is one, it answers itself (JournalExchange).
  wire::HttpResponse NoJournal(const wire::HttpRequest&) const;
  wire::HttpResponse StartLearn(const wire::HttpRequest&) const;
  wire::HttpResponse StopLearn(const wire::HttpRequest&) const;
  wire::HttpResponse Why(std::string_view request_id) const;
  wire::HttpResponse SigningCertificate(std::string_view path) const;
  wire::HttpResponse Events(const wire::HttpRequest&) const;
  wire::HttpResponse ReadOutbox(const wire::HttpRequest&) const;
  wire::HttpResponse EmptyOutbox(const wire::HttpRequest&) const;
  wire::HttpResponse LocalstackHealth(const wire::HttpRequest&) const;
  wire::HttpResponse LocalstackInit(const wire::HttpRequest&) const;
  wire::HttpResponse LocalstackInitStage(const wire::HttpRequest& request) const;
  wire::HttpResponse ServicePage(std::string_view rest, const wire::HttpRequest& request) const;
  Json HealthFacts() const;
  Json ServiceStates() const;
  Json ClockState() const;

  World& world() const { return *universe_->world; }

  Universes& universes_;
  std::shared_ptr<Universe> universe_;
  AdminFacts facts_;
};

}  // namespace stratolite::daemon
