"""The recorded situations about topics: their attributes, tags and permissions. See sns_recorded.py."""

import json

from sns_recorded import document, situation


@situation
def create_duplicate_topic_with_more_tags(stage):
    stage.topic("dup")
    return {"exception-duplicate": stage.error(stage.sns.create_topic, Name="dup", Tags=[{"Key": "key1", "Value": "value1"}])}


@situation
def tags(stage):
    topic = stage.topic()
    answers = {"duplicate-key-error": stage.error(stage.sns.tag_resource, ResourceArn=topic,
                                                  Tags=[{"Key": "k1", "Value": "v1"}, {"Key": "k1", "Value": "v2"}])}
    listed = lambda: stage.sns.list_tags_for_resource(ResourceArn=topic)
    stage.sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}])
    answers["list-created-tags"] = listed()
    stage.sns.untag_resource(ResourceArn=topic, TagKeys=["k1"])
    answers["list-after-delete-tags"] = listed()
    stage.sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "k2", "Value": "v2b"}])
    answers["list-after-update-tags"] = listed()
    return answers


@situation
def topic_delivery_policy_crud(stage):
    policy = lambda http: document({"http": http})
    topic = stage.fifo(DisplayName="TestTopic", SignatureVersion="2", DeliveryPolicy=policy({"defaultRequestPolicy": {"headerContentType": "application/json"}}))
    put = lambda value: stage.sns.set_topic_attributes(TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=value)
    answers = {"get-topic-attrs": stage.topic_attributes(topic)}
    answers["set-topic-attrs"] = put(policy({"defaultHealthyRetryPolicy": {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}}))
    answers["get-topic-attrs-after-update"] = stage.topic_attributes(topic)
    answers["set-topic-attrs-none"] = put(policy({"defaultHealthyRetryPolicy": None}))
    answers["get-topic-attrs-after-none"] = stage.topic_attributes(topic)
    answers["set-topic-attrs-full-none"] = put("")
    answers["get-topic-attrs-after-delete"] = stage.topic_attributes(topic)
    return answers


@situation
def create_topic_different_attrs(stage):
    create = lambda name="topic", **attributes: stage.sns.create_topic(Name=name, Attributes=attributes)
    refused = lambda **attributes: stage.error(stage.sns.create_topic, Name="topic", Attributes=attributes)
    answers = {"create-topic": create(DisplayName="Value1")}
    answers["topic-attrs"] = stage.topic_attributes(answers["create-topic"]["TopicArn"])
    answers["create-topic-no-attrs"] = create()
    answers["create-topic-diff-attrs"] = refused(DisplayName="Value2")
    answers["create-topic-new-attrs"] = refused(SignatureVersion="2")
    answers["create-topic-new-and-same-attrs"] = refused(SignatureVersion="2", DisplayName="Value1")
    answers["create-topic-new-attrs-fifo"] = refused(FifoTopic="true")
    return answers


@situation
def create_topic_in_multiple_regions(stage):
    here, there = stage.sns, stage.client("sns", "us-west-2")
    one, other = here.create_topic(Name="topic")["TopicArn"], there.create_topic(Name="topic")["TopicArn"]
    return {"topic-east": here.get_topic_attributes(TopicArn=one), "topic-west": there.get_topic_attributes(TopicArn=other),
            "list-primary": here.list_topics(), "list-secondary": there.list_topics()}


@situation
def create_topic_name_constraints(stage):
    refused = lambda name, **attributes: stage.error(stage.sns.create_topic, Name=name, Attributes=attributes)
    answers = {"name-too-long": refused("A" * 257), "name-too-short": refused(""), "name-contains-fifo": refused("x.fifo"),
               "fifo-name-not-contains-fifo": refused("x", FifoTopic="true"), "valid-name-max-length": stage.sns.create_topic(Name="A" * 256)}
    for index, letter in enumerate("./@!:; é"):
        answers[f"name-invalid-char-{index}"] = refused(f"bad{letter}name")
    return answers


@situation
def remove_permission_errors(stage):
    topic = stage.topic()
    return {"topic-not-found": stage.error(stage.sns.remove_permission, TopicArn=topic + "x", Label="test")}


def permitted(stage, *actions):
    topic = stage.topic()
    answer = stage.sns.add_permission(TopicArn=topic, Label="test", AWSAccountId=[stage.account], ActionName=list(actions))
    return topic, answer, policy_of(stage, topic)


def policy_of(stage, topic):
    return json.loads(stage.topic_attributes(topic)["Attributes"]["Policy"])


@situation
def topic_add_permission(stage):
    _, answer, policy = permitted(stage, "Publish")
    return {"add-permission-response": answer, "topic-policy-after-permission": policy}


@situation
def topic_add_multiple_permissions(stage):
    _, answer, policy = permitted(stage, "Publish", "Subscribe")
    return {"add-permission-response": answer, "topic-policy-after-permission": policy}


@situation
def topic_remove_permission(stage):
    topic, _, _ = permitted(stage, "Publish")
    stage.sns.remove_permission(TopicArn=topic, Label="test")
    return {"topic-policy": policy_of(stage, topic)}


@situation
def topic_get_attributes_with_fifo_false(stage):
    topic = stage.topic()
    return {"get-attrs-standard-topic": stage.topic_attributes(topic),
            "set-fifo-false-after-creation": stage.error(stage.sns.set_topic_attributes, TopicArn=topic, AttributeName="FifoTopic", AttributeValue="false")}
