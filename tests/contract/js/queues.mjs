// Queues that the tests of other services send to.
import { CreateQueueCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { configuration } from "./clients.mjs";

export const sqs = new SQSClient(configuration);

// URL and ARN of a new queue.
export async function makeQueue(QueueName, Attributes) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const described = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  return { url: QueueUrl, arn: described.Attributes.QueueArn };
}

// The next message of the queue, deleted; undefined when none comes.
export async function take(queue, wait = 20) {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({
    QueueUrl: queue.url, WaitTimeSeconds: wait, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"],
  }));
  if (Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: Messages[0].ReceiptHandle }));
  return Messages?.[0];
}
