import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateEventBusCommand, DescribeRuleCommand, EventBridgeClient, InvalidEventPatternException, ListRulesCommand, ListTargetsByRuleCommand, PutEventsCommand,
  PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand, ResourceNotFoundException, TestEventPatternCommand, DeleteRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { configuration, rejection } from "./clients.mjs";
import { makeQueue, take } from "./queues.mjs";

const events = new EventBridgeClient(configuration);

async function makeRule(Name, pattern, targets, EventBusName = "default") {
  await events.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
  const answer = await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets: targets }));
  assert.equal(answer.FailedEntryCount, 0);
}

test("an event reaches the targets of the rules that match it", async () => {
  const bus = await events.send(new CreateEventBusCommand({ Name: "js-orders" }));
  assert.match(bus.EventBusArn, /event-bus\/js-orders$/);
  const whole = await makeQueue("js-eb-whole");
  const shaped = await makeQueue("js-eb-shaped");
  const other = await makeQueue("js-eb-other");
  await makeRule("paid", { source: ["my.shop"], detail: { amount: [{ numeric: [">", 10] }] } }, [
    { Id: "whole", Arn: whole.arn },
    { Id: "shaped", Arn: shaped.arn, InputTransformer: { InputPathsMap: { id: "$.detail.id" }, InputTemplate: '{"order": <id>, "text": "order <id>"}' } },
  ], "js-orders");
  await makeRule("other", { source: ["your.shop"] }, [{ Id: "other", Arn: other.arn }], "js-orders");
  const answer = await events.send(new PutEventsCommand({ Entries: [
    { EventBusName: "js-orders", Source: "my.shop", DetailType: "order", Detail: JSON.stringify({ id: "a", amount: 5 }) },
    { EventBusName: "js-orders", Source: "my.shop", DetailType: "order", Detail: JSON.stringify({ id: "b", amount: 50 }), Resources: ["r"], Time: new Date("2026-01-02T03:04:05Z") },
    { EventBusName: "js-orders", Source: "my.shop", DetailType: "order", Detail: "no JSON" },
  ] }));
  assert.equal(answer.FailedEntryCount, 1);
  assert.equal(answer.Entries[2].ErrorCode, "MalformedDetail");
  const event = JSON.parse((await take(whole)).Body);
  assert.equal(event.id, answer.Entries[1].EventId);
  assert.equal(event.time, "2026-01-02T03:04:05Z");
  assert.deepEqual(event.detail, { id: "b", amount: 50 });
  assert.deepEqual(event.resources, ["r"]);
  assert.deepEqual(JSON.parse((await take(shaped)).Body), { order: "b", text: "order b" });
  assert.equal(await take(whole, 0), undefined);
  assert.equal(await take(other, 0), undefined);
});

test("rules are described, listed and deleted with typed errors", async () => {
  const queue = await makeQueue("js-eb-listed");
  await makeRule("js-listed", { source: ["x"] }, [{ Id: "1", Arn: queue.arn }]);
  const { Rules } = await events.send(new ListRulesCommand({ NamePrefix: "js-listed" }));
  assert.deepEqual(Rules.map((rule) => [rule.Name, rule.State]), [["js-listed", "ENABLED"]]);
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: "js-listed" }));
  assert.deepEqual(Targets, [{ Id: "1", Arn: queue.arn }]);
  await events.send(new RemoveTargetsCommand({ Rule: "js-listed", Ids: ["1"] }));
  await events.send(new DeleteRuleCommand({ Name: "js-listed" }));
  const error = await rejection(events.send(new DescribeRuleCommand({ Name: "js-listed" })));
  assert.ok(error instanceof ResourceNotFoundException, `${error.name}: ${error.message}`);
});

test("patterns are tested without a rule", async () => {
  const event = { id: "1", account: "123456789012", source: "s", time: "2026-01-02T03:04:05Z", region: "us-east-1", resources: [], "detail-type": "t", detail: { ip: "10.0.0.7" } };
  const matches = async (pattern) =>
    (await events.send(new TestEventPatternCommand({ Event: JSON.stringify(event), EventPattern: JSON.stringify(pattern) }))).Result;
  assert.equal(await matches({ detail: { ip: [{ cidr: "10.0.0.0/24" }] } }), true);
  assert.equal(await matches({ detail: { ip: [{ "anything-but": { prefix: "10." } }] } }), false);
  const error = await rejection(matches({ source: "no list" }));
  assert.ok(error instanceof InvalidEventPatternException, `${error.name}: ${error.message}`);
});
