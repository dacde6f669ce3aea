"""Passwords, service-specific credentials, SSH keys and certificates of users; certificates of servers."""

import datetime
import re

import iam_keys
import pytest
from botocore.exceptions import ClientError

PASSWORD = "correct-Horse7battery"


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def code(call, **arguments):
    return refused(call, **arguments)[0]


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def alice(iam):
    iam.create_user(UserName="alice")
    return "alice"


def test_a_login_profile_lives_and_goes(iam, alice):
    assert refused(iam.get_login_profile, UserName=alice) == ("NoSuchEntity", "Login Profile for User alice cannot be found.")
    made = iam.create_login_profile(UserName=alice, Password=PASSWORD, PasswordResetRequired=True)["LoginProfile"]
    assert made["UserName"] == alice and made["PasswordResetRequired"] is True
    assert refused(iam.create_login_profile, UserName=alice, Password=PASSWORD) == ("EntityAlreadyExists", "Login Profile for user alice already exists.")
    iam.update_login_profile(UserName=alice, PasswordResetRequired=False)
    assert iam.get_login_profile(UserName=alice)["LoginProfile"] == made | {"PasswordResetRequired": False}
    assert refused(iam.delete_user, UserName=alice)[1] == "Cannot delete entity, must delete login profile first."
    iam.delete_login_profile(UserName=alice)
    assert code(iam.delete_login_profile, UserName=alice) == "NoSuchEntity"
    iam.delete_user(UserName=alice)


def test_passwords_keep_to_the_accounts_policy(iam, alice):
    iam.update_account_password_policy(MinimumPasswordLength=12, RequireNumbers=True, RequireSymbols=True, PasswordReusePrevention=2)
    assert code(iam.create_login_profile, UserName=alice, Password="short-1") == "PasswordPolicyViolation"
    iam.create_login_profile(UserName=alice, Password="first-password-1")
    assert code(iam.update_login_profile, UserName=alice, Password="no numbers, though") == "PasswordPolicyViolation"
    assert code(iam.update_login_profile, UserName=alice, Password="first-password-1") == "PasswordPolicyViolation"
    iam.update_login_profile(UserName=alice, Password="second-password-2")
    assert code(iam.update_login_profile, UserName=alice, Password="first-password-1") == "PasswordPolicyViolation"
    iam.update_login_profile(UserName=alice, Password="third-password-3")
    iam.update_login_profile(UserName=alice, Password="first-password-1")


