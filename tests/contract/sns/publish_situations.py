"""The recorded situations of publishing, re-enacted: one function each, by the name of the situation without its parameters.

See sns_recorded.
"""

import json

from sns_recorded import situation


def subscribed(stage, topic, name="queue", **attributes):
    """(the queue's URL, its ARN, the subscription's)"""
    url = stage.sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = stage.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn, stage.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)["SubscriptionArn"]


def topic_of(stage, **attributes):
    return stage.sns.create_topic(Name="topic", Attributes=attributes)["TopicArn"]


def receive(stage, url, delete=True, **more):
    answer = stage.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **more)
    for message in answer.get("Messages", []) if delete else []:
        stage.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return answer


def all_of(stage, url, count):
    """As the recordings of bodies have it: everything received, without the answers' metadata."""
    messages = []
    for _ in range(count):
        messages += receive(stage, url, AttributeNames=["All"]).get("Messages", [])
    return {"Messages": sorted(messages, key=lambda message: json.loads(message["Body"]).get("id", ""))}


def attributes_of(stage, subscription):
    return stage.sns.get_subscription_attributes(SubscriptionArn=subscription)


def number(value):
    return {"DataType": "Number", "StringValue": value}


@situation
def cross_region_delivery_sqs(stage):
    topic = topic_of(stage)
    sqs = stage.client("sqs", region="eu-central-1")
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    answers = {"subscribe-cross-region": stage.error(stage.client("sns", region="eu-central-1").subscribe, TopicArn=topic, Protocol="sqs", Endpoint=arn),
               "subscribe-same-region": stage.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)}
    stage.sns.publish(TopicArn=topic, Message="This is a test message", MessageAttributes={"attr1": number("99.12")})
    answers["messages"] = sqs.receive_message(QueueUrl=url)
    return answers


@situation
def empty_sns_message(stage):
    topic = topic_of(stage)
    url, _, _ = subscribed(stage, topic)
    return {"empty-msg-error": stage.error(stage.sns.publish, TopicArn=topic, Message=""),
            "queue-attrs": stage.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])}


@situation
def publish_batch_invalid_entry_id(stage):
    topic = topic_of(stage)

    def batch(name):
        return {"TopicArn": topic, "PublishBatchRequestEntries": [{"Id": name, "Message": "m"}]}

    return {"id-too-long-81": stage.error(stage.sns.publish_batch, **batch("a" * 81)),
            "id-too-long-91": stage.error(stage.sns.publish_batch, **batch("my" + "really" * 13 + "longid")),
            "invalid-char-dot": stage.error(stage.sns.publish_batch, **batch("message.id")),
            "invalid-char-special": stage.error(stage.sns.publish_batch, **batch("msg@123#test")),
            "valid-id-80-chars": stage.sns.publish_batch(**batch("a" * 80)),
            "valid-id-with-hyphen-underscore": stage.sns.publish_batch(**batch("valid-message_123"))}


@situation
def publish_batch_too_long_message(stage):
    topic = topic_of(stage)

    def batch(*entries):
        return stage.error(stage.sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=[{"Id": str(i), **entry} for i, entry in enumerate(entries)])

    return {"error-no-attrs": batch({"Message": "a" * 200000}, {"Message": "a" * 200000}),
            "error-with-attrs": batch({"Message": "a" * 131072}, {"Message": "a" * 131072, "MessageAttributes": {"attr1": number("1")}})}


@situation
def publish_message_by_target_arn(stage):
    topic = topic_of(stage)
    url, _, _ = subscribed(stage, topic)
    stage.sns.publish(TopicArn=topic, Message="test-msg-1")
    first = receive(stage, url)
    stage.sns.publish(TargetArn=topic, Message="test-msg-2")
    return {"receive-topic-arn": first, "receive-target-arn": receive(stage, url)}


@situation
def publish_too_long_message(stage):
    topic = topic_of(stage)
    return {"error": stage.error(stage.sns.publish, TopicArn=topic, Message="a" * 262145),
            "error-with-attrs": stage.error(stage.sns.publish, TopicArn=topic, Message="a" * 262144, MessageAttributes={"attr1": number("1")})}


BINARY = {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}


@situation
def attribute_raw_subscribe(stage):
    topic = topic_of(stage)
    url, _, subscription = subscribed(stage, topic)
    stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true")
    attributes = attributes_of(stage, subscription)
    stage.sns.publish(TopicArn=topic, Message="This is a test message", MessageAttributes={"store": BINARY})
    return {"subscription-attributes": attributes, "messages-response": receive(stage, url, MessageAttributeNames=["All"])}


