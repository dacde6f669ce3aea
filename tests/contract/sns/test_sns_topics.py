"""Topics, subscriptions, platform applications and text messages as a client sees them."""

import json
import urllib.error
import urllib.parse
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from sns_recorded import Receiver


@pytest.fixture
def sns(client):
    return client("sns")


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def visit(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


def confirmation(receiver, count=1):
    """What the endpoint was asked last."""
    return json.loads(receiver.wait(count)[count - 1][1])


def test_errors_are_modelled_exceptions(sns):
    with pytest.raises(sns.exceptions.NotFoundException):
        sns.get_topic_attributes(TopicArn="arn:aws:sns:us-east-1:111111111111:none")
    with pytest.raises(sns.exceptions.ResourceNotFoundException):
        sns.list_tags_for_resource(ResourceArn="arn:aws:sns:us-east-1:111111111111:none")
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.create_topic(Name="not a name")


def test_topics_and_subscriptions_are_listed_in_pages(sns):
    made = {sns.create_topic(Name=f"t{number}")["TopicArn"] for number in range(105)}
    listed = [topic["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for topic in page["Topics"]]
    assert set(listed) == made and len(listed) == 105
    topic = listed[0]
    for number in range(105):
        sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=f"+1415555{number:04}")
    for paginator, given in (("list_subscriptions", {}), ("list_subscriptions_by_topic", {"TopicArn": topic})):
        pages = list(sns.get_paginator(paginator).paginate(**given))
        assert [len(page["Subscriptions"]) for page in pages] == [100, 5]
    sns.delete_topic(TopicArn=topic)
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_data_protection_policies_are_kept(sns):
    topic = sns.create_topic(Name="t", DataProtectionPolicy='{"Name": "one"}')["TopicArn"]
    assert sns.get_data_protection_policy(ResourceArn=topic)["DataProtectionPolicy"] == '{"Name": "one"}'
    sns.put_data_protection_policy(ResourceArn=topic, DataProtectionPolicy='{"Name": "two"}')
    assert sns.get_data_protection_policy(ResourceArn=topic)["DataProtectionPolicy"] == '{"Name": "two"}'


def test_an_endpoint_that_confirms_by_its_link_needs_no_signature(daemon, receiver):
    one = daemon("--auth", "strict", "--root-credentials", "AKIAIOSFODNN7EXAMPLE:secret/key:210987654321")
    sns = boto3.client("sns", endpoint_url=one.endpoint, region_name="eu-central-1", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="secret/key")
    topic = sns.create_topic(Name="t")["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url, ReturnSubscriptionArn=True)["SubscriptionArn"]
    assert f"<SubscriptionArn>{subscription}</SubscriptionArn>" in visit(confirmation(receiver)["SubscribeURL"])
    assert sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["PendingConfirmation"] == "false"
    sns.publish(TopicArn=topic, Message="hello")
    visit(confirmation(receiver, 2)["UnsubscribeURL"])
    assert sns.list_subscriptions()["Subscriptions"] == []
    # Everything else is asked for its signature.
    with pytest.raises(urllib.error.HTTPError) as refused:
        visit(f"{one.endpoint}/?Action=ListTopics&Version=2010-03-31")
    assert refused.value.code == 403


def test_links_lead_to_the_world_they_were_sent_from(client, admin, receiver):
    world = admin("worlds", {"empty": True})
    try:
        sns = client("sns", key=world["access_key_id"], secret=world["secret_access_key"])
        topic = sns.create_topic(Name="t")["TopicArn"]
        subscription = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url, ReturnSubscriptionArn=True)["SubscriptionArn"]
        visit(confirmation(receiver)["SubscribeURL"])
        assert sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["PendingConfirmation"] == "false"
    finally:
        admin(f"worlds/{world['name']}", method="DELETE")


def test_who_was_unsubscribed_by_a_link_is_told_and_can_take_it_back(sns, receiver):
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url)
    visit(confirmation(receiver)["SubscribeURL"])
    sns.publish(TopicArn=topic, Message="hello")
    visit(confirmation(receiver, 2)["UnsubscribeURL"])
    told = confirmation(receiver, 3)
    assert told["Type"] == "UnsubscribeConfirmation" and sns.list_subscriptions()["Subscriptions"] == []
    visit(told["SubscribeURL"])
    sns.publish(TopicArn=topic, Message="again")
    assert confirmation(receiver, 4)["Message"] == "again"


def test_a_link_that_is_wrong_confirms_nothing(sns, endpoint, receiver):
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url)
    query = urllib.parse.urlencode({"Action": "ConfirmSubscription", "TopicArn": topic, "Token": "0" * 288})
    with pytest.raises(urllib.error.HTTPError) as refused:
        visit(f"{endpoint}/?{query}")
    assert refused.value.code == 400 and "Invalid parameter: Token" in refused.value.read().decode()
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"] == "1"


