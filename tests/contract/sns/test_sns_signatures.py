"""Signatures of notifications, checked from outside by OpenSSL with the certificate that we hand out."""

import base64
import shutil
import subprocess
import urllib.error
import urllib.request

import pytest

from sns_stage import Stage

NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]

pytestmark = [pytest.mark.stratolite, pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")]


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=30)


def verifies(document, members, place):
    """Whether `openssl dgst` finds the signature good. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html"""
    signed = "".join(f"{name}\n{document[name]}\n" for name in members if name in document)
    (place / "text").write_text(signed)
    (place / "signature").write_bytes(base64.b64decode(document["Signature"]))
    certificate = urllib.request.urlopen(document["SigningCertURL"], timeout=10).read()
    (place / "certificate").write_bytes(certificate)
    (place / "key").write_text(openssl("x509", "-in", place / "certificate", "-pubkey", "-noout").stdout)
    digest = {"1": "-sha1", "2": "-sha256"}[document["SignatureVersion"]]
    return openssl("dgst", digest, "-verify", place / "key", "-signature", place / "signature", place / "text").stdout.strip() == "Verified OK"


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [None, "with a subject"])
def test_notifications_verify(client, tmp_path, version, subject):
    stage = Stage(client("sns"), client("sqs"))
    topic = stage.topic(SignatureVersion=version)
    url, _ = stage.subscribed(topic)
    stage.sns.publish(TopicArn=topic, Message="grüße 😀\n\"quoted\"", **({"Subject": subject} if subject else {}))
    notification = stage.notifications(url)[0]
    assert notification["SignatureVersion"] == version
    assert verifies(notification, NOTIFICATION, tmp_path)
    assert not verifies(notification | {"Message": "forged"}, NOTIFICATION, tmp_path)


def test_each_body_of_a_structured_message_has_its_own_signature(client, tmp_path):
    stage = Stage(client("sns"), client("sqs"))
    topic = stage.topic()
    url, _ = stage.subscribed(topic)
    stage.sns.publish(TopicArn=topic, MessageStructure="json", Message='{"default": "d", "sqs": "s", "http": "h"}')
    assert verifies(stage.notifications(url)[0], NOTIFICATION, tmp_path)


def test_a_question_to_a_queue_of_another_account_verifies_and_its_url_confirms(client, tmp_path):
    stage = Stage(client("sns"), client("sqs", key="999988887777"))
    topic = stage.topic()
    url, arn = stage.queue()
    stage.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    question = stage.notifications(url)[0]
    assert question["Type"] == "SubscriptionConfirmation"
    assert verifies(question, CONFIRMATION, tmp_path)
    assert b"<SubscriptionArn>" in urllib.request.urlopen(question["SubscribeURL"], timeout=10).read()
    stage.sns.publish(TopicArn=topic, Message="welcome")
    assert [one["Message"] for one in stage.notifications(url)] == ["welcome"]


def test_a_certificate_that_nobody_has(endpoint):
    with pytest.raises(urllib.error.HTTPError) as found:
        urllib.request.urlopen(f"{endpoint}/SimpleNotificationService-0000.pem", timeout=10)
    assert found.value.code == 404


def test_the_key_survives_a_restart_and_belongs_to_its_world(daemon, client, tmp_path, admin):
    data = tmp_path / "data"

    def publish(running, **signer):
        stage = Stage(client("sns", url=running.endpoint, **signer), client("sqs", url=running.endpoint, **signer))
        topic = stage.topic()
        url, _ = stage.subscribed(topic, "q", queue=stage.queue("q"))
        stage.sns.publish(TopicArn=topic, Message="m")
        return stage.notifications(url)[-1]

    first = daemon(data_dir=data)
    world = admin("worlds", {"name": "other"}, url=first.endpoint)
    theirs = publish(first)
    others = publish(first, key=world["access_key_id"], secret=world["secret_access_key"])
    assert theirs["SigningCertURL"].rpartition("/")[2] != others["SigningCertURL"].rpartition("/")[2]
    assert verifies(theirs, NOTIFICATION, tmp_path) and verifies(others, NOTIFICATION, tmp_path)
    first.stop()
    second = daemon(data_dir=data)
    for notification in (theirs, others):
        moved = notification | {"SigningCertURL": second.endpoint + "/" + notification["SigningCertURL"].rpartition("/")[2]}
        assert verifies(moved, NOTIFICATION, tmp_path)
