import type { Settings } from '../../config.ts';
import { inspectRedis } from '../../queue/inspect-redis.ts';
import { lineOf } from '../errors.ts';
import { type Finding, findings } from './finding.ts';

const { ok, broken } = findings('redis');

const MINIMUM = [6, 2] as const;

export async function checkRedis({ redisUrl }: Settings): Promise<Finding[]> {
  if (redisUrl === null) return [ok('REDIS_URL is not set: the queue lives in Postgres.')];
  try {
    const { version, evictionPolicy, replica } = await inspectRedis(redisUrl);
    const found = [ok(`Redis ${version} answers at ${new URL(redisUrl).host}.`)];
    if (isOlder(version)) found.push(broken('It is too old.', 'Use Redis 6.2 or newer, or Valkey.'));
    if (replica) found.push(broken('It is a replica.', 'Name the primary in REDIS_URL.'));
    if (evictionPolicy !== null && evictionPolicy !== 'noeviction') {
      found.push(
        broken(
          `Its maxmemory-policy is ${evictionPolicy}: jobs vanish when its memory is full.`,
          'Run "redis-cli CONFIG SET maxmemory-policy noeviction", and put it into redis.conf.',
        ),
      );
    }
    return found;
  } catch (error) {
    return [
      broken(
        `REDIS_URL cannot be used: ${lineOf(error)}.`,
        'Check its host, port and password (and rediss:// for TLS). Webhooks are accepted meanwhile, and run when it is back.',
      ),
    ];
  }
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]);
}
