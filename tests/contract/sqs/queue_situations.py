"""The recorded situations about queues as such. See situations.py."""

import json
import urllib.error
import urllib.request


def create_and_update_queue_attributes(stage):
    url = stage.queue(MessageRetentionPeriod="604800", ReceiveMessageWaitTimeSeconds="10", VisibilityTimeout="20")
    before = stage.attributes(url)
    stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "2048", "VisibilityTimeout": "69", "DelaySeconds": "420"})
    return {"get_queue_attributes": before, "get_updated_queue_attributes": stage.attributes(url)}


def set_queue_attributes_default_values(stage):
    url = stage.queue()
    answers = {"get-queue-attributes-initial-values": stage.attributes(url)}
    stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"})
    answers["get-queue-attributes-after-update"] = stage.attributes(url)
    stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "", "KmsDataKeyReusePeriodSeconds": "300"})
    answers["get-queue-attributes-after-set-to-defaults"] = stage.attributes(url)
    return answers


def set_unsupported_attribute_standard(stage):
    set_it = lambda value: stage.error(stage.sqs.set_queue_attributes, QueueUrl=url, Attributes={"FifoQueue": value})
    url = stage.queue()
    return {"invalid-attr-name-1": set_it("true"), "invalid-attr-name-2": set_it("false")}


def list_queues_pagination(stage):
    prefix = "7f7df0f5-test-queue-"
    for number in range(10):
        stage.create(f"{prefix}{number}", {})
    two = stage.sqs.list_queues(QueueNamePrefix=prefix, MaxResults=2)
    return {"list_all": stage.sqs.list_queues(QueueNamePrefix=prefix), "list_two_max": two,
            "list_remaining": stage.sqs.list_queues(QueueNamePrefix=prefix, MaxResults=8, NextToken=two["NextToken"])}


def non_existent_queue(stage):
    url = stage.queue().replace("queue-0", "none")
    return {"queue-does-not-exist": stage.error(stage.sqs.get_queue_attributes, QueueUrl=url),
            "queue-does-not-exist-url": stage.error(stage.sqs.get_queue_url, QueueName="none"),
            "queue-does-not-exist-query": stage.error(stage.make("query").get_queue_attributes, QueueUrl=url)}


def sqs_permission_lifecycle(stage):
    url = stage.queue()
    policy = lambda: stage.attributes(url, "Policy")
    permission = lambda label, *accounts: {"QueueUrl": url, "Label": label, "AWSAccountIds": list(accounts), "Actions": ["ReceiveMessage"]}
    one, two = "crossaccountpermission", "crossaccountpermission2"
    answers = {"add-permission-response": stage.sqs.add_permission(**permission(one, stage.account, "668614515564"))}
    answers["get-queue-policy-attribute"] = policy()
    answers["remove-permission-response"] = stage.sqs.remove_permission(QueueUrl=url, Label=one)
    answers["get-queue-policy-attribute-after-removal"] = policy()
    stage.sqs.add_permission(**permission(one, stage.account))
    answers["get-queue-policy-attribute-first-account-same-label"] = policy()
    answers["get-queue-policy-attribute-second-account-same-label"] = stage.error(stage.sqs.add_permission, **permission(one, "668614515564"))
    stage.sqs.add_permission(**permission(two, stage.account))
    answers["get-queue-policy-attribute-second-account-different-label"] = policy()
    stage.sqs.remove_permission(QueueUrl=url, Label=one)
    answers["get-queue-policy-attribute-delete-first-permission"] = policy()
    stage.sqs.remove_permission(QueueUrl=url, Label=two)
    answers["get-queue-policy-attribute-delete-second-permission"] = policy()
    answers["get-queue-policy-attribute-delete-non-existent-label"] = stage.error(stage.sqs.remove_permission, QueueUrl=url, Label=two)
    return answers


def tag_untag_queue(stage):
    url = stage.queue()
    tags = lambda: stage.sqs.list_queue_tags(QueueUrl=url)
    stage.sqs.tag_queue(QueueUrl=url, Tags={"tag1": "value1", "tag2": "value2", "tag3": ""})
    answers = {"get-tag-1": tags()}
    stage.sqs.untag_queue(QueueUrl=url, TagKeys=["tag1", "tag3"])
    answers["get-tag-2"] = tags()
    stage.sqs.untag_queue(QueueUrl=url, TagKeys=["tag2"])
    answers["get-tag-after-untag"] = tags()
    return answers


def send_message_via_queue_url_with_json_protocol(stage):
    """A JSON request belongs to the endpoint; posted to a queue's URL it names no queue, and nothing is sent."""
    url = stage.queue()
    request = urllib.request.Request(url, data=json.dumps({"MessageBody": "foobar"}).encode(), headers={
        "X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={stage.account}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"})
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()
    return {"receive-json-on-queue-url": stage.receive(url)}


# What CloudFormation made of templates, asked for directly.

def create_standard_queue_with_required_properties(stage):
    return {"attributes": stage.attributes(stage.queue())}


def create_fifo_queue_with_all_properties(stage):
    dead = stage.fifo(RedriveAllowPolicy=json.dumps({"redrivePermission": "allowAll"}))
    url = stage.fifo(ContentBasedDeduplication="true", DeduplicationScope="messageGroup", DelaySeconds="13", FifoThroughputLimit="perMessageGroupId",
                     KmsDataKeyReusePeriodSeconds="200", KmsMasterKeyId="alias/aws/sqs", MaximumMessageSize="3232", MessageRetentionPeriod="13425",
                     ReceiveMessageWaitTimeSeconds="15", RedrivePolicy=json.dumps({"deadLetterTargetArn": stage.arn(dead), "maxReceiveCount": 7}),
                     SqsManagedSseEnabled="false", VisibilityTimeout="42")
    stage.sqs.tag_queue(QueueUrl=url, Tags={"Department": "Finance", "Environment": "Production"})
    return {"attributes": stage.attributes(url), "dlq_attributes": stage.attributes(dead, "RedriveAllowPolicy"),
            "tags": stage.sqs.list_queue_tags(QueueUrl=url)}


def update_standard_queue_modify_properties_in_place(stage):
    dead = stage.queue()
    url = stage.queue(DelaySeconds="5", VisibilityTimeout="30")
    stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={
        "DelaySeconds": "16", "MaximumMessageSize": "4321", "MessageRetentionPeriod": "17539", "ReceiveMessageWaitTimeSeconds": "17",
        "VisibilityTimeout": "40", "RedrivePolicy": json.dumps({"deadLetterTargetArn": stage.arn(dead), "maxReceiveCount": 3})})
    stage.sqs.tag_queue(QueueUrl=url, Tags={"Department": "Sales", "Environment": "Staging"})
    return {"updated_attributes": stage.attributes(url), "updated_tags": stage.sqs.list_queue_tags(QueueUrl=url)}


def sqs_queue_policy(stage):
    url = stage.queue()
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Resource": stage.arn(url),
                                                      "Action": ["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"]}]}
    stage.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return {"policy": stage.attributes(url, "Policy")}


ALL = (create_and_update_queue_attributes, set_queue_attributes_default_values, set_unsupported_attribute_standard, list_queues_pagination,
       non_existent_queue, sqs_permission_lifecycle, tag_untag_queue, send_message_via_queue_url_with_json_protocol,
       create_standard_queue_with_required_properties, create_fifo_queue_with_all_properties,
       update_standard_queue_modify_properties_in_place, sqs_queue_policy)
