"""The recorded situations about subscriptions. See sns_recorded.py."""

import json
import urllib.parse
import urllib.request

from sns_recorded import document, situation

NO_SUCH_TOKEN = "0123456789abcdef" * 18


@situation
def create_subscriptions_with_attributes(stage):
    topic, (_, queue) = stage.topic(), stage.queue()
    subscribe = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue}
    made = stage.sns.subscribe(**subscribe, Attributes={"RawMessageDelivery": "true"}, ReturnSubscriptionArn=True)
    return {"subscribe": made, "get-attrs": stage.subscription_attributes(made["SubscriptionArn"]),
            "subscribe-wrong-attr": stage.error(stage.sns.subscribe, **subscribe, Attributes={"RawMessageDelivery": "wrongvalue"}),
            "get-attrs-nonexistent-sub": stage.error(stage.sns.get_subscription_attributes, SubscriptionArn=made["SubscriptionArn"][:-4] + "0000")}


@situation
def sns_confirm_subscription_wrong_token(stage):
    topic = stage.topic()
    confirm = lambda topic, token: stage.error(stage.sns.confirm_subscription, TopicArn=topic, Token=token)
    return {"invalid-token": confirm(topic, "randomtoken"), "token-not-exists": confirm(topic, NO_SUCH_TOKEN),
            "topic-not-exists": confirm(topic + "false", NO_SUCH_TOKEN)}


@situation
def subscribe_idempotency(stage):
    topic, (_, queue) = stage.topic(), stage.queue()
    given = {"RawMessageDelivery": "true"}
    subscribe = lambda **more: stage.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, ReturnSubscriptionArn=True, **more)
    answers = {"subscribe": subscribe(Attributes=given)}
    answers["get-sub-attrs"] = stage.subscription_attributes(answers["subscribe"]["SubscriptionArn"])
    answers["subscribe-exact-same-raw"] = subscribe(Attributes=given)
    answers["subscribe-idempotent"] = subscribe(Attributes=given)
    answers["subscribe-idempotent-no-attributes"] = subscribe()
    answers["subscribe-idempotent-empty-attributes"] = subscribe(Attributes={})
    answers["subscribe-missing-attributes"] = subscribe()
    answers["subscribe-diff-attributes"] = stage.error(subscribe, Attributes={"RawMessageDelivery": "false"})
    return answers


@situation
def subscribe_with_invalid_protocol(stage):
    return {"exception": stage.error(stage.sns.subscribe, TopicArn=stage.topic(), Protocol="test-protocol", Endpoint="+14155550100")}


@situation
def unsubscribe_wrong_arn_format(stage):
    arns = ("randomstring", "arn:aws:sns:us-east-1:random", "arn:aws:sns:us-east-1:111111111111:random", "")
    return {f"invalid-unsubscribe-arn-{number}": stage.error(stage.sns.unsubscribe, SubscriptionArn=arn) for number, arn in enumerate(arns, 1)}


@situation
def validate_set_sub_attributes(stage):
    _, subscription = stage.subscribed(stage.topic())
    refused = lambda name, value: stage.error(stage.sns.set_subscription_attributes, SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)
    return {"fake-attribute": refused("FakeAttribute", "test-value"),
            "raw-message-wrong-value": refused("RawMessageDelivery", "test-ValUe"),
            "raw-message-empty-value": refused("RawMessageDelivery", ""),
            "invalid-json-redrive-policy": refused("RedrivePolicy", "{invalidjson}"),
            "invalid-json-filter-policy": refused("FilterPolicy", "{invalidjson}"),
            "fake-arn-redrive-policy": refused("RedrivePolicy", document({"deadLetterTargetArn": "fake-arn"}))}


def token_of(url):
    return urllib.parse.parse_qs(urllib.parse.urlparse(url).query)["Token"][0]


@situation
def confirm_subscription(stage):
    topic, receiver = stage.topic("confirm-sub-e46f689a"), stage.receiver()
    stage.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url)
    [(_, body)] = receiver.wait(1)
    return {"confirm-subscription": stage.sns.confirm_subscription(TopicArn=topic, Token=token_of(json.loads(body)["SubscribeURL"]))}


@situation
def creating_subscription_with_attributes(stage):
    _, subscription = stage.subscribed(stage.topic(), RawMessageDelivery="true")
    return {"subscription-with-attributes": stage.subscription_attributes(subscription)}


@situation
def double_subscription(stage):
    topic, (_, queue) = stage.topic("double-sub-befdfdff"), stage.queue()
    subscribe = lambda: stage.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    return {"double-subscription-first": subscribe(), "double-subscription-second": subscribe()}


