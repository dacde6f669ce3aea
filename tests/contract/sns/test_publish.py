"""Publish and PublishBatch of standard topics: what arrives where, and what is refused."""

import json
import re

import pytest
from botocore.exceptions import ClientError

from sns_stage import Stage, number, text


@pytest.fixture
def stage(client):
    return Stage(client("sns"), client("sqs"))


def refusal(call, **parameters):
    with pytest.raises(ClientError) as found:
        call(**parameters)
    error = found.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_a_queue_gets_the_notification_as_aws_writes_it(stage):
    topic = stage.topic()
    url, subscription = stage.subscribed(topic)
    answer = stage.sns.publish(TopicArn=topic, Message='say "hi"\n', Subject="greeting",
                               MessageAttributes={"n": number(1), "b": {"DataType": "Binary", "BinaryValue": b"\x02\x03"}})
    body = stage.bodies(url)[0]
    notification = json.loads(body)
    assert list(notification) == ["Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL",
                                  "UnsubscribeURL", "MessageAttributes"]
    assert notification["MessageId"] == answer["MessageId"]
    assert notification["Message"] == 'say "hi"\n'
    assert notification["MessageAttributes"] == {"n": {"Type": "Number", "Value": "1"}, "b": {"Type": "Binary", "Value": "AgM="}}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", notification["Timestamp"])
    assert notification["UnsubscribeURL"].endswith(f"/?Action=Unsubscribe&SubscriptionArn={subscription}")
    assert body.startswith('{\n  "Type" : "Notification",\n')


def test_raw_delivery_is_the_body_with_its_attributes(stage):
    topic = stage.topic()
    url, _ = stage.subscribed(topic, RawMessageDelivery="true")
    stage.sns.publish(TopicArn=topic, Message="plain", Subject="left out", MessageAttributes={"a": text("x"), "b": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}})
    message = stage.messages(url)[0]
    assert message["Body"] == "plain"
    assert message["MessageAttributes"] == {"a": text("x"), "b": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}}


def test_every_subscription_gets_its_copy_and_filters_hold_some_back(stage):
    topic = stage.topic()
    everything, _ = stage.subscribed(topic, RawMessageDelivery="true")
    some, _ = stage.subscribed(topic, RawMessageDelivery="true", FilterPolicy='{"price": [{"numeric": [">", 10]}]}')
    by_body, _ = stage.subscribed(topic, RawMessageDelivery="true", FilterPolicyScope="MessageBody", FilterPolicy='{"kind": ["b"]}')
    stage.sns.publish(TopicArn=topic, Message='{"kind": "a"}', MessageAttributes={"price": number(11)})
    stage.sns.publish(TopicArn=topic, Message='{"kind": "b"}', MessageAttributes={"price": number(9)})
    assert sorted(stage.bodies(everything)) == ['{"kind": "a"}', '{"kind": "b"}']
    assert stage.bodies(some) == ['{"kind": "a"}']
    assert stage.bodies(by_body) == ['{"kind": "b"}']


def test_message_structure_json_has_a_body_for_each_protocol(stage):
    topic = stage.topic()
    url, _ = stage.subscribed(topic, RawMessageDelivery="true")
    stage.sns.publish(TopicArn=topic, MessageStructure="json", Message=json.dumps({"default": "for all", "sqs": "for queues", "email": 1}))
    stage.sns.publish(TopicArn=topic, MessageStructure="json", Message=json.dumps({"default": "for all"}))
    assert sorted(stage.bodies(url)) == ["for all", "for queues"]


def test_target_arn_may_be_a_topic_and_a_group_makes_queues_fair(stage):
    topic = stage.topic()
    url, _ = stage.subscribed(topic)
    stage.sns.publish(TargetArn=topic, Message="m", MessageGroupId="tenant")
    assert stage.messages(url)[0]["Attributes"]["MessageGroupId"] == "tenant"


