"""What tests of publishing share: a topic with queues, and reading what came."""

import json


class Stage:
    """A publisher's account: clients, topics, queues that are subscribed."""

    def __init__(self, sns, sqs):
        self.sns, self.sqs = sns, sqs
        self.count = 0

    def topic(self, name="topic", **attributes):
        return self.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]

    def fifo(self, name="topic.fifo", **attributes):
        return self.topic(name, FifoTopic="true", **attributes)

    def queue(self, name=None, **attributes):
        """(url, ARN)"""
        self.count += 1
        name = name or f"queue-{self.count}"
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def subscribed(self, topic, name=None, queue=None, **attributes):
        """A new queue that the topic delivers to: (url, the subscription's ARN)."""
        url, arn = queue or self.queue(name)
        answer = self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes, ReturnSubscriptionArn=True)
        return url, answer["SubscriptionArn"]

    def messages(self, url, count=10):
        """Everything that is there, without deleting it."""
        found = []
        while len(found) < count:
            answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"], VisibilityTimeout=600)
            if not answer.get("Messages"):
                break
            found += answer["Messages"]
        return found

    def bodies(self, url):
        return [message["Body"] for message in self.messages(url)]

    def notifications(self, url):
        return [json.loads(body) for body in self.bodies(url)]


def text(value):
    return {"DataType": "String", "StringValue": value}


def number(value):
    return {"DataType": "Number", "StringValue": str(value)}
