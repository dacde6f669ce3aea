"""AssumeRoleWithSAML with a provider that the account registered: only what its certificate signed is believed.

The responses are written in canonical form (Exclusive XML Canonicalization), so that their digests need no XML library.
"""

import base64
import ctypes
import datetime
import hashlib

import pytest

from iam.enforcement import Keys, Stage, allow, policy, refusal
from token_issuer import openssl


def library_is_there():
    try:
        return bool(ctypes.CDLL("libxmlsec1-openssl.so.1"))
    except OSError:
        return False


pytestmark = [pytest.mark.stratolite, pytest.mark.skipif(not library_is_there(), reason="libxmlsec1-openssl is not installed")]
ACCOUNT = "000000000000"
ENTITY = "https://idp.example.com/saml"
AUDIENCE = "https://signin.aws.amazon.com/saml"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
C14N, DSIG, SHA256 = "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#sha256"


def moment(**offset):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**offset)).strftime("%Y-%m-%dT%H:%M:%SZ")


class IdentityProvider:
    def __init__(self, directory):
        self.key, self.certificate = directory / "key.pem", directory / "cert.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=idp", "-keyout", self.key, "-out", self.certificate)

    def metadata(self):
        body = "".join(line for line in self.certificate.read_text().splitlines() if "-----" not in line)
        return (f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">'
                '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">'
                f'<KeyInfo xmlns="{DSIG}"><X509Data><X509Certificate>{body}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>'
                '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>'
                "</IDPSSODescriptor></EntityDescriptor>")

    def signature(self, element, identifier):
        """Of an element in canonical form that holds no signature yet."""
        digest = base64.b64encode(hashlib.sha256(element.encode()).digest()).decode()

        def method(name, algorithm):
            return f'<ds:{name} Algorithm="{algorithm}"></ds:{name}>'

        info = (f'<ds:SignedInfo xmlns:ds="{DSIG}">{method("CanonicalizationMethod", C14N)}'
                f'{method("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")}<ds:Reference URI="#{identifier}"><ds:Transforms>'
                f'{method("Transform", DSIG + "enveloped-signature")}{method("Transform", C14N)}</ds:Transforms>{method("DigestMethod", SHA256)}'
                f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>")
        value = base64.b64encode(openssl("dgst", "-sha256", "-sign", self.key, data=info.encode())).decode()
        return f'<ds:Signature xmlns:ds="{DSIG}">{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>'


def assertion(role, provider, name="alice", subject="alice", issuer=ENTITY, identifier="_a", signature="", expires=None):
    attributes = {"Role": f"{role},{provider}", "RoleSessionName": name}
    statement = "".join(f'<saml:Attribute Name="{ATTRIBUTES}{key}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
                        for key, value in attributes.items())
    expires = expires or moment(minutes=5)
    return (f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{identifier}" IssueInstant="{moment()}" Version="2.0">'
            f"<saml:Issuer>{issuer}</saml:Issuer>{signature}<saml:Subject>"
            f'<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{subject}</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
            f'<saml:SubjectConfirmationData NotOnOrAfter="{expires}" Recipient="{AUDIENCE}"></saml:SubjectConfirmationData></saml:SubjectConfirmation>'
            f'</saml:Subject><saml:Conditions NotBefore="{moment(minutes=-5)}" NotOnOrAfter="{expires}">'
            f"<saml:AudienceRestriction><saml:Audience>{AUDIENCE}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
            f"<saml:AttributeStatement>{statement}</saml:AttributeStatement></saml:Assertion>")


def response(*assertions, signature="", before=""):
    return (f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0">{signature}<samlp:Status>'
            '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>'
            f'{before}{"".join(assertions)}</samlp:Response>')


@pytest.fixture(scope="module")
def stage(binary):
    stage = Stage(binary, "--iam", "enforce")
    yield stage
    stage.stop()


@pytest.fixture(scope="module")
def idp(stage, tmp_path_factory):
    idp = IdentityProvider(tmp_path_factory.mktemp("idp"))
    iam = stage.root().client("iam")
    idp.arn = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=idp.metadata())["SAMLProviderArn"]
    trust = {"Effect": "Allow", "Principal": {"Federated": idp.arn}, "Action": "sts:AssumeRoleWithSAML",
             "Condition": {"StringEquals": {"saml:aud": AUDIENCE, "saml:iss": ENTITY}, "StringNotEquals": {"saml:sub": "mallory"}}}
    idp.role = iam.create_role(RoleName="Staff", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="Staff", PolicyName="p", PolicyDocument=policy(allow("sqs:ListQueues")))
    return idp


