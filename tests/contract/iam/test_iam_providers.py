"""Identity providers, OpenID Connect and SAML; outbound federation; switches of accounts and organizations; delegation."""

import iam_keys
import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.stratolite

THUMBPRINT = "a" * 40
CERTIFICATE = "".join(iam_keys.AUTHORITY.strip().splitlines()[1:-1])
METADATA = f"""<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example.com" validUntil="2040-01-02T03:04:05Z">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{CERTIFICATE}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
""" + f"<!-- {'long enough for AWS ' * 10} -->"


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def iam(client):
    return client("iam")


def test_an_openid_provider_and_what_changes_about_it(iam, account):
    arn = iam.create_open_id_connect_provider(Url="https://idp.example.com/realm", ClientIDList=["app"], ThumbprintList=[THUMBPRINT], Tags=[{"Key": "a", "Value": "b"}])["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account}:oidc-provider/idp.example.com/realm"
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (found["Url"], found["ClientIDList"], found["ThumbprintList"], found["Tags"]) == ("idp.example.com/realm", ["app"], [THUMBPRINT], [{"Key": "a", "Value": "b"}])
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="other")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="other")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="app")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="app")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["b" * 40])
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (found["ClientIDList"], found["ThumbprintList"]) == (["other"], ["b" * 40])
    assert [each["Arn"] for each in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]] == [arn]
    assert refused(iam.create_open_id_connect_provider, Url="https://idp.example.com/realm", ThumbprintList=[THUMBPRINT]) == (
        "EntityAlreadyExists", "Provider with url https://idp.example.com/realm already exists.")
    for _ in range(2):
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert refused(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn) == ("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}")


@pytest.mark.parametrize("url", ["http://idp.example.com", "https://idp.example.com:8443", "https://idp.example.com?a=b", "idp.example.com", "https://"])
def test_urls_that_are_none_of_a_provider(iam, url):
    assert refused(iam.create_open_id_connect_provider, Url=url, ThumbprintList=[THUMBPRINT]) == ("ValidationError", "Invalid Open ID Connect Provider URL")


def test_a_local_provider_may_go_without_tls(iam, account):
    arn = iam.create_open_id_connect_provider(Url="http://keycloak:8080/realms/test")["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account}:oidc-provider/keycloak:8080/realms/test"


def test_lists_of_providers_are_limited(iam):
    create = iam.create_open_id_connect_provider
    assert refused(create, Url="https://a.example.com", ThumbprintList=[THUMBPRINT] * 6) == ("InvalidInput", "Thumbprint list must contain fewer than 5 entries.")
    assert refused(create, Url="https://a.example.com", ThumbprintList=["g" * 40])[0] == "InvalidInput"
    assert refused(create, Url="https://a.example.com", ClientIDList=[str(i) for i in range(101)])[0] == "LimitExceeded"


def test_a_saml_provider_is_read_from_its_metadata(iam, account):
    arn = iam.create_saml_provider(Name="idp", SAMLMetadataDocument=METADATA)["SAMLProviderArn"]
    assert arn == f"arn:aws:iam::{account}:saml-provider/idp"
    found = iam.get_saml_provider(SAMLProviderArn=arn)
    assert found["SAMLMetadataDocument"].strip() == METADATA.strip()
    assert found["ValidUntil"].isoformat() == "2040-01-02T03:04:05+00:00"
    assert refused(iam.create_saml_provider, Name="idp", SAMLMetadataDocument=METADATA)[0] == "EntityAlreadyExists"
    assert refused(iam.create_saml_provider, Name="x", SAMLMetadataDocument="<xml/>" + " " * 1000) == ("InvalidInput", "Could not parse metadata")
    iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=METADATA.replace("2040", "2041"))
    listed = iam.list_saml_providers()["SAMLProviderList"]
    assert [(each["Arn"], each["ValidUntil"].year) for each in listed] == [(arn, 2041)]
    iam.delete_saml_provider(SAMLProviderArn=arn)
    assert refused(iam.get_saml_provider, SAMLProviderArn=arn) == ("NoSuchEntity", f"Manifest not found for arn {arn}")


def test_private_keys_of_a_saml_provider_rotate(iam):
    arn = iam.create_saml_provider(Name="idp", SAMLMetadataDocument=METADATA, AssertionEncryptionMode="Allowed", AddPrivateKey=iam_keys.LEAF_KEY)["SAMLProviderArn"]
    iam.update_saml_provider(SAMLProviderArn=arn, AddPrivateKey=iam_keys.OTHER_KEY)
    assert refused(iam.update_saml_provider, SAMLProviderArn=arn, AddPrivateKey=iam_keys.OTHER_KEY)[0] == "LimitExceeded"
    first, second = iam.get_saml_provider(SAMLProviderArn=arn)["PrivateKeyList"]
    iam.update_saml_provider(SAMLProviderArn=arn, RemovePrivateKey=first["KeyId"])
    assert iam.get_saml_provider(SAMLProviderArn=arn)["PrivateKeyList"] == [second]


