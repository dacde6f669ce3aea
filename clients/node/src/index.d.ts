/** A daemon that this process started. It ends with it, however that ends. */
export class Daemon {
  readonly pid: number;
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** The time of one world. What becomes due on the way has happened when a promise resolves. */
export interface Clock {
  now(): Promise<Date>;
  /** Seconds, or an ISO 8601 duration such as `PT15M`. */
  advance(duration: number | string): Promise<Date>;
  set(moment: Date): Promise<Date>;
  freeze(): Promise<Date>;
  unfreeze(): Promise<Date>;
}

/** An isolated universe of AWS accounts. Whoever signs with its key is in it. */
export class World {
  readonly endpoint: string;
  readonly region: string;
  readonly name: string;
  readonly account: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  readonly clock: Clock;
  /** For `new SQSClient(world.clientConfig)`. */
  readonly clientConfig: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string }; forcePathStyle: true };
  /** The variables that point any AWS client at this world; for child processes too. */
  readonly environment: Record<string, string>;
  /** Empties it, also of what it was a copy of. */
  reset(): Promise<void>;
  /** Who asked for what and how it went, oldest first. */
  requests(filters?: Record<string, string>): Promise<Array<Record<string, unknown>>>;
  /** A page of the admin API about this world. */
  admin(method: string, page: string, body?: unknown): Promise<any>;
  /** Everything in it is gone; its key is refused from now on. */
  delete(): Promise<void>;
}

export interface ForkOptions {
  /** STRATOLITE_ENDPOINT, which the global setup sets. */
  endpoint?: string;
  /** The world to copy: `default`. */
  from?: string;
  /** `us-east-1`. */
  region?: string;
}

/** What was given, else STRATOLITE_BINARY, else `stratolite` in the PATH. */
export function findBinary(given?: string): string;
export function start(options?: { binary?: string; args?: string[] }): Promise<Daemon>;
/** A new world, a copy of another as it is now. Whoever makes it deletes it. */
export function fork(options?: ForkOptions): Promise<World>;
/** One world for each test, with process.env pointing at it. The hooks are the runner's; jest's and vitest's globals need not be passed. */
export function useWorld(options?: ForkOptions & { beforeEach?: Function; afterEach?: Function }): World;
/** For vitest: `test.extend({ stratolite: worldFixture })`. Leaves process.env alone, so that tests may run concurrently. */
export function worldFixture(context: {}, use: (world: World) => Promise<void>): Promise<void>;