@pytest.fixture
def assume(stage, idp):
    sts = stage.root().client("sts")

    def assume(document, **more):
        return sts.assume_role_with_saml(RoleArn=idp.role, PrincipalArn=idp.arn, SAMLAssertion=base64.b64encode(document.encode()).decode(), **more)

    return assume


def signed_assertion(idp, **parts):
    plain = assertion(idp.role, idp.arn, **parts)
    return plain.replace("</saml:Issuer>", "</saml:Issuer>" + idp.signature(plain, parts.get("identifier", "_a")), 1)


def test_a_signed_assertion_opens_the_role(stage, idp, assume):
    answer = assume(response(signed_assertion(idp)))
    assert (answer["Subject"], answer["SubjectType"], answer["Issuer"], answer["Audience"]) == ("alice", "persistent", ENTITY, AUDIENCE)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Staff/alice"
    keys = Keys(stage, *(answer["Credentials"][name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")))
    keys.client("sqs").list_queues()
    assert refusal(keys.client("sqs").create_queue, QueueName="q")[0] == "AccessDenied"


def test_a_signed_response_opens_the_role(idp, assume):
    plain = response(assertion(idp.role, idp.arn))
    signature = idp.signature(plain, "_r")
    assert assume(plain.replace("<samlp:Status>", signature + "<samlp:Status>", 1))["Subject"] == "alice"


def test_what_nobody_signed_opens_nothing(idp, assume, tmp_path):
    stranger = IdentityProvider(tmp_path)
    stranger.role, stranger.arn = idp.role, idp.arn
    signed = signed_assertion(idp)
    for document in (response(assertion(idp.role, idp.arn)),
                     response(signed_assertion(stranger)),
                     response(signed.replace(">alice<", ">admin<")),
                     response(signed.replace("RoleSessionName", "PrincipalTag:a"))):
        assert refusal(assume, document)[:2] == ("InvalidIdentityToken", "Response signature invalid")


def test_a_signature_vouches_for_its_own_assertion_only(idp, assume):
    signed = signed_assertion(idp)
    evil = assertion(idp.role, idp.arn, name="admin", identifier="_evil")
    signature = idp.signature(assertion(idp.role, idp.arn), "_a")
    borrowed = evil.replace("</saml:Issuer>", "</saml:Issuer>" + signature, 1)
    # The first of two assertions carries no signature; or the true one hides where nobody reads it; or both have one id.
    for document in (response(evil, signed), response(borrowed, signed),
                     response(borrowed.replace("<saml:Subject>", f"<saml:Advice>{signed}</saml:Advice><saml:Subject>", 1)),
                     response(evil.replace("_evil", "_a"), signed)):
        code, message, _ = refusal(assume, document)
        assert code == "InvalidIdentityToken"
        assert message in ("Response signature invalid", "Invalid SAML response")
    # A comment is not covered by the signature, and does not cut what is.
    answer = assume(response(signed_assertion(idp, subject="alice@example.com").replace(">alice@example.com<", ">alice<!-- -->@example.com<")))
    assert answer["Subject"] == "alice@example.com"


def test_documents_with_declarations_are_refused(idp, assume):
    document = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "x">]>' + response(signed_assertion(idp))
    assert refusal(assume, document)[0] == "InvalidIdentityToken"


def test_times_issuers_and_trust_count(stage, idp, assume):
    assert refusal(assume, response(signed_assertion(idp, expires=moment(minutes=-1))))[0] == "ExpiredTokenException"
    error = refusal(assume, response(signed_assertion(idp, issuer="https://other.example.com")))
    assert error[:2] == ("InvalidIdentityToken", "Issuer not present in specified provider")
    error = refusal(assume, response(signed_assertion(idp, subject="mallory")))
    assert error[:2] == ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
    sts = stage.root().client("sts")
    nobody = f"arn:aws:iam::{ACCOUNT}:saml-provider/Nobody"
    document = base64.b64encode(response(assertion(idp.role, nobody)).encode()).decode()
    error = refusal(sts.assume_role_with_saml, RoleArn=idp.role, PrincipalArn=nobody, SAMLAssertion=document)
    assert error[:2] == ("InvalidIdentityToken", "Specified provider doesn't exist")
