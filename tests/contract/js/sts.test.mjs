import assert from "node:assert/strict";
import { test } from "node:test";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { configuration, rejection } from "./clients.mjs";

const sts = new STSClient(configuration);

test("the access key names the account", async () => {
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, process.env.ACCOUNT);
  assert.equal(identity.Arn, `arn:aws:iam::${process.env.ACCOUNT}:root`);
});

test("a role's session has credentials that work until their time", async () => {
  const { Credentials, AssumedRoleUser } = await sts.send(new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${process.env.ACCOUNT}:role/js`, RoleSessionName: "session", DurationSeconds: 900,
  }));
  assert.ok(Credentials.Expiration instanceof Date);
  const session = { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken };
  const identity = await new STSClient({ ...configuration, credentials: session }).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Arn, AssumedRoleUser.Arn);
  const forged = new STSClient({ ...configuration, credentials: { ...session, secretAccessKey: "wrong" } });
  const error = await rejection(forged.send(new GetCallerIdentityCommand({})));
  assert.equal(error.name, "SignatureDoesNotMatch");
  assert.equal(error.$metadata.httpStatusCode, 403);
});
