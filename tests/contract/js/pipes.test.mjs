import assert from "node:assert/strict";
import { test } from "node:test";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import {
  ConflictException, CreatePipeCommand, DeletePipeCommand, DescribePipeCommand, ListTagsForResourceCommand, NotFoundException, PipesClient, StartPipeCommand,
  StopPipeCommand, TagResourceCommand, UpdatePipeCommand, paginateListPipes,
} from "@aws-sdk/client-pipes";
import { configuration, rejection } from "./clients.mjs";
import { makeQueue, sqs, take } from "./queues.mjs";

const pipes = new PipesClient(configuration);
const RoleArn = "arn:aws:iam::123456789012:role/pipes";
const send = (queue, body) => sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: JSON.stringify(body) }));

test("what passes the filter arrives in the template's form", async () => {
  const source = await makeQueue("js-pipe-in");
  const target = await makeQueue("js-pipe-out");
  await pipes.send(new CreatePipeCommand({
    Name: "js-pipe", Source: source.arn, Target: target.arn, RoleArn,
    SourceParameters: { FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ body: { state: ["paid"] } }) }] } },
    TargetParameters: { InputTemplate: '{"id": <$.body.id>, "pipe": "<aws.pipes.pipe-name>"}' },
  }));
  await send(source, { id: 1, state: "open" });
  await send(source, { id: 2, state: "paid" });
  assert.deepEqual(JSON.parse((await take(target)).Body), { id: 2, pipe: "js-pipe" });
  assert.equal(await take(target, 0), undefined);
  assert.equal(await take(source, 0), undefined);
});

test("a pipe is described, stopped, started, listed, tagged, updated and deleted", async () => {
  const source = await makeQueue("js-life-in");
  const target = await makeQueue("js-life-out");
  const made = await pipes.send(new CreatePipeCommand({ Name: "js-life", Source: source.arn, Target: target.arn, RoleArn, DesiredState: "STOPPED" }));
  assert.equal(made.CurrentState, "CREATING");
  assert.ok(made.CreationTime instanceof Date);
  assert.ok((await rejection(pipes.send(new CreatePipeCommand({ Name: "js-life", Source: source.arn, Target: target.arn, RoleArn })))) instanceof ConflictException);
  assert.equal((await pipes.send(new DescribePipeCommand({ Name: "js-life" }))).CurrentState, "STOPPED");
  assert.equal((await pipes.send(new StartPipeCommand({ Name: "js-life" }))).CurrentState, "STARTING");
  assert.equal((await pipes.send(new StopPipeCommand({ Name: "js-life" }))).CurrentState, "STOPPING");
  const names = [];
  for await (const page of paginateListPipes({ client: pipes }, { NamePrefix: "js-l" })) names.push(...page.Pipes.map((pipe) => pipe.Name));
  assert.deepEqual(names, ["js-life"]);
  await pipes.send(new TagResourceCommand({ resourceArn: made.Arn, tags: { team: "core" } }));
  assert.deepEqual((await pipes.send(new ListTagsForResourceCommand({ resourceArn: made.Arn }))).tags, { team: "core" });
  await pipes.send(new UpdatePipeCommand({ Name: "js-life", RoleArn, Description: "new" }));
  assert.equal((await pipes.send(new DescribePipeCommand({ Name: "js-life" }))).Description, "new");
  await pipes.send(new DeletePipeCommand({ Name: "js-life" }));
  const error = await rejection(pipes.send(new DescribePipeCommand({ Name: "js-life" })));
  assert.ok(error instanceof NotFoundException, `${error.name}: ${error.message}`);
});
