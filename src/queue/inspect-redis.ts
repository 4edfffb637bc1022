import { createRedis } from './redis.ts';
import { within } from './within.ts';

/** What a Redis is like that the queue is to live in. */
export interface RedisInspection {
  /** Of Redis, or of the one whose commands Valkey has. */
  version: string;
  /** What it does when its memory is full; null when it does not say. */
  evictionPolicy: string | null;
  /** It takes no writes. */
  replica: boolean;
}

const LIMIT_MS = 3_000;

/**
 * Looks, and changes nothing.
 * @throws its error when it does not let us in or does not answer in time. The message has no password in it;
 * the other properties of an ioredis error may.
 */
export async function inspectRedis(redisUrl: string): Promise<RedisInspection> {
  const client = createRedis(redisUrl, {
    commandTimeout: LIMIT_MS,
    connectTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Tells why; the call that fails only says that the connection is closed.
  let reason: Error | null = null;
  client.on('error', (error: Error) => {
    reason ??= error;
  });
  try {
    await within(LIMIT_MS, client.connect(), 'connecting to Redis');
    return readInfo(await client.info());
  } catch (error) {
    throw reason ?? error;
  } finally {
    client.disconnect();
  }
}

function readInfo(info: string): RedisInspection {
  const field = (name: string): string | null =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
  return {
    version: field('redis_version') ?? '',
    evictionPolicy: field('maxmemory_policy'),
    replica: field('role') === 'slave',
  };
}
