"""STS and SQS by the AWS CLI, and what is not built."""

import pytest


def test_get_caller_identity_names_the_account(aws, account):
    assert aws("sts", "get-caller-identity") == {"UserId": account, "Account": account, "Arn": f"arn:aws:iam::{account}:root"}


def test_a_queue_from_creation_to_deletion(aws, endpoint, account):
    url = aws("sqs", "create-queue", "--queue-name", "cli", "--attributes", "VisibilityTimeout=60")["QueueUrl"]
    assert url == f"{endpoint}/{account}/cli"
    assert aws("sqs", "get-queue-url", "--queue-name", "cli")["QueueUrl"] == url
    sent = aws("sqs", "send-message", "--queue-url", url, "--message-body", "hello",
               "--message-attributes", '{"a":{"DataType":"String","StringValue":"b"}}')
    received = aws("sqs", "receive-message", "--queue-url", url, "--attribute-names", "All", "--message-attribute-names", "All")["Messages"][0]
    assert received["Body"] == "hello"
    assert received["MessageId"] == sent["MessageId"]
    assert received["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", received["ReceiptHandle"])
    attributes = aws("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All")["Attributes"]
    assert attributes["VisibilityTimeout"] == "60"
    assert attributes["ApproximateNumberOfMessages"] == "0"
    aws("sqs", "delete-queue", "--queue-url", url)
    assert "(AWS.SimpleQueueService.NonExistentQueue)" in aws("sqs", "get-queue-url", "--queue-name", "cli", fails=True)


def test_list_queues_pages_by_itself(aws):
    for number in range(5):
        aws("sqs", "create-queue", "--queue-name", f"page-{number}")
    listed = aws("sqs", "list-queues", "--queue-name-prefix", "page-", "--page-size", "2")["QueueUrls"]
    assert [url.rsplit("/", 1)[1] for url in listed] == [f"page-{number}" for number in range(5)]


def test_assume_role_answers_with_an_expiry_in_iso_8601(aws, account):
    answer = aws("sts", "assume-role", "--role-arn", f"arn:aws:iam::{account}:role/cli", "--role-session-name", "me")
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/cli/me"
    assert answer["Credentials"]["Expiration"].startswith("20")


@pytest.mark.parametrize("words, operation", [
    (("ec2", "describe-instances"), "DescribeInstances"), (("s3api", "get-object-torrent", "--bucket", "any", "--key", "any", "/dev/null"), "GetObjectTorrent"),
    (("lambda", "list-functions"), "ListFunctions"), (("dynamodb", "list-tables"), "ListTables"), (("cloudwatch", "list-metrics"), "ListMetrics"),
    (("logs", "describe-log-groups"), "DescribeLogGroups"), (("kinesis", "list-streams"), "ListStreams"),
])
def test_operations_that_are_not_built_say_so_in_every_protocol(aws, words, operation):
    error = aws(*words, fails=True)
    assert "(NotImplemented)" in error and operation in error