def test_a_deleted_queue_leaves_its_messages_to_the_dead_letter_queue(stage):
    topic = stage.topic()
    dead, dead_arn = stage.queue("dead")
    for name, raw in (("raw", "true"), ("json", "false")):
        url, _ = stage.subscribed(topic, name, RawMessageDelivery=raw, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn}))
        stage.sqs.delete_queue(QueueUrl=url)
    stage.sns.publish(TopicArn=topic, Message="m", MessageAttributes={"a": text("x")})
    raw, wrapped = sorted(stage.messages(dead), key=lambda message: message["Body"] != "m")
    assert raw["MessageAttributes"] == {"a": text("x")}
    assert json.loads(wrapped["Body"])["Message"] == "m"
    assert "MessageAttributes" not in wrapped


@pytest.mark.parametrize("parameters, code, message", [
    ({"Message": ""}, "InvalidParameter", "Invalid parameter: Empty message"),
    ({"Message": "m", "Subject": ""}, "InvalidParameter", "Invalid parameter: Subject"),
    ({"Message": "m", "Subject": "x" * 101}, "InvalidParameter", "Invalid parameter: Subject"),
    ({"Message": "m", "Subject": "two\nlines"}, "InvalidParameter", "Invalid parameter: Subject"),
    ({"Message": "x" * 262145}, "InvalidParameter", "Invalid parameter: Message too long"),
    ({"Message": "x" * 262140, "MessageAttributes": {"a": text("xxxxx")}}, "InvalidParameter", "Invalid parameter: Message too long"),
    ({"Message": "no json", "MessageStructure": "json"}, "InvalidParameter", "Invalid parameter: Message Structure - JSON message body failed to parse"),
    ({"Message": '{"sqs": "x"}', "MessageStructure": "json"}, "InvalidParameter", "Invalid parameter: Message Structure - No default entry in JSON message body"),
    ({"Message": "m", "MessageDeduplicationId": "d"}, "InvalidParameter",
     "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type"),
    ({"Message": "m", "MessageAttributes": {"a": {"DataType": "Other", "StringValue": "x"}}}, "ParameterValueInvalid",
     "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."),
    ({"Message": "m", "MessageAttributes": {"a": number("ten")}}, "ParameterValueInvalid", "Could not cast message attribute 'a' value to number."),
    ({"Message": "m", "MessageAttributes": {"a": {"DataType": "String", "BinaryValue": b"x"}}}, "ParameterValueInvalid",
     "The message attribute 'a' with type 'String' must use field 'String'."),
    ({"Message": "m", "MessageAttributes": {"a": text("")}}, "ParameterValueInvalid",
     "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'."),
    ({"Message": "m", "MessageAttributes": {".a": text("x")}}, "ParameterValueInvalid",
     "Invalid message attribute name starting with character '.' was found."),
])
def test_what_a_message_must_not_be(stage, parameters, code, message):
    topic = stage.topic()
    url, _ = stage.subscribed(topic)
    assert refusal(stage.sns.publish, TopicArn=topic, **parameters) == (code, message, 400)
    assert stage.bodies(url) == []


def test_where_a_message_can_not_go(stage, account):
    publish = stage.sns.publish
    assert refusal(publish, Message="m") == ("InvalidParameter", "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter", 400)
    assert refusal(publish, Message="m", TopicArn="topic") == ("InvalidParameter", "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1", 400)
    assert refusal(publish, Message="m", TopicArn=f"arn:aws:sns:us-east-1:{account}:none") == ("NotFound", "Topic does not exist", 404)
    assert refusal(publish, Message="m", TopicArn=f"arn:aws:sns:eu-west-1:{account}:none") == ("InvalidParameter", "Invalid parameter: TopicArn", 400)
    assert refusal(publish, Message="m", PhoneNumber="12ab") == ("InvalidParameter", "Invalid parameter: PhoneNumber Reason: 12ab is not valid to publish to", 400)


def entry(name, message="m", **more):
    return {"Id": name, "Message": message, **more}


