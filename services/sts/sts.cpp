#include "sts/sts.hpp"

#include "stratolite/base/json.hpp"
#include "sts/access_guide.hpp"
#include "sts/federation_operations.hpp"
#include "sts/identity_operations.hpp"
#include "sts/role_operations.hpp"
#include "sts/session_operations.hpp"
#include "sts/sessions.hpp"
#include "sts/web_identity_issuer.hpp"

namespace stratolite::sts {
namespace {

class StsService final : public Service {
 public:
  explicit StsService(const ServiceDeps& deps)
      : sessions_(deps),
        identity_(deps, sessions_),
        roles_(deps, sessions_),
        users_(deps, sessions_),
        issuer_(deps, sessions_),
        federation_(deps, roles_, issuer_),
        guide_(deps) {}

  void Register(OperationTable& ops) override {
    ops.Add("AssumeRole", &roles_, &RoleOperations::AssumeRole);
    ops.Add("AssumeRoleWithSAML", &federation_, &FederationOperations::AssumeRoleWithSAML).partial_note =
        "assertions must not be encrypted";
    ops.AddAsync("AssumeRoleWithWebIdentity",
                 [this](std::shared_ptr<const Call> call, Completion done) {
                   federation_.AssumeRoleWithWebIdentity(std::move(call), std::move(done));
                 })
        .partial_note = "access tokens of OAuth 2.0 providers cannot be checked";
    ops.Add("AssumeRoot", &roles_, &RoleOperations::AssumeRoot);
    ops.Add("DecodeAuthorizationMessage", &identity_, &IdentityOperations::DecodeAuthorizationMessage);
    ops.Add("GetAccessKeyInfo", &identity_, &IdentityOperations::GetAccessKeyInfo);
    ops.Add("GetCallerIdentity", &identity_, &IdentityOperations::GetCallerIdentity);
    ops.Add("GetDelegatedAccessToken", &users_, &SessionOperations::GetDelegatedAccessToken).partial_note =
        "trade-in tokens come from the admin API";
    ops.Add("GetFederationToken", &users_, &SessionOperations::GetFederationToken);
    ops.Add("GetSessionToken", &users_, &SessionOperations::GetSessionToken);
    ops.Add("GetWebIdentityToken", &issuer_, &WebIdentityIssuer::GetWebIdentityToken);
  }

  void OnReset() override { federation_.Clear(); }
  AccessGuide* access_guide() override { return &guide_; }

  std::optional<Result<Json>> Admin(const AdminRequest& request) override {
    constexpr std::string_view kOidc = "oidc/";
    const std::string_view path = std::string_view(request.path).substr(request.path.starts_with('/') ? 1 : 0);
    if (path == "trade-in-token") return users_.MakeTradeInToken(request);
    if (!path.starts_with(kOidc)) return std::nullopt;
    auto page = issuer_.Page(path.substr(kOidc.size()), request.endpoint);
    if (!page) return std::nullopt;
    return Result<Json>(*std::move(page));
  }

 private:
  Sessions sessions_;
  IdentityOperations identity_;
  RoleOperations roles_;
  SessionOperations users_;
  WebIdentityIssuer issuer_;
  FederationOperations federation_;
  StsAccessGuide guide_;
};

}  // namespace

std::unique_ptr<Service> MakeService(const ServiceDeps& deps) { return std::make_unique<StsService>(deps); }

}  // namespace stratolite::sts