@situation
def get_subscription_attributes_error_not_exists(stage):
    arn = stage.topic() + ":00000000-0000-0000-0000-000000000000"
    return {"get-sub-attrs-nonexistent": stage.error(stage.sns.get_subscription_attributes, SubscriptionArn=arn)}


@situation
def subscribe_attributes(stage):
    _, subscription = stage.subscribed(stage.topic())
    return {"get-subscription-attributes": stage.subscription_attributes(subscription)}


@situation
def subscribe_invalid_filter_policy(stage):
    _, queue = stage.queue()
    return {"subscribe-invalid-filter-policy": stage.error(stage.sns.subscribe, TopicArn=stage.topic(), Protocol="sqs", Endpoint=queue,
                                                           Attributes={"FilterPolicy": "invalid"})}


@situation
def subscribe_sms(stage):
    return {"subscribe-sms-1": stage.sns.subscribe(TopicArn=stage.topic(), Protocol="sms", Endpoint="+14155550100")}


def subscribed_by_url(stage):
    url, _ = stage.queue()
    return stage.error(stage.sns.subscribe, TopicArn=stage.topic(), Protocol="sqs", Endpoint=url)


@situation
def subscribe_sqs_queue_url(stage):
    return {"subscribe-sqs-via-url-error": subscribed_by_url(stage)}


@situation
def subscribe_to_sqs_with_queue_url(stage):
    return {"sub-queue-url": subscribed_by_url(stage)}


@situation
def subscribe_unknown_sqs_queue(stage):
    subscribe = {"TopicArn": stage.topic(), "Protocol": "sqs"}
    return {"subscribe-unknown-sqs": stage.sns.subscribe(**subscribe, Endpoint=f"arn:aws:sqs:us-east-1:{stage.account}:unknown"),
            "subscribe-unknown-sqs-invalid_arn": stage.error(stage.sns.subscribe, **subscribe, Endpoint="invalid-arn")}


@situation
def subscribe_unknown_topic(stage):
    _, queue = stage.queue()
    return {"subscribe-unknown-topic": stage.error(stage.sns.subscribe, TopicArn=f"arn:aws:sns:us-east-1:{stage.account}:unknown", Protocol="sqs", Endpoint=queue)}


@situation
def unsubscribe_from_deleted_topic(stage):
    # The answer is about what an unconfirmed subscription has for an ARN.
    topic = stage.topic()
    answer = stage.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="somebody@example.com")
    stage.sns.delete_topic(TopicArn=topic)
    return {"unsubscribe-deleted-topic": stage.error(stage.sns.unsubscribe, SubscriptionArn=answer["SubscriptionArn"])}


@situation
def http_subscription_response(stage):
    topic = stage.sns.create_topic(Name="topic")
    subscribe = {"TopicArn": topic["TopicArn"], "Protocol": "http", "Endpoint": stage.receiver().url}
    del topic["ResponseMetadata"]
    return {"topic-arn": topic, "subscription": stage.sns.subscribe(**subscribe),
            "subscription-with-arn": stage.sns.subscribe(**subscribe, ReturnSubscriptionArn=True)}


@situation
def subscribe_external_http_endpoint_content_type(stage):
    raw = stage.parameters == ["True"]
    topic, receiver = stage.topic(), stage.receiver()
    given = {"RawMessageDelivery": "true"} if raw else {}
    if raw:
        given["DeliveryPolicy"] = document({"requestPolicy": {"headerContentType": "text/csv"}})
    else:
        stage.sns.set_topic_attributes(TopicArn=topic, AttributeName="DeliveryPolicy",
                                       AttributeValue=document({"http": {"defaultRequestPolicy": {"headerContentType": "application/json"}}}))
        retries = {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 0, "numNoDelayRetries": 0, "numMinDelayRetries": 0,
                   "numMaxDelayRetries": 0, "backoffFunction": "linear"}
        given["DeliveryPolicy"] = document({"healthyRetryPolicy": retries, "sicklyRetryPolicy": None, "throttlePolicy": {"maxReceivesPerSecond": 1000}, "guaranteed": False})
    answers = {"topic-attrs": stage.topic_attributes(topic)}
    made = stage.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url, Attributes=given, ReturnSubscriptionArn=True)
    answers["sub-attrs"] = stage.subscription_attributes(made["SubscriptionArn"])
    [(headers, body)] = receiver.wait(1)
    answers["http-confirm-sub-headers"] = titled(headers)
    answers["subscription-confirmation"] = json.loads(body)
    # Without a signature, as an endpoint does it.
    with urllib.request.urlopen(json.loads(body)["SubscribeURL"]) as confirmed:
        assert confirmed.status == 200
    stage.sns.publish(TopicArn=topic, Message="test_external_http_endpoint")
    headers, body = receiver.wait(2)[1]
    answers["http-message-headers-raw" if raw else "http-message-headers"] = titled(headers)
    if not raw:
        answers["http-message"] = json.loads(body)
    return answers


