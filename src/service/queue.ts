import type { FastifyBaseLogger } from 'fastify';
import type { RunSettings } from '../config.ts';
import type { Metrics } from '../operate/metrics.ts';
import { openQueueBackend } from '../queue/backend.ts';
import { createProducer } from '../queue/producer.ts';
import { createPool, type Database } from '../store/database.ts';
import { releaseDue } from '../store/due.ts';

export interface QueueOptions {
  settings: RunSettings;
  log: FastifyBaseLogger;
  db: Database;
  metrics: Metrics;
}

/** BullMQ on Redis, or on the same Postgres when there is none. */
export function openQueue({ settings, log, db, metrics }: QueueOptions) {
  const backend = openQueueBackend({
    redisUrl: settings.redisUrl,
    createPool: (request) =>
      createPool({
        ...request,
        // LISTEN needs a session of its own.
        connectionString: settings.databaseDirectUrl ?? settings.databaseUrl,
        onError: (err) => log.debug({ err }, 'queue.connection_lost'),
      }),
  });
  const producer = createProducer({
    backend,
    log,
    highWater: settings.queueHighWater,
    onDropped: (jobs, reason) => {
      if (reason === 'unavailable') metrics.queueUnavailable();
      // They are due in any case: this only spares them the wait until the relay would ask again.
      releaseDue(db, jobs).catch((err: unknown) => log.debug({ err }, 'relay.release_failed'));
    },
  });
  return { backend, producer };
}
