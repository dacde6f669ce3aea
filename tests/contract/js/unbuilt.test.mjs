import assert from "node:assert/strict";
import { test } from "node:test";
import { CloudWatchClient, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { configuration, rejection } from "./clients.mjs";

test("an operation that is not built says so in CBOR", async () => {
  const error = await rejection(new CloudWatchClient(configuration).send(new ListMetricsCommand({})));
  assert.equal(error.name, "NotImplemented");
  assert.equal(error.$metadata.httpStatusCode, 501);
  assert.match(error.message, /ListMetrics/);
});