def test_a_queue_of_another_account_is_asked_first(client, account):
    sns = client("sns")
    owner = {"key": f"{(int(account) + 1) % 10**12:012}"}
    sqs = client("sqs", **owner)
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    assert sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"] == "pending confirmation"
    asked = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert asked["Type"] == "SubscriptionConfirmation"
    client("sns", **owner).confirm_subscription(TopicArn=topic, Token=asked["Token"])
    sns.publish(TopicArn=topic, Message="agreed")
    assert json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])["Message"] == "agreed"


def test_platform_applications_and_their_endpoints(sns):
    app = sns.create_platform_application(Name="app", Platform="GCM", Attributes={"PlatformCredential": "k"})["PlatformApplicationArn"]
    sns.set_platform_application_attributes(PlatformApplicationArn=app, Attributes={"Enabled": "false"})
    assert sns.get_platform_application_attributes(PlatformApplicationArn=app)["Attributes"] == {"Enabled": "false"}
    assert [one["PlatformApplicationArn"] for one in sns.list_platform_applications()["PlatformApplications"]] == [app]
    endpoint = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="token", CustomUserData="mine")["EndpointArn"]
    sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Token": "newer"})
    assert sns.get_endpoint_attributes(EndpointArn=endpoint)["Attributes"] == {"CustomUserData": "mine", "Enabled": "true", "Token": "newer"}
    assert sns.list_endpoints_by_platform_application(PlatformApplicationArn=app)["Endpoints"][0]["EndpointArn"] == endpoint
    sns.delete_endpoint(EndpointArn=endpoint)
    sns.delete_platform_application(PlatformApplicationArn=app)
    assert refusal(sns.get_endpoint_attributes, EndpointArn=endpoint) == ("NotFound", "Endpoint does not exist", 404)


def test_a_sandbox_number_is_verified_by_what_was_sent_to_it(sns, admin, account):
    number = "+14155550123"
    assert sns.get_sms_sandbox_account_status()["IsInSandbox"]
    assert sns.list_origination_numbers()["PhoneNumbers"] == []
    sns.create_sms_sandbox_phone_number(PhoneNumber=number)
    [message] = admin(f"outbox?account={account}")["messages"]
    sns.verify_sms_sandbox_phone_number(PhoneNumber=number, OneTimePassword=message["details"]["OneTimePassword"])
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == [{"PhoneNumber": number, "Status": "Verified"}]
    sns.delete_sms_sandbox_phone_number(PhoneNumber=number)
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == []


def test_a_number_that_answered_stop_gets_nothing_until_it_is_opted_in(sns, admin, account):
    number = "+14155550124"
    sent = lambda: len(admin(f"outbox?account={account}")["messages"])
    admin("sns/phone-reply?" + urllib.parse.urlencode({"number": number, "text": "STOP", "account": account, "region": "us-east-1"}))
    assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == [number]
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=number)["isOptedOut"]
    sns.publish(PhoneNumber=number, Message="unwanted")
    assert sent() == 0
    sns.opt_in_phone_number(phoneNumber=number)
    sns.publish(PhoneNumber=number, Message="wanted")
    assert sent() == 1


def test_settings_of_text_messages(sns):
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional"})
    assert sns.get_sms_attributes()["attributes"] == {"DefaultSMSType": "Transactional", "MonthlySpendLimit": "1"}
    assert refusal(sns.set_sms_attributes, attributes={"DefaultSMSType": "Loud"}) == ("InvalidParameter", "DefaultSMSType is invalid", 400)


def test_the_status_counts_topics(sns, admin):
    topic = sns.create_topic(Name="counted")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+14155550125")
    topics = next(entry for entry in admin("status")["resources"] if entry["kind"] == "topics")
    assert topics["service"] == "sns" and topics["count"] >= 1 and topics["totals"]["subscriptions"] >= 1
