import type { Redis } from 'ioredis';
import { createCircuit } from './circuit.ts';
import { createFaultLog, type QueueLog } from './log.ts';
import { createRedis } from './redis.ts';
import { within } from './within.ts';

/** For how long, and how often, a Redis that does not answer may hold up a request, in milliseconds. */
const LIMIT_MS = 100;
const RETRY_MS = 1_000;

interface Script {
  numberOfKeys: number;
  lua: string;
}

type Callback = (error: unknown, result?: unknown) => void;

/** The part of an ioredis client that @fastify/rate-limit uses: it defines scripts and calls them by name. */
export interface RateLimitRedis {
  defineCommand(name: string, script: Script): void;
  /** The scripts. Each takes its parameters and, last, a callback. */
  [name: string]: unknown;
}

export interface RateLimitRedisOptions {
  redisUrl: string;
  log: QueueLog;
  /** Called for every request that could not be counted. */
  onUnavailable?: () => void;
}

/**
 * A Redis for @fastify/rate-limit's `redis` option, with `skipOnError: true`. It never waits: while Redis is
 * away its calls fail at once, and the requests pass uncounted; one call a second finds out, within 100 ms,
 * whether it is back.
 */
export function createRateLimitRedis(options: RateLimitRedisOptions): {
  redis: RateLimitRedis;
  close: () => void;
} {
  const { redisUrl, log, onUnavailable } = options;
  const circuit = createCircuit(RETRY_MS);
  const faults = createFaultLog({ log, subject: 'rate_limit', fields: {} });
  const client = createRedis(redisUrl, {
    // Only so that a command is not kept for ever. Our own limit is the shorter one, and is fairer: see `within`.
    commandTimeout: 1_000,
    connectTimeout: 1_000,
    socketTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  });
  client.on('error', faults.unavailable);
  client.on('ready', () => {
    circuit.succeeded();
    faults.healthy();
  });
  // It goes on trying by itself.
  client.connect().catch(faults.unavailable);

  async function run(name: string, parameters: unknown[]): Promise<unknown> {
    if (!circuit.enter()) throw circuit.reason();
    try {
      const result = await within(LIMIT_MS, callScript(client, name, parameters), 'counting a request');
      circuit.succeeded();
      faults.healthy();
      return result;
    } catch (error) {
      circuit.failed(error);
      faults.unavailable(error);
      throw error;
    }
  }

  const redis: RateLimitRedis = {
    defineCommand(name, script) {
      client.defineCommand(name, script);
      redis[name] = (...parameters: unknown[]) => {
        const callback = parameters.pop() as Callback;
        run(name, parameters).then(
          (result) => callback(null, result),
          (error) => {
            onUnavailable?.();
            callback(error);
          },
        );
      };
    },
  };
  return { redis, close: () => client.disconnect() };
}

// ioredis makes a method of every script that was defined; its type knows only Redis' own commands.
function callScript(client: Redis, name: string, parameters: unknown[]): Promise<unknown> {
  const scripts = client as unknown as Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  return scripts[name]?.(...parameters) ?? Promise.reject(new Error(`The script ${name} is not defined.`));
}