@situation
def message_attributes_not_missing(stage):
    topic = topic_of(stage)
    url, _, subscription = subscribed(stage, topic, RawMessageDelivery="true")
    message = {"TopicArn": topic, "Message": "text", "MessageAttributes": {
        "an-attribute-key": {"DataType": "String", "StringValue": "an-attribute-value"}, "binary-attribute": BINARY}}
    answers = {"publish-msg-raw": stage.sns.publish(**message)}
    answers["raw-delivery-msg-attrs"] = receive(stage, url, MessageAttributeNames=["All"], AttributeNames=["All"])
    stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="false")
    answers["publish-msg-json"] = stage.sns.publish(**message)
    answers["json-delivery-msg-attrs"] = receive(stage, url, MessageAttributeNames=["All"], AttributeNames=["All"])
    return answers


@situation
def publish_batch_messages_without_topic(stage):
    topic = f"arn:aws:sns:us-east-1:{stage.account}:none"
    return {"publish-batch-no-topic": stage.error(stage.sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=[{"Id": "1", "Message": "m"}])}


def one_received(stage, topic, **more):
    url, _, _ = subscribed(stage, topic)
    stage.sns.publish(TopicArn=topic, Message="test signature value with attributes", MessageAttributes={"attr1": number("1")}, **more)
    return {"messages": receive(stage, url, AttributeNames=["All"])}


@situation
def publish_message_group_id(stage):
    return one_received(stage, topic_of(stage), MessageGroupId="my-group-id-1")


@situation
def publish_sqs_verify_signature(stage):
    return one_received(stage, topic_of(stage, SignatureVersion=stage.parameters[0]))


@situation
def publish_sqs_from_sns(stage):
    topic = topic_of(stage)
    url, _, subscription = subscribed(stage, topic)
    answers = {}
    for raw, value in (("true", "99.12"), ("false", "100.12")):
        stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue=raw)
        answers[f"sub-attrs-raw-{raw}"] = attributes_of(stage, subscription)
        stage.sns.publish(TopicArn=topic, Message="Test msg", MessageAttributes={"attr1": number(value)})
        answers[f"message-raw-{raw}"] = receive(stage, url, MessageAttributeNames=["All"])
    return answers


@situation
def redrive_policy_sqs_queue_subscription(stage):
    topic = topic_of(stage)
    dead = stage.sqs.create_queue(QueueName="dead")["QueueUrl"]
    dead_arn = stage.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    url, _, subscription = subscribed(stage, topic)
    stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RedrivePolicy", AttributeValue=json.dumps({"deadLetterTargetArn": dead_arn}))
    stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue=stage.parameters[0].lower())
    stage.sqs.delete_queue(QueueUrl=url)
    stage.sns.publish(TopicArn=topic, Message="test_dlq_after_sqs_endpoint_deleted", MessageAttributes={"attr1": number("111"), "attr2": BINARY})
    return {"messages": receive(stage, dead, MessageAttributeNames=["All"], AttributeNames=["All"])}


@situation
def exists_filter_policy(stage):
    topic = topic_of(stage)
    url, _, subscription = subscribed(stage, topic)

    def policy(exists):
        stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=json.dumps({"store": [{"exists": exists}]}))
        return attributes_of(stage, subscription)

    def publish(body, **attributes):
        stage.sns.publish(TopicArn=topic, Message=body, MessageAttributes={name: number(str(value)) for name, value in attributes.items()})
        return stage.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)

    both = {"store": 99, "def": 99}
    answers = {"subscription-attributes-policy-1": policy(True), "messages-0": receive(stage, url)}
    answers["messages-1"] = publish("message-1", **both)
    answers["messages-2"] = publish("message-2", **{"def": 99})
    receive(stage, url)
    answers["subscription-attributes-policy-2"] = policy(False)
    answers["messages-3"] = publish("message-3", **{"def": 99})
    answers["messages-4"] = publish("message-4", **both)
    return answers


@situation
def exists_filter_policy_attributes_array(stage):
    topic = topic_of(stage)
    url, _, subscription = subscribed(stage, topic, RawMessageDelivery="true", FilterPolicy=json.dumps({"store": ["value1"]}))
    answers = {"subscription-attributes-policy": attributes_of(stage, subscription), "messages-init": receive(stage, url)}
    for name, kind, value in (("1", "String", "value1"), ("2", "String.Array", '["value1"]'), ("3", "String.Array", '["value2"]')):
        stage.sns.publish(TopicArn=topic, Message=f"message-{name}", MessageAttributes={"store": {"DataType": kind, "StringValue": value}})
        # Without the attributes' names no attributes are answered.
        answers[f"messages-{name}"] = receive(stage, url)
    return answers


@situation
def filter_policy(stage):
    topic = topic_of(stage)
    url, _, subscription = subscribed(stage, topic)

    def policy(value):
        stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=json.dumps(value))
        return attributes_of(stage, subscription)

    def publish(body, **attributes):
        stage.sns.publish(TopicArn=topic, Message=body, MessageAttributes=attributes)
        return stage.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)

    answers = {"subscription-attributes": policy({"attr1": [{"numeric": [">", 0, "<=", 100]}]}), "messages-0": receive(stage, url)}
    answers["messages-1"] = publish("This is a test message", attr1=number("99"))
    answers["messages-2"] = publish("This is another test message", attr1=number("123"))
    receive(stage, url)
    answers["subscription-attributes-2"] = policy({"attr1": [None, {"anything-but": "whatever"}]})
    answers["messages-3"] = receive(stage, url)
    answers["messages-4"] = publish("This the test message for null")
    return answers


