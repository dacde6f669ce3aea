import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateTopicCommand, DeleteTopicCommand, GetTopicAttributesCommand, ListTagsForResourceCommand, NotFoundException, PublishBatchCommand, PublishCommand,
  SetSubscriptionAttributesCommand, SNSClient, SubscribeCommand, TagResourceCommand, UnsubscribeCommand, paginateListSubscriptionsByTopic, paginateListTopics,
} from "@aws-sdk/client-sns";
import { configuration, rejection } from "./clients.mjs";
import { makeQueue, take } from "./queues.mjs";

const sns = new SNSClient(configuration);
const makeTopic = async (Name, Attributes) => (await sns.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn;
const subscribe = async (TopicArn, queue, Attributes) =>
  (await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queue.arn, Attributes, ReturnSubscriptionArn: true }))).SubscriptionArn;

test("what is published arrives in its envelope, and raw", async () => {
  const TopicArn = await makeTopic("js-news");
  const enveloped = await makeQueue("js-sns-enveloped");
  const raw = await makeQueue("js-sns-raw");
  await subscribe(TopicArn, enveloped);
  await subscribe(TopicArn, raw, { RawMessageDelivery: "true" });
  const sent = await sns.send(new PublishCommand({
    TopicArn, Message: "hællo", Subject: "greeting",
    MessageAttributes: { color: { DataType: "String", StringValue: "grün" }, raw: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) } },
  }));
  const envelope = JSON.parse((await take(enveloped)).Body);
  assert.equal(envelope.Type, "Notification");
  assert.equal(envelope.MessageId, sent.MessageId);
  assert.equal(envelope.Message, "hællo");
  assert.equal(envelope.Subject, "greeting");
  assert.deepEqual(envelope.MessageAttributes.color, { Type: "String", Value: "grün" });
  const message = await take(raw);
  assert.equal(message.Body, "hællo");
  assert.deepEqual(message.MessageAttributes.raw.BinaryValue, new Uint8Array([0, 255]));
});

test("a filter policy lets pass what it names", async () => {
  const TopicArn = await makeTopic("js-filtered");
  const queue = await makeQueue("js-sns-filtered");
  const SubscriptionArn = await subscribe(TopicArn, queue, { RawMessageDelivery: "true" });
  await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: "FilterPolicy", AttributeValue: JSON.stringify({ kind: [{ prefix: "ord" }] }) }));
  const publish = (Message, kind) => sns.send(new PublishCommand({ TopicArn, Message, MessageAttributes: { kind: { DataType: "String", StringValue: kind } } }));
  await publish("no", "invoice");
  await publish("yes", "order");
  assert.equal((await take(queue)).Body, "yes");
  assert.equal(await take(queue, 0), undefined);
});

test("a FIFO topic keeps the order and drops duplicates, in batches too", async () => {
  const TopicArn = await makeTopic("js-order.fifo", { FifoTopic: "true" });
  const queue = await makeQueue("js-sns-order.fifo", { FifoQueue: "true" });
  await subscribe(TopicArn, queue, { RawMessageDelivery: "true" });
  const answer = await sns.send(new PublishBatchCommand({
    TopicArn, PublishBatchRequestEntries: [["one", "1"], ["two", "2"], ["two again", "2"], ["three", "3"]].map(([Message, id], index) => ({
      Id: String(index), Message, MessageGroupId: "g", MessageDeduplicationId: id,
    })),
  }));
  assert.equal(answer.Successful.length, 4);
  const bodies = [];
  for (let i = 0; i < 3; ++i) bodies.push((await take(queue)).Body);
  assert.deepEqual(bodies, ["one", "two", "three"]);
});

test("topics and subscriptions are listed page by page, tagged and deleted", async () => {
  const made = [];
  for (const name of ["js-topic-1", "js-topic-2", "js-topic-3"]) made.push(await makeTopic(name));
  const listed = [];
  for await (const page of paginateListTopics({ client: sns }, {})) listed.push(...page.Topics.map((topic) => topic.TopicArn));
  for (const arn of made) assert.ok(listed.includes(arn), arn);
  await sns.send(new TagResourceCommand({ ResourceArn: made[0], Tags: [{ Key: "team", Value: "core" }] }));
  assert.deepEqual((await sns.send(new ListTagsForResourceCommand({ ResourceArn: made[0] }))).Tags, [{ Key: "team", Value: "core" }]);
  const subscription = await subscribe(made[0], await makeQueue("js-sns-listed"));
  const subscriptions = [];
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: made[0] })) subscriptions.push(...page.Subscriptions);
  assert.deepEqual(subscriptions.map((entry) => entry.SubscriptionArn), [subscription]);
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }));
  await sns.send(new DeleteTopicCommand({ TopicArn: made[0] }));
  const error = await rejection(sns.send(new GetTopicAttributesCommand({ TopicArn: made[0] })));
  assert.ok(error instanceof NotFoundException, `${error.name}: ${error.message}`);
  assert.equal(error.$metadata.httpStatusCode, 404);
});
