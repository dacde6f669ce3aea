// What a test gets, seen through signed requests to SQS; that AWS's SDK works is shown in tests/contract/js.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { findBinary, fork, start, useWorld } from '../src/index.mjs';
import globalSetup from '../src/global-setup.cjs';
import globalTeardown from '../src/global-teardown.cjs';
import { call } from './sigv4.mjs';

const isRunning = (pid) => {
  try {
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('with a daemon for the whole run', () => {
  let teardown;
  before(async () => {
    delete process.env.STRATOLITE_ENDPOINT;
    teardown = await globalSetup();
  });
  after(async () => {
    const { pid } = globalThis.__stratolite__;
    await globalTeardown();
    assert.equal(isRunning(pid), false);
    await teardown(); // both, as vitest and jest may: the second has nothing to do
    delete process.env.STRATOLITE_ENDPOINT;
  });

  let aws;
  describe('every test', () => {
    process.env.AWS_PROFILE = 'work';
    aws = useWorld({ beforeEach, afterEach });
    for (const round of [1, 2]) {
      test(`starts from nothing (${round})`, async () => {
        assert.equal((await call(aws, 'ListQueues', {})).QueueUrls, undefined);
        await call(aws, 'CreateQueue', { QueueName: 'left-over' });
      });
    }

    test('has an environment that points at its world, and nowhere else', () => {
      assert.equal(process.env.AWS_ACCESS_KEY_ID, aws.credentials.accessKeyId);
      assert.equal(process.env.AWS_ENDPOINT_URL, process.env.STRATOLITE_ENDPOINT);
      assert.equal(process.env.AWS_PROFILE, undefined);
    });

    test('has a clock of its own', async () => {
      const { QueueUrl } = await call(aws, 'CreateQueue', { QueueName: 'orders' });
      await call(aws, 'SendMessage', { QueueUrl, MessageBody: 'later', DelaySeconds: 900 });
      assert.equal((await call(aws, 'ReceiveMessage', { QueueUrl })).Messages, undefined);
      await aws.clock.advance(900);
      assert.equal((await call(aws, 'ReceiveMessage', { QueueUrl })).Messages[0].Body, 'later');
      await aws.clock.freeze();
      assert.equal((await aws.clock.set(new Date('2030-01-02T03:04:05Z'))).toISOString(), '2030-01-02T03:04:05.000Z');
      assert.equal((await aws.clock.now()).toISOString(), '2030-01-02T03:04:05.000Z');
    });

    test('can be emptied, and tells what was asked', async () => {
      await call(aws, 'CreateQueue', { QueueName: 'orders' });
      await aws.reset();
      assert.equal((await call(aws, 'ListQueues', {})).QueueUrls, undefined);
      assert.deepEqual((await aws.requests({ service: 'sqs' })).map((request) => request.operation), ['CreateQueue', 'ListQueues']);
    });
  });

  test('after a test the environment is as it was before', () => {
    assert.equal(process.env.AWS_PROFILE, 'work');
    assert.equal(process.env.AWS_ENDPOINT_URL, undefined);
    assert.throws(() => aws.name, /exists while the test runs/);
  });

  test('a world can be a copy of one that was prepared', async () => {
    const prepared = await fork();
    await call(prepared, 'CreateQueue', { QueueName: 'orders' });
    const copy = await fork({ from: prepared.name });
    await prepared.delete();
    assert.equal((await call(copy, 'ListQueues', {})).QueueUrls.length, 1);
    await copy.delete();
    await assert.rejects(call(copy, 'ListQueues', {}), /security token included in the request is invalid/);
  });
});

test('the daemon ends with the process that started it, also when that is killed', async () => {
  const code = `import { start } from ${JSON.stringify(new URL('../src/index.mjs', import.meta.url).href)}; console.log((await start()).pid); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise((resolve) => { child.stdout.once('data', (data) => resolve(Number(data))); });
  assert.ok(isRunning(pid));
  child.kill('SIGKILL');
  for (let round = 0; round < 3000 && isRunning(pid); ++round) await pause(10);
  assert.equal(isRunning(pid), false);
});

test('a process that started a daemon and forgets it still ends', () => {
  const code = `import { start } from ${JSON.stringify(new URL('../src/index.mjs', import.meta.url).href)}; await start();`;
  execFileSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 60_000 });
});

test('what is missing is said', async () => {
  assert.throws(() => findBinary('/nowhere/stratolite'), /no program '\/nowhere\/stratolite': put stratolite into the PATH/);
  await assert.rejects(start({ args: ['--prot', '1'] }), /did not start:\n.*Did you mean --port/);
  await assert.rejects(fork(), /no daemon: name 'stratolite-test\/global-setup'/);
  assert.throws(() => useWorld({ beforeEach: undefined, afterEach: undefined }), /pass the beforeEach and afterEach/);
});