def test_outbound_federation_is_switched_on_and_off(iam):
    assert refused(iam.get_outbound_web_identity_federation_info)[0] == "FeatureDisabled"
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    assert issuer.startswith("https://") and issuer.endswith(".tokens.sts.global.api.aws")
    assert iam.get_outbound_web_identity_federation_info()["JwtVendingEnabled"] is True
    assert refused(iam.enable_outbound_web_identity_federation)[0] == "FeatureEnabled"
    iam.disable_outbound_web_identity_federation()
    assert refused(iam.disable_outbound_web_identity_federation)[0] == "FeatureDisabled"
    assert iam.enable_outbound_web_identity_federation()["IssuerIdentifier"] == issuer


def test_root_access_is_the_management_accounts_to_switch(iam):
    for call in (iam.list_organizations_features, iam.enable_organizations_root_sessions, iam.disable_organizations_root_sessions,
                 iam.enable_organizations_root_credentials_management, iam.disable_organizations_root_credentials_management):
        assert refused(call)[0] == "OrganizationNotFoundException"


def test_root_access_of_an_organization(iam, client):
    organization = client("organizations").create_organization(FeatureSet="ALL")["Organization"]["Id"]
    assert iam.enable_organizations_root_sessions()["EnabledFeatures"] == ["RootSessions"]
    enabled = iam.enable_organizations_root_credentials_management()
    assert (enabled["OrganizationId"], enabled["EnabledFeatures"]) == (organization, ["RootCredentialsManagement", "RootSessions"])
    iam.disable_organizations_root_sessions()
    assert iam.list_organizations_features()["EnabledFeatures"] == ["RootCredentialsManagement"]
    assert iam.disable_organizations_root_credentials_management()["EnabledFeatures"] == []


def test_properties_and_token_versions_of_an_account_are_kept(iam):
    assert iam.get_account_properties()["Properties"] == {}
    iam.put_account_properties(Properties={"RoleManager/Enabled": "true"})
    assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": "true"}
    assert refused(iam.put_account_properties, Properties={"A/b": "1", "B/c": "2"})[0] == "InvalidInput"
    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == 2


def test_a_partner_is_lent_what_its_owner_may(iam, client, admin, account):
    partner = client("iam", key="999988887777")
    template = {"PolicyTemplateArn": "arn:aws:iam:::delegation-template/Example"}
    asked = partner.create_delegation_request(Description="Set up", Permissions=template,
                                              RequestorWorkflowId="workflow-1", NotificationChannel="arn:aws:sns:us-east-1:999988887777:tokens", SessionDuration=900,
                                              OwnerAccountId=account)
    chosen = {"DelegationRequestId": asked["DelegationRequestId"]}
    assert refused(partner.get_delegation_request, **chosen)[0] == "NoSuchEntity"
    state = lambda: iam.get_delegation_request(**chosen)["DelegationRequest"]["State"]
    assert state() == "UNASSIGNED" and iam.list_delegation_requests()["DelegationRequests"] == []
    assert refused(iam.accept_delegation_request, **chosen)[0] == "InvalidInput"
    iam.associate_delegation_request(**chosen)
    assert state() == "ASSIGNED" and len(iam.list_delegation_requests()["DelegationRequests"]) == 1
    iam.update_delegation_request(**chosen, Notes="please look")
    assert state() == "PENDING_APPROVAL"
    iam.accept_delegation_request(**chosen)
    iam.send_delegation_token(**chosen)
    assert state() == "FINALIZED"
    assert refused(iam.reject_delegation_request, **chosen)[0] == "InvalidInput"
    sent = [each for each in admin(f"outbox?service=iam&account={account}")["messages"] if each["kind"] == "delegation-token"]
    token = sent[-1]["body"]
    lent = client("sts", key="999988887777").get_delegated_access_token(TradeInToken=token)
    assert lent["AssumedPrincipal"] == f"arn:aws:iam::{account}:root"
    second = partner.create_delegation_request(Description="Again", Permissions=template, RequestorWorkflowId="workflow-2", NotificationChannel="channel", SessionDuration=900)
    iam.associate_delegation_request(DelegationRequestId=second["DelegationRequestId"])
    iam.reject_delegation_request(DelegationRequestId=second["DelegationRequestId"], Notes="no")
    assert iam.get_delegation_request(DelegationRequestId=second["DelegationRequestId"])["DelegationRequest"]["RejectionReason"] == "no"
