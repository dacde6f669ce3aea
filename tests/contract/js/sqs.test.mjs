import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageBatchCommand, DeleteMessageCommand, DeleteQueueCommand,
  GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand, PurgeQueueCommand, QueueDoesNotExist, ReceiveMessageCommand,
  SendMessageBatchCommand, SendMessageCommand, SQSClient, TagQueueCommand, ListQueueTagsCommand, paginateListQueues,
} from "@aws-sdk/client-sqs";
import { configuration, rejection } from "./clients.mjs";

const sqs = new SQSClient(configuration);
const makeQueue = async (name, attributes) =>
  (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl;

test("a message goes through a queue and its digests verify", async () => {
  const QueueUrl = await makeQueue("js-through");
  assert.equal(QueueUrl, `${process.env.ENDPOINT}/${process.env.ACCOUNT}/js-through`);
  const attributes = {
    color: { DataType: "String", StringValue: "grün" },
    size: { DataType: "Number", StringValue: "42" },
    raw: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 1]) },
  };
  // The SDK's middleware compares MD5OfMessageBody and MD5OfBody and rejects on a difference.
  const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hællo", MessageAttributes: attributes }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] }));
  assert.equal(Messages.length, 1);
  assert.equal(Messages[0].MessageId, sent.MessageId);
  assert.equal(Messages[0].Body, "hællo");
  assert.deepEqual(Messages[0].MessageAttributes, attributes);
  assert.equal(Messages[0].MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
  assert.equal(Messages[0].Attributes.ApproximateReceiveCount, "1");
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  assert.equal(Attributes.ApproximateNumberOfMessages, "0");
  assert.equal(Attributes.ApproximateNumberOfMessagesNotVisible, "0");
});

test("a queue that is not there is a typed error with AWS's query code", async () => {
  const error = await rejection(sqs.send(new GetQueueUrlCommand({ QueueName: "js-nowhere" })));
  assert.ok(error instanceof QueueDoesNotExist, `${error.name}: ${error.message}`);
  assert.equal(error.$metadata.httpStatusCode, 400);
  assert.equal(error.message, "The specified queue does not exist.");
});

test("batches answer entry by entry", async () => {
  const QueueUrl = await makeQueue("js-batch");
  const Entries = [..."abcdefghij"].map((Id) => ({ Id, MessageBody: `body ${Id}` }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  assert.equal(sent.Successful.length, 10);
  const seen = new Map();
  while (seen.size < 10) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }));
    for (const message of Messages) seen.set(message.Body, message.ReceiptHandle);
  }
  const removed = await sqs.send(new DeleteMessageBatchCommand({
    QueueUrl, Entries: [...seen.values()].map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
  }));
  assert.equal(removed.Successful.length, 10);
  const tooMany = await rejection(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...Entries, { Id: "k", MessageBody: "k" }] })));
  assert.equal(tooMany.name, "TooManyEntriesInBatchRequest");
});

test("a FIFO queue keeps the order of a group and drops duplicates", async () => {
  const QueueUrl = await makeQueue("js-order.fifo", { FifoQueue: "true" });
  for (const [body, id] of [["one", "1"], ["two", "2"], ["two again", "2"], ["three", "3"]]) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: "g", MessageDeduplicationId: id }));
  }
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  assert.deepEqual(Messages.map((message) => message.Body), ["one", "two", "three"]);
});

test("a long poll wakes on a send", async () => {
  const QueueUrl = await makeQueue("js-poll");
  const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "wake" }));
  const { Messages } = await poll;
  assert.equal(Messages[0].Body, "wake");
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle, VisibilityTimeout: 0 }));
  const again = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }));
  assert.equal(again.Messages[0].Attributes.ApproximateReceiveCount, "2");
});

test("queues are listed page by page, tagged and deleted", async () => {
  for (const name of ["js-page-1", "js-page-2", "js-page-3"]) await makeQueue(name);
  const urls = [];
  for await (const page of paginateListQueues({ client: sqs, pageSize: 2 }, { QueueNamePrefix: "js-page" })) urls.push(...(page.QueueUrls ?? []));
  assert.deepEqual(urls.map((url) => url.split("/").pop()).sort(), ["js-page-1", "js-page-2", "js-page-3"]);
  await sqs.send(new TagQueueCommand({ QueueUrl: urls[0], Tags: { team: "core" } }));
  assert.deepEqual((await sqs.send(new ListQueueTagsCommand({ QueueUrl: urls[0] }))).Tags, { team: "core" });
  await sqs.send(new PurgeQueueCommand({ QueueUrl: urls[1] }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: urls[0] }));
  const left = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "js-page" }));
  assert.equal(left.QueueUrls.length, 2);
});