def test_a_batch_arrives_but_for_the_entries_that_are_wrong(stage):
    topic = stage.topic()
    url, _ = stage.subscribed(topic, RawMessageDelivery="true")
    answer = stage.sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[entry("a", "one"), entry("b", ""), entry("c", "three", Subject="s")])
    assert [one["Id"] for one in answer["Successful"]] == ["a", "c"]
    assert answer["Failed"] == [{"Id": "b", "Code": "InvalidParameter", "Message": "Invalid parameter: Empty message", "SenderFault": True}]
    assert sorted(stage.bodies(url)) == ["one", "three"]


@pytest.mark.parametrize("entries, code", [
    ([], "EmptyBatchRequest"),
    ([entry(str(i)) for i in range(11)], "TooManyEntriesInBatchRequest"),
    ([entry("a"), entry("a")], "BatchEntryIdsNotDistinct"),
    ([entry("a b")], "InvalidBatchEntryId"),
    ([entry("a" * 81)], "InvalidBatchEntryId"),
    ([entry("a", "x" * 200000), entry("b", "x" * 200000)], "BatchRequestTooLong"),
    ([entry("a"), entry("b", MessageAttributes={"a": number("ten")})], "ParameterValueInvalid"),
])
def test_batches_that_are_refused_as_a_whole(stage, entries, code):
    topic = stage.topic()
    url, _ = stage.subscribed(topic)
    assert refusal(stage.sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)[0] == code
    assert stage.bodies(url) == []


def test_a_larger_topic_takes_larger_messages(stage):
    topic = stage.topic(MaximumMessageSize="1048576")
    url, _ = stage.subscribed(topic, RawMessageDelivery="true")
    stage.sns.publish(TopicArn=topic, Message="x" * 300000)
    assert [len(body) for body in stage.bodies(url)] == [300000]


@pytest.mark.stratolite
def test_people_get_theirs_in_the_outbox(stage, account, admin):
    topic = stage.topic()
    email = stage.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="you@example.com", ReturnSubscriptionArn=True)["SubscriptionArn"]
    stage.sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15550100")
    asked = admin(f"outbox?account={account}&kind=email")["messages"]
    assert [(one["recipient"], one["details"]["SubscriptionArn"]) for one in asked] == [("you@example.com", email)]
    stage.sns.confirm_subscription(TopicArn=topic, Token=asked[0]["details"]["Token"])
    stage.sns.publish(TopicArn=topic, Message="hello", Subject="a subject")
    stage.sns.publish(PhoneNumber="+15550101", Message="direct")
    sent = admin(f"outbox?account={account}&since={asked[0]['sequence']}")["messages"]
    assert [(one["kind"], one["recipient"], one["subject"], one["body"]) for one in sent] == [
        ("email", "you@example.com", "a subject", "hello"), ("sms", "+15550100", "", "hello"), ("sms", "+15550101", "", "direct")]
    assert admin(f"outbox?account={account}&recipient=%2B15550101")["messages"] == sent[2:]
    assert len(admin(f"outbox?account={account}&limit=1")["messages"]) == 1


@pytest.mark.stratolite
def test_devices_get_the_body_of_their_platform(stage, account, admin):
    application = stage.sns.create_platform_application(Name="app", Platform="GCM", Attributes={"PlatformCredential": "key"})["PlatformApplicationArn"]
    device = stage.sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token-1")["EndpointArn"]
    topic = stage.topic()
    stage.sns.subscribe(TopicArn=topic, Protocol="application", Endpoint=device)
    stage.sns.publish(TopicArn=topic, MessageStructure="json", Message=json.dumps({"default": "d", "GCM": '{"notification": {}}'}))
    stage.sns.publish(TargetArn=device, Message="direct")
    pushed = admin(f"outbox?account={account}&kind=push")["messages"]
    assert [(one["recipient"], one["body"]) for one in pushed] == [("token-1", '{"notification": {}}'), ("token-1", "direct")]
    stage.sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "false"})
    assert refusal(stage.sns.publish, TargetArn=device, Message="m")[0] == "EndpointDisabled"
    assert refusal(stage.sns.publish, TargetArn=device[:-1] + "x", Message="m") == (
        "InvalidParameter", "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified", 400)