def test_users_change_their_own_passwords(iam, alice, client):
    iam.create_login_profile(UserName=alice, Password=PASSWORD, PasswordResetRequired=True)
    key = iam.create_access_key(UserName=alice)["AccessKey"]
    own = client("iam", key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    assert code(own.change_password, OldPassword="wrong", NewPassword="another-Horse8battery") == "AccessDenied"
    own.change_password(OldPassword=PASSWORD, NewPassword="another-Horse8battery")
    assert own.get_login_profile()["LoginProfile"]["PasswordResetRequired"] is False
    assert code(own.change_password, OldPassword=PASSWORD, NewPassword="third-Horse9battery") == "AccessDenied"
    assert code(iam.change_password, OldPassword=PASSWORD, NewPassword="third-Horse9battery") == "InvalidUserType"


def test_service_specific_credentials(iam, alice, account):
    made = iam.create_service_specific_credential(UserName=alice, ServiceName="codecommit.amazonaws.com")["ServiceSpecificCredential"]
    assert made["ServiceUserName"] == f"alice-at-{account}" and made["ServicePassword"]
    second = iam.create_service_specific_credential(UserName=alice, ServiceName="codecommit.amazonaws.com")["ServiceSpecificCredential"]
    assert second["ServiceUserName"] == f"alice+1-at-{account}"
    assert code(iam.create_service_specific_credential, UserName=alice, ServiceName="codecommit.amazonaws.com") == "LimitExceeded"
    listed = iam.list_service_specific_credentials(UserName=alice, ServiceName="codecommit.amazonaws.com")["ServiceSpecificCredentials"]
    assert listed[0] == {key: made[key] for key in made if key != "ServicePassword"}
    assert iam.list_service_specific_credentials(UserName=alice, ServiceName="cassandra.amazonaws.com")["ServiceSpecificCredentials"] == []
    chosen = {"UserName": alice, "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    reset = iam.reset_service_specific_credential(**chosen)["ServiceSpecificCredential"]
    assert reset["ServicePassword"] != made["ServicePassword"]
    iam.update_service_specific_credential(**chosen, Status="Inactive")
    assert iam.list_service_specific_credentials(UserName=alice)["ServiceSpecificCredentials"][0]["Status"] == "Inactive"
    iam.delete_service_specific_credential(**chosen)
    assert len(iam.list_service_specific_credentials(AllUsers=True)["ServiceSpecificCredentials"]) == 1


def test_api_keys_expire(iam, alice):
    made = iam.create_service_specific_credential(UserName=alice, ServiceName="bedrock.amazonaws.com", CredentialAgeDays=30)["ServiceSpecificCredential"]
    assert made["ExpirationDate"] - made["CreateDate"] == datetime.timedelta(days=30)
    assert made["ServiceCredentialAlias"] and made["ServiceCredentialSecret"]
    assert code(iam.create_service_specific_credential, UserName=alice, ServiceName="codecommit.amazonaws.com", CredentialAgeDays=30) == "InvalidInput"


def test_ssh_keys_come_back_in_both_encodings(iam, alice):
    made = iam.upload_ssh_public_key(UserName=alice, SSHPublicKeyBody=iam_keys.SSH)["SSHPublicKey"]
    assert made["Fingerprint"] == iam_keys.SSH_FINGERPRINT and re.fullmatch("APKA[A-Z0-9]{16}", made["SSHPublicKeyId"])
    chosen = {"UserName": alice, "SSHPublicKeyId": made["SSHPublicKeyId"]}
    assert iam.get_ssh_public_key(**chosen, Encoding="SSH")["SSHPublicKey"]["SSHPublicKeyBody"] == " ".join(iam_keys.SSH.split()[:2])
    assert iam.get_ssh_public_key(**chosen, Encoding="PEM")["SSHPublicKey"]["SSHPublicKeyBody"].strip() == iam_keys.SSH_PEM.strip()
    assert code(iam.upload_ssh_public_key, UserName=alice, SSHPublicKeyBody=iam_keys.SSH_PEM) == "DuplicateSSHPublicKey"
    assert code(iam.upload_ssh_public_key, UserName=alice, SSHPublicKeyBody=iam_keys.SSH_ED25519) == "UnrecognizedPublicKeyEncoding"
    assert code(iam.upload_ssh_public_key, UserName=alice, SSHPublicKeyBody="ssh-rsa AAAA") == "InvalidPublicKey"
    iam.update_ssh_public_key(**chosen, Status="Inactive")
    assert iam.list_ssh_public_keys(UserName=alice)["SSHPublicKeys"][0]["Status"] == "Inactive"
    assert refused(iam.delete_user, UserName=alice)[1] == "Cannot delete entity, must remove referenced objects first."
    iam.delete_ssh_public_key(**chosen)
    assert refused(iam.delete_ssh_public_key, **chosen)[1] == f"The Public Key with id {made['SSHPublicKeyId']} cannot be found."


def test_signing_certificates(iam, alice):
    made = iam.upload_signing_certificate(UserName=alice, CertificateBody=iam_keys.LEAF)["Certificate"]
    assert made["Status"] == "Active" and made["CertificateBody"].strip() == iam_keys.LEAF.strip()
    assert code(iam.upload_signing_certificate, UserName=alice, CertificateBody=iam_keys.LEAF) == "DuplicateCertificate"
    assert code(iam.upload_signing_certificate, UserName=alice, CertificateBody="no certificate") == "MalformedCertificate"
    iam.upload_signing_certificate(UserName=alice, CertificateBody=iam_keys.AUTHORITY)
    assert code(iam.upload_signing_certificate, UserName=alice, CertificateBody=iam_keys.OTHER) == "LimitExceeded"
    iam.update_signing_certificate(UserName=alice, CertificateId=made["CertificateId"], Status="Inactive")
    assert [each["Status"] for each in iam.list_signing_certificates(UserName=alice)["Certificates"]] == ["Inactive", "Active"]
    assert refused(iam.delete_user, UserName=alice)[1] == "Cannot delete entity, must delete certificates first."
    iam.delete_signing_certificate(UserName=alice, CertificateId=made["CertificateId"])
    assert code(iam.delete_signing_certificate, UserName=alice, CertificateId=made["CertificateId"]) == "NoSuchEntity"


def test_server_certificates_fit_their_keys_and_chains(iam, account):
    upload = {"ServerCertificateName": "www", "CertificateBody": iam_keys.LEAF, "PrivateKey": iam_keys.LEAF_KEY, "CertificateChain": iam_keys.AUTHORITY}
    assert code(iam.upload_server_certificate, **upload | {"PrivateKey": iam_keys.OTHER_KEY}) == "KeyPairMismatch"
    assert code(iam.upload_server_certificate, **upload | {"PrivateKey": "no key"}) == "MalformedCertificate"
    wrong_chain = refused(iam.upload_server_certificate, **upload | {"CertificateChain": iam_keys.OTHER})
    assert wrong_chain[0] == "MalformedCertificate" and wrong_chain[1].endswith("The index within the chain of the invalid certificate is: 0")
    made = iam.upload_server_certificate(Path="/cloudfront/", Tags=[{"Key": "for", "Value": "www"}], **upload)
    metadata = made["ServerCertificateMetadata"]
    assert metadata["Arn"] == f"arn:aws:iam::{account}:server-certificate/cloudfront/www"
    assert metadata["Expiration"].year == 2125 and made["Tags"] == [{"Key": "for", "Value": "www"}]
    assert refused(iam.upload_server_certificate, **upload) == ("EntityAlreadyExists", "The Server Certificate with name www already exists.")
    found = iam.get_server_certificate(ServerCertificateName="www")["ServerCertificate"]
    assert (found["CertificateBody"].strip(), found["CertificateChain"].strip()) == (iam_keys.LEAF.strip(), iam_keys.AUTHORITY.strip())
    iam.update_server_certificate(ServerCertificateName="www", NewServerCertificateName="web", NewPath="/elb/")
    listed = iam.list_server_certificates(PathPrefix="/elb/")["ServerCertificateMetadataList"]
    assert [(each["ServerCertificateName"], each["ServerCertificateId"]) for each in listed] == [("web", metadata["ServerCertificateId"])]
    iam.delete_server_certificate(ServerCertificateName="web")
    assert refused(iam.get_server_certificate, ServerCertificateName="web")[1] == "The Server Certificate with name web cannot be found."
