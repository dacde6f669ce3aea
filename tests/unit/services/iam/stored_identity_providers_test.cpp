#include "iam/stored_identity_providers.hpp"

#include <gtest/gtest.h>

#include "iam/iam.hpp"
#include "iam/saml_metadata.hpp"
#include "stratolite/auth/credential_store.hpp"
#include "stratolite/ports/registry.hpp"
#include "support/service_harness.hpp"
#include "unit/services/iam/test_keys.hpp"

namespace stratolite::iam {
namespace {

std::string Metadata() {
  std::string certificate(keys::kAuthority);
  certificate = certificate.substr(certificate.find('\n') + 1);
  certificate.resize(certificate.find("-----END"));
  return R"(<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
  <IDPSSODescriptor><KeyDescriptor use="encryption"><X509Certificate>AAAA</X509Certificate></KeyDescriptor>
  <KeyDescriptor><KeyInfo><X509Data><X509Certificate>)" +
         certificate +
         R"(</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
  <SingleSignOnService Location="https://idp.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>)" +
         std::string(1000, ' ');
}

class IdentityProvidersTest : public ::testing::Test {
 protected:
  IdentityProvidersTest() {
    iam_.caller = auth::RootPrincipal(iam_.scope.account);
    iam_.MustCall("ListUsers");
    providers_ = iam_.world().deps().ports.Find<ports::IdentityProviders>();
  }
  testing::ServiceHarness iam_{kDescriptor};
  ports::IdentityProviders* providers_ = nullptr;
};

TEST_F(IdentityProvidersTest, OpenIdProvidersAreFoundByTheirIssuer) {
  iam_.MustCall("CreateOpenIDConnectProvider", {{"Url", "https://idp.example.com/Realm"},
                                                {"ClientIDList", {"app"}},
                                                {"ThumbprintList", {std::string(40, 'a')}}});
  const AccountId& account = iam_.scope.account;
  for (const char* issuer :
       {"https://idp.example.com/Realm", "https://idp.example.com/Realm/", "idp.example.com/Realm"}) {
    const auto found = providers_->FindOpenIdProvider(account, issuer);
    ASSERT_TRUE(found) << issuer;
    EXPECT_EQ(found->url, "idp.example.com/Realm");
    EXPECT_EQ(found->client_ids, std::vector<std::string>{"app"});
  }
  EXPECT_FALSE(providers_->FindOpenIdProvider(account, "https://idp.example.com/realm"));
  EXPECT_FALSE(providers_->FindOpenIdProvider(account, "https://idp.example.com"));
  EXPECT_FALSE(providers_->FindOpenIdProvider(AccountId("999999999999"), "https://idp.example.com/Realm"));
}

TEST_F(IdentityProvidersTest, SamlProvidersComeWithTheCertificatesThatSign) {
  const std::string arn =
      iam_.MustCall("CreateSAMLProvider", {{"Name", "idp"}, {"SAMLMetadataDocument", Metadata()}})["SAMLProviderArn"];
  const auto found = providers_->FindSamlProvider(*Arn::Parse(arn));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->entity_id, "https://idp.example.com");
  ASSERT_EQ(found->signing_certificates.size(), 1u);
  EXPECT_GT(found->signing_certificates.front().size(), 100u);
  EXPECT_FALSE(providers_->FindSamlProvider(*Arn::Parse(arn + "x")));
}

TEST_F(IdentityProvidersTest, MetadataWithoutAnIdentityProviderIsNone) {
  EXPECT_FALSE(ParseSamlMetadata("<EntityDescriptor entityID='a'/>"));
  EXPECT_FALSE(ParseSamlMetadata("<other/>"));
  EXPECT_FALSE(ParseSamlMetadata("no XML"));
  EXPECT_TRUE(ParseSamlMetadata(Metadata()));
}

TEST_F(IdentityProvidersTest, OutboundIssuersAreThereWhileTheFeatureIsOn) {
  EXPECT_FALSE(providers_->FindOutboundIssuer(iam_.scope.account));
  const Json enabled = iam_.MustCall("EnableOutboundWebIdentityFederation");
  EXPECT_EQ(providers_->FindOutboundIssuer(iam_.scope.account), enabled["IssuerIdentifier"].get<std::string>());
  iam_.MustCall("DisableOutboundWebIdentityFederation");
  EXPECT_FALSE(providers_->FindOutboundIssuer(iam_.scope.account));
}

}  // namespace
}  // namespace stratolite::iam
