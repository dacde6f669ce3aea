"""Queues, their attributes, tags and permissions, in both protocols."""

import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from botocore.exceptions import ClientError


def error_of(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response


def test_create_queue_is_idempotent_and_get_queue_url_finds_it(sqs, endpoint, account):
    url = sqs.create_queue(QueueName="a-queue", Attributes={"VisibilityTimeout": "69"}, tags={"key": "value"})["QueueUrl"]
    assert url == f"{endpoint}/{account}/a-queue"
    assert sqs.create_queue(QueueName="a-queue", Attributes={"VisibilityTimeout": "69"})["QueueUrl"] == url
    assert sqs.get_queue_url(QueueName="a-queue")["QueueUrl"] == url
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"key": "value"}
    error = error_of(sqs.create_queue, QueueName="a-queue", Attributes={"VisibilityTimeout": "70"})
    assert error["Error"]["Code"] == "QueueAlreadyExists"
    assert error["Error"]["Message"] == "A queue already exists with the same name and a different value for attribute VisibilityTimeout"


def test_errors_are_modelled_exceptions(make_sqs):
    sqs = make_sqs("json")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as caught:
        sqs.get_queue_url(QueueName="none")
    assert caught.value.response["Error"] == {
        "Code": "AWS.SimpleQueueService.NonExistentQueue", "QueryErrorCode": "QueueDoesNotExist", "Type": "Sender",
        "Message": "The specified queue does not exist."}


def test_the_query_protocol_has_its_own_words(make_sqs):
    error = error_of(make_sqs("query").get_queue_url, QueueName="none")
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error["Error"] == {"Code": "AWS.SimpleQueueService.NonExistentQueue", "Type": "Sender", "Detail": None,
                              "Message": "The specified queue does not exist for this wsdl version."}


def test_every_form_of_queue_url_is_accepted(sqs, queue, account, region):
    for url in (f"https://sqs.{region}.amazonaws.com/{account}/queue", f"https://{region}.queue.amazonaws.com/{account}/queue",
                f"https://queue.amazonaws.com/{account}/queue", f"http://any.host:1234/{account}/queue", f"/{account}/queue", "queue"):
        assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"].endswith(":queue")


def test_list_queues_in_pages(sqs):
    for number in range(5):
        sqs.create_queue(QueueName=f"page-{number}")
    sqs.create_queue(QueueName="other")
    pages = list(sqs.get_paginator("list_queues").paginate(QueueNamePrefix="page-", PaginationConfig={"PageSize": 2}))
    assert [len(page["QueueUrls"]) for page in pages] == [2, 2, 1]
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="none")


def test_delete_queue_and_the_rest_of_its_name(sqs, queue):
    sqs.delete_queue(QueueUrl=queue)
    assert error_of(sqs.get_queue_attributes, QueueUrl=queue)["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert error_of(sqs.create_queue, QueueName="queue")["Error"]["Code"] == "AWS.SimpleQueueService.QueueDeletedRecently"


def test_purge_queue_once_a_minute(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="message")
    sqs.purge_queue(QueueUrl=queue)
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    assert error_of(sqs.purge_queue, QueueUrl=queue)["Error"]["Code"] == "AWS.SimpleQueueService.PurgeQueueInProgress"


def test_set_queue_attributes_and_get_queue_attributes(sqs, queue):
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"DelaySeconds": "420", "MaximumMessageSize": "2048"})
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["DelaySeconds", "MaximumMessageSize"])["Attributes"]
    assert attributes == {"DelaySeconds": "420", "MaximumMessageSize": "2048"}
    assert len(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]) == 12
    error = error_of(sqs.set_queue_attributes, QueueUrl=queue, Attributes={"FifoQueue": "true"})
    assert error["Error"]["Code"] == "InvalidAttributeName"
    assert error["Error"]["Message"] == "Unknown Attribute FifoQueue."


def test_tag_queue_untag_queue(sqs, queue):
    sqs.tag_queue(QueueUrl=queue, Tags={"one": "1", "two": "", "three": "3"})
    sqs.untag_queue(QueueUrl=queue, TagKeys=["one", "none"])
    assert sqs.list_queue_tags(QueueUrl=queue)["Tags"] == {"two": "", "three": "3"}
    sqs.untag_queue(QueueUrl=queue, TagKeys=["two", "three"])
    assert "Tags" not in sqs.list_queue_tags(QueueUrl=queue)


def test_add_permission_and_remove_permission(sqs, queue, account, arn_of):
    sqs.add_permission(QueueUrl=queue, Label="label", AWSAccountIds=["668614515564"], Actions=["SendMessage", "ReceiveMessage"])
    policy = json.loads(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]["Policy"])
    assert policy["Statement"] == [{
        "Sid": "label", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::668614515564:root"},
        "Action": ["SQS:SendMessage", "SQS:ReceiveMessage"], "Resource": arn_of(queue)}]
    sqs.remove_permission(QueueUrl=queue, Label="label")
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])


def test_accounts_do_not_see_each_other_but_reach_each_other(make_sqs, sqs, queue):
    other = make_sqs(account="999999999998")
    assert "queue" not in str(other.list_queues(QueueNamePrefix="queue").get("QueueUrls"))
    other.send_message(QueueUrl=queue, MessageBody="from another account")
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "from another account"


def query_at(url, account, **parameters):
    """A GET as old clients make it, signed only as far as naming the account. (status, text)"""
    request = urllib.request.Request(f"{url}?{urllib.parse.urlencode(parameters)}", headers={
        "Authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_query_at_a_queues_url_means_that_queue(make_sqs, account):
    queue = make_sqs("json").create_queue(QueueName="queue")["QueueUrl"]
    status, text = query_at(queue, account, Action="SendMessage", MessageBody="foobar")
    assert (status, "<MD5OfMessageBody>3858f62230ac3c915f300c664312c63f</MD5OfMessageBody>" in text) == (200, True)
    assert "<Body>foobar</Body>" in query_at(queue, account, Action="ReceiveMessage")[1]
    assert "<Message>" not in query_at(queue, account, Action="ReceiveMessage")[1]
    assert "<Name>QueueArn</Name><Value>arn:aws:sqs:" in query_at(queue, account, Action="GetQueueAttributes", **{"AttributeName.1": "All"})[1]
    assert f"<QueueUrl>{queue}</QueueUrl>" in query_at(queue, account, Action="GetQueueUrl", QueueName="queue")[1]
    status, text = query_at(queue, account, Action="SendMessage")
    assert (status, "The request must contain the parameter MessageBody." in text) == (400, True)


def test_what_does_not_act_on_the_queue_is_no_action_at_its_url(make_sqs, account):
    queue = make_sqs("json").create_queue(QueueName="queue")["QueueUrl"]
    for action in ("CreateQueue", "ListQueues", "FooBar"):
        status, text = query_at(queue, account, Action=action, QueueName="other", Version="2012-11-05")
        assert (status, "<Code>InvalidAction</Code>" in text) == (400, True)
        assert f"<Message>The action {action} is not valid for this endpoint.</Message>" in text


def test_a_request_without_an_action_at_a_queues_url_is_unknown(make_sqs, account):
    queue = make_sqs("json").create_queue(QueueName="queue")["QueueUrl"]
    status, text = query_at(queue, account)
    assert (status, "<UnknownOperationException" in text) == (404, True)