@situation
def filter_policy_for_batch(stage):
    topic = topic_of(stage)
    filtered, _, with_filter = subscribed(stage, topic, "filtered", FilterPolicy=json.dumps({"attr1": [{"numeric": [">", 0, "<=", 100]}]}))
    plain, _, without = subscribed(stage, topic, "plain")
    answers = {"subscription-attributes-with-filter": attributes_of(stage, with_filter), "subscription-attributes-no-filter": attributes_of(stage, without),
               "messages-no-filter-before-publish": receive(stage, plain), "messages-with-filter-before-publish": receive(stage, filtered)}

    def publish(body, value):
        batch = [{"Id": "1", "Message": body, "MessageAttributes": {"attr1": number(value)}}]
        stage.sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)

    publish("This is a test message", "99")
    answers["messages-no-filter-after-publish-ok"] = receive(stage, plain)
    answers["messages-with-filter-after-publish-ok"] = receive(stage, filtered)
    publish("This is another test message", "111")
    answers["messages-no-filter-after-publish-ok-1"] = receive(stage, plain)
    answers["messages-with-filter-after-publish-filtered"] = receive(stage, filtered)
    return answers


def body_filter(stage, policy, *bodies, name="queue", topic=None):
    topic = topic or topic_of(stage)
    url, _, _ = subscribed(stage, topic, name, RawMessageDelivery="true", FilterPolicyScope="MessageBody", FilterPolicy=json.dumps(policy))
    for body in bodies:
        stage.sns.publish(TopicArn=topic, Message=json.dumps(body))
    return url


@situation
def filter_policy_empty_array_payload(stage):
    event = {"version": "0", "id": "3e3c153a-8339-4e30-8c35-687ebef853fe", "detail-type": "EC2 Instance Launch Successful", "source": "aws.autoscaling",
             "account": "123456789012", "time": "2015-11-11T21:31:47Z", "region": "my-region", "resources": [], "detail": {"eventVersion": "", "responseElements": None}}
    return {"messages-queue": all_of(stage, body_filter(stage, {"detail-type": ["EC2 Instance Launch Successful"]}, event), 1)}


@situation
def filter_policy_ip_address_condition(stage):
    def event(name, detail):
        return {"id": name, "detail-type": "test-detail-type", "source": "test-source", "account": "123456789012", "time": "2022-07-13T13:48:01Z",
                "region": "my-region", "detail": detail}

    policy = {"detail": {"$or": [{"sourceIPAddress": [{"cidr": "10.0.0.0/24"}]}, {"sourceIPAddressV6": [{"cidr": "2001:db8:1234:1a00::/64"}]}]}}
    events = [event("1", {"sourceIPAddress": "10.0.0.255"}), event("2", {"sourceIPAddress": "10.0.0.256"}),
              event("3", {"sourceIPAddressV6": "2001:0db8:1234:1a00:0000:0000:0000:0000"}), event("4", {"sourceIPAddressV6": "2001:0db8:123f:1a01:0000:0000:0000:0000"})]
    return {"messages-queue": all_of(stage, body_filter(stage, policy, *events), 4)}


@situation
def filter_policy_on_message_body(stage):
    raw = stage.parameters[0]
    topic = topic_of(stage)
    url, _, _ = subscribed(stage, topic, RawMessageDelivery=raw.lower(), FilterPolicyScope="MessageBody",
                           FilterPolicy=json.dumps({"object": {"key": [{"prefix": "auto-"}, "hardcodedvalue"]}}))
    answers = {"recv-init": receive(stage, url)}
    for i, key in enumerate(("auto-test", "hardcodedvalue")):
        stage.sns.publish(TopicArn=topic, Message=json.dumps({"object": {"key": "no-match"}}))
        stage.sns.publish(TopicArn=topic, Message=json.dumps({"object": {"key": key}}))
        answers[f"recv-passed-msg-{i}"] = receive(stage, url)
    return answers


@situation
def filter_policy_on_message_body_array_attributes(stage):
    topic = topic_of(stage)
    urls = [body_filter(stage, {"headers": {"route-to": [f"queue{i}"]}}, name=f"queue{i}", topic=topic) for i in (1, 2)]
    for to in (["queue3"], ["queue1"], ["queue2"], ["queue1", "queue2"]):
        stage.sns.publish(TopicArn=topic, Message=json.dumps({"headers": {"route-to": to}}))

    def both_first(url):
        messages = all_of(stage, url, 3)["Messages"]
        return {"Messages": sorted(messages, key=lambda message: -len(json.loads(message["Body"])["headers"]["route-to"]))}

    return {f"messages-queue-{i}": both_first(url) for i, url in enumerate(urls)}
