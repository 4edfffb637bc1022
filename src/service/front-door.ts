import type { RunSettings } from '../config.ts';
import type { WebhookRoutePorts } from '../http/routes/webhooks.ts';
import type { Metrics } from '../operate/metrics.ts';
import type { Producer } from '../queue/producer.ts';
import type { RateLimitRedis } from '../queue/rate-limit-redis.ts';
import { createAdmission } from '../receive/admission.ts';
import { limitFailures } from '../receive/failure-limited.ts';
import { createReceiver } from '../receive/receive-webhook.ts';
import { ingestBytes } from '../store/ingest-batch.ts';
import type { Receiving } from './receiving.ts';
import type { Senders } from './senders.ts';
import type { Stores } from './stores.ts';

export interface FrontDoorParts {
  stores: Stores;
  receiving: Receiving;
  senders: Senders;
  producer: Producer;
  metrics: Metrics;
  rateLimit: { redis: RateLimitRedis } | null;
}

/** What receiving webhooks needs, in the order in which they come in. */
export function openFrontDoor(
  { stores, receiving, senders, producer, metrics, rateLimit }: FrontDoorParts,
  { maxBodyBytes }: Pick<RunSettings, 'maxBodyBytes'>,
  publicUrl: () => string,
): WebhookRoutePorts {
  const { failures } = receiving;
  const stored = stores.budgets.daily('stored_bytes');
  return {
    admit: createAdmission({
      workflows: stores.config.workflows,
      unknownNames: stores.budgets.rate('unknown_names'),
      defaultMaxBodyBytes: maxBodyBytes,
      fetchCertificate: senders.fetchCertificate,
      failures,
      storage: stored,
    }),
    receive: limitFailures(
      failures,
      createReceiver({
        persist: (row, withinMs) => receiving.commits.submit(row, withinMs),
        queue: producer,
        publicUrl,
        onSecretUsed: (secretId) => receiving.secretUsage.used(secretId),
        handshakes: senders.handshakes,
        onStored: (row) => stored.spend(row.organizationId, ingestBytes(row)),
        unverified: stores.budgets.rate('unverified_webhooks'),
      }),
    ),
    askHandshake: senders.handshakes.toGet,
    logRefusal: (refused) => receiving.refusals.record(refused),
    publicUrl,
    rateLimitRedis: rateLimit?.redis ?? null,
    onAccepted: metrics.webhookAccepted,
    onRefused: metrics.webhookRefused,
  };
}