def titled(headers):
    return {name.title(): value for name, value in headers.items()}


@situation
def subscribe_sms_endpoint(stage):
    answer = stage.sns.subscribe(TopicArn=stage.topic(), Protocol="sms", Endpoint="+123123123")
    return {"subscribe-sms-endpoint": answer, "subscribe-sms-attrs": stage.subscription_attributes(answer["SubscriptionArn"])}


@situation
def sqs_topic_subscription_confirmation(stage):
    _, subscription = stage.subscribed(stage.topic())
    return {"subscription-attrs": stage.subscription_attributes(subscription)["Attributes"]}


@situation
def set_subscription_filter_policy_scope(stage):
    _, subscription = stage.subscribed(stage.topic())
    put = lambda name, value: stage.sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)
    answers = {"sub-attrs-default": stage.subscription_attributes(subscription)}
    answers["sub-attrs-filter-scope-error"] = stage.error(put, name="FilterPolicyScope", value="RandomValue")
    put("FilterPolicyScope", "MessageBody")
    answers["sub-attrs-filter-scope-body"] = stage.subscription_attributes(subscription)
    put("FilterPolicy", document({"attr": ["match-this"]}))
    answers["sub-attrs-after-setting-policy"] = stage.subscription_attributes(subscription)
    return answers


class Policies:
    """Subscribing with filter policies that AWS refuses."""

    def __init__(self, stage):
        self.stage = stage
        self.topic, (_, self.queue) = stage.topic(), stage.queue()

    def refused(self, policy, **attributes):
        return self.stage.error(self.stage.sns.subscribe, TopicArn=self.topic, Protocol="sqs", Endpoint=self.queue,
                                Attributes={"FilterPolicy": document(policy), **attributes})


@situation
def policy_complexity(stage):
    policies = Policies(stage)
    many = {f"key{number}": ["value"] for number in range(6)}
    # A list counts as many times as its key is deep, and all are multiplied: 3 * 4 * 2 * 7 is above 150.
    one = {"source": {"data": {"id": [f"v{number}" for number in range(51)], "b": ["x"], "c": ["x"]}}}
    two = {"key_a": {"key_b": {"key_c": ["value_one", "value_two", "value_three", "value_four"]}},
           "key_d": {"key_e": ["value_one", "value_two", "value_three", "value_four", "value_five", "value_six", "value_seven"]}}
    return {"error-complexity-in-one-condition": policies.refused(one, FilterPolicyScope="MessageBody"),
            "error-complexity-in-two-conditions": policies.refused(two, FilterPolicyScope="MessageBody"),
            "error-complexity-too-many-fields": policies.refused(many)}


@situation
def validate_policy_exists_operator(stage):
    policies = Policies(stage)
    return {"error-condition-string": policies.refused({"key": [{"exists": "no"}]}), "error-condition-none": policies.refused({"key": [{"exists": None}]})}


@situation
def validate_policy_string_operators(stage):
    policies = Policies(stage)
    suffix = lambda value: policies.refused({"key": [{"suffix": value}]})
    cidr = lambda value: policies.refused({"key": [{"cidr": value}]})
    return {"error-condition-is-numeric": suffix(100), "error-condition-is-none": suffix(None), "error-condition-list-wrong-type": suffix(["test", "test2"]),
            "error-condition-empty-list": suffix([]), "error-condition-empty-array": policies.refused({"key": []}),
            "error-condition-is-not-list-and-operator": policies.refused({"key": {"suffix": "value"}}),
            "error-condition-is-not-list-two-ops": policies.refused({"key": {"suffix": "value", "prefix": "value"}}),
            "error-condition-is-not-list-and-no-operator": policies.refused({"key": {"not-an-operator": "value"}}),
            "error-condition-bad-cidr-str": cidr("bad-filter"), "error-condition-bad-cidr-str-slash": cidr("bad-filter/64"),
            "error-condition-bad-cidr-str-slash-2": cidr("bad-filter/bad"), "error-condition-bad-cidr-v4": cidr("xx.11.xx/8"),
            "error-condition-bad-cidr-v6": cidr("xxxx:db8:1234:1a00::/64"), "error-condition-bad-type": cidr(["bad-filter"])}
