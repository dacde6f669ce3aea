import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ConflictException, CreateScheduleCommand, CreateScheduleGroupCommand, DeleteScheduleCommand, GetScheduleCommand, ResourceNotFoundException, SchedulerClient,
  UpdateScheduleCommand, paginateListSchedules,
} from "@aws-sdk/client-scheduler";
import { configuration, rejection } from "./clients.mjs";
import { makeQueue, take } from "./queues.mjs";

const scheduler = new SchedulerClient(configuration);
const RoleArn = "arn:aws:iam::123456789012:role/scheduler";
const Off = { Mode: "OFF" };
// The moment as `at(…)` writes it.
const moment = (date) => `at(${date.toISOString().slice(0, 19)})`;

test("a schedule lives from creation to deletion", async () => {
  const { arn } = await makeQueue("js-scheduled");
  await scheduler.send(new CreateScheduleGroupCommand({ Name: "js-group" }));
  const schedule = {
    Name: "js-nightly", GroupName: "js-group", ScheduleExpression: "cron(0 3 * * ? *)", ScheduleExpressionTimezone: "Europe/Berlin", FlexibleTimeWindow: Off,
    Target: { Arn: arn, RoleArn, Input: "wake up" },
  };
  const made = await scheduler.send(new CreateScheduleCommand(schedule));
  assert.match(made.ScheduleArn, /:schedule\/js-group\/js-nightly$/);
  assert.ok((await rejection(scheduler.send(new CreateScheduleCommand(schedule)))) instanceof ConflictException);
  const got = await scheduler.send(new GetScheduleCommand({ Name: "js-nightly", GroupName: "js-group" }));
  assert.equal(got.ScheduleExpressionTimezone, "Europe/Berlin");
  assert.equal(got.State, "ENABLED");
  assert.equal(got.Target.Input, "wake up");
  assert.ok(got.CreationDate instanceof Date);
  await scheduler.send(new UpdateScheduleCommand({ ...schedule, State: "DISABLED", ScheduleExpression: "rate(1 hour)" }));
  const names = [];
  for await (const page of paginateListSchedules({ client: scheduler }, { GroupName: "js-group", State: "DISABLED" })) names.push(...page.Schedules.map((entry) => entry.Name));
  assert.deepEqual(names, ["js-nightly"]);
  await scheduler.send(new DeleteScheduleCommand({ Name: "js-nightly", GroupName: "js-group" }));
  const error = await rejection(scheduler.send(new GetScheduleCommand({ Name: "js-nightly", GroupName: "js-group" })));
  assert.ok(error instanceof ResourceNotFoundException, `${error.name}: ${error.message}`);
  assert.equal(error.$metadata.httpStatusCode, 404);
});

test("what is due is delivered, and the schedule goes when it was asked to", async () => {
  const queue = await makeQueue("js-due");
  await scheduler.send(new CreateScheduleCommand({
    Name: "js-once", ScheduleExpression: moment(new Date(Date.now() + 2000)), FlexibleTimeWindow: Off, ActionAfterCompletion: "DELETE",
    Target: { Arn: queue.arn, RoleArn, Input: '{"due": true}' },
  }));
  assert.deepEqual(JSON.parse((await take(queue)).Body), { due: true });
  const error = await rejection(scheduler.send(new GetScheduleCommand({ Name: "js-once" })));
  assert.equal(error.name, "ResourceNotFoundException");
});

test("a universal target calls any operation", async () => {
  const queue = await makeQueue("js-universal");
  await scheduler.send(new CreateScheduleCommand({
    Name: "js-universal", ScheduleExpression: moment(new Date(Date.now() + 2000)), FlexibleTimeWindow: Off,
    Target: { Arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", RoleArn, Input: JSON.stringify({ QueueUrl: queue.url, MessageBody: "called" }) },
  }));
  assert.equal((await take(queue)).Body, "called");
});
