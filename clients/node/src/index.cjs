'use strict';
// Runs the binary, and makes a world in it for each test. CommonJS, so that jest takes it as it comes; index.mjs is the same as a module.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 15_000;
// The user's own: they would send the code under test elsewhere, or as somebody else.
const FOREIGN = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS_USE_DUALSTACK_ENDPOINT', 'AWS_USE_FIPS_ENDPOINT'];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function findBinary(given) {
  const wanted = given || process.env.STRATOLITE_BINARY || 'stratolite';
  const places = wanted.includes('/') ? [path.resolve(wanted)] : (process.env.PATH || '').split(':').filter(Boolean).map((folder) => path.join(folder, wanted));
  for (const place of places) {
    try {
      fs.accessSync(place, fs.constants.X_OK);
      return place;
    } catch { /* the next one */ }
  }
  throw new Error(`no program '${wanted}': put stratolite into the PATH, or say where it is with STRATOLITE_BINARY`);
}

class Daemon {
  constructor(child, exited, directory, ready) {
    this.child = child;
    this.exited = exited;
    this.directory = directory;
    this.pid = ready.pid;
    // By number: AWS's SDK for JavaScript then addresses buckets in the path, and no host name of a bucket has to be known to a resolver.
    this.endpoint = `http://127.0.0.1:${ready.port}`;
  }

  async stop() {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(late);
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

async function start({ binary, args = [] } = {}) {
  const program = findBinary(binary);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'stratolite-test-'));
  const ready = path.join(directory, 'ready.json');
  const logFile = path.join(directory, 'daemon.log');
  const { STRATOLITE_BINARY, STRATOLITE_ENDPOINT, ...env } = process.env;
  const log = fs.openSync(logFile, 'w');
  const child = spawn(program, ['start', '--port', '0', '--ephemeral', '--ready-file', ready, '--exit-with', String(process.pid), ...args],
    { stdio: ['ignore', log, log], env, detached: true });
  fs.closeSync(log);
  let ended = false;
  const exited = new Promise((resolve) => { child.once('exit', resolve); child.once('error', resolve); }).then(() => { ended = true; });
  child.unref();
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!fs.existsSync(ready)) {
    if (ended || Date.now() > deadline) {
      child.kill('SIGKILL');
      const said = fs.readFileSync(logFile, 'utf8');
      fs.rmSync(directory, { recursive: true, force: true });
      throw new Error(`the daemon ${ended ? 'did not start' : 'does not answer'}:\n${said}`);
    }
    await pause(1);
  }
  return new Daemon(child, exited, directory, JSON.parse(fs.readFileSync(ready, 'utf8')));
}

async function callAdmin(endpoint, method, page, body) {
  const answer = await fetch(`${endpoint}/_stratolite/${page}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} /_stratolite/${page}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

class Clock {
  constructor(world) { this.world = world; }

  async change(body) { return new Date((await this.world.admin(body ? 'POST' : 'GET', 'clock', body)).now); }

  now() { return this.change(); }

  advance(duration) { return this.change({ advance: typeof duration === 'number' ? `PT${duration.toFixed(3)}S` : duration }); }

  set(moment) { return this.change({ set: moment.toISOString() }); }

  freeze() { return this.change({ freeze: true }); }

  unfreeze() { return this.change({ freeze: false }); }
}

class World {
  constructor(endpoint, region, facts) {
    this.endpoint = endpoint;
    this.region = region;
    this.name = facts.name;
    this.account = facts.account;
    this.credentials = { accessKeyId: facts.access_key_id, secretAccessKey: facts.secret_access_key };
    this.clock = new Clock(this);
  }

  get clientConfig() { return { endpoint: this.endpoint, region: this.region, credentials: this.credentials, forcePathStyle: true }; }

  get environment() {
    return {
      AWS_ENDPOINT_URL: this.endpoint, AWS_ACCESS_KEY_ID: this.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey,
      AWS_REGION: this.region, AWS_DEFAULT_REGION: this.region, AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  admin(method, page, body) { return callAdmin(this.endpoint, method, `${page}${page.includes('?') ? '&' : '?'}world=${this.name}`, body); }

  async requests(filters = {}) {
    const { requests } = await this.admin('GET', `requests?${new URLSearchParams({ limit: '1000', ...filters })}`);
    return requests.sort((one, other) => one.sequence - other.sequence);
  }

  async reset() { await this.admin('POST', 'reset', {}); }

  async delete() { await callAdmin(this.endpoint, 'DELETE', `worlds/${this.name}`); }
}

async function fork({ endpoint = process.env.STRATOLITE_ENDPOINT, from = 'default', region = 'us-east-1' } = {}) {
  if (!endpoint) throw new Error("no daemon: name 'stratolite-test/global-setup' in the runner's globalSetup, or set STRATOLITE_ENDPOINT");
  const plain = endpoint.replace(/\/$/, '');
  return new World(plain, region, await callAdmin(plain, 'POST', 'worlds', { fork: from }));
}

/** Points process.env at a world; returns what puts it back. */
function enter(world) {
  const foreign = [...FOREIGN, ...Object.keys(process.env).filter((name) => name.startsWith('AWS_ENDPOINT_URL_'))];
  const wanted = { ...Object.fromEntries(foreign.map((name) => [name, undefined])), AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', ...world.environment };
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]));
  const apply = (values) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  apply(wanted);
  return () => apply(before);
}

function useWorld({ beforeEach = globalThis.beforeEach, afterEach = globalThis.afterEach, ...options } = {}) {
  if (!beforeEach || !afterEach) throw new Error('useWorld: pass the beforeEach and afterEach of your test runner');
  let world;
  let leave;
  beforeEach(async () => {
    world = await fork(options);
    leave = enter(world);
  });
  afterEach(async () => {
    leave();
    const past = world;
    world = undefined;
    await past.delete();
  });
  // One object for the whole file, whatever world is the present test's.
  return new Proxy({}, {
    get(_, name) {
      if (!world) throw new Error('the world of a test exists while the test runs');
      const value = world[name];
      return typeof value === 'function' ? value.bind(world) : value;
    },
  });
}

// vitest reads from the source which fixtures this one asks for: none.
async function worldFixture({}, use) { // eslint-disable-line no-empty-pattern
  const world = await fork();
  try {
    await use(world);
  } finally {
    await world.delete();
  }
}

module.exports = { Daemon, World, findBinary, fork, start, useWorld, worldFixture };
