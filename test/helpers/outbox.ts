import { sql } from 'kysely';
import { eventBody } from '../../src/domain/event-body.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import type { LeasedEvent } from '../../src/store/event-claim.ts';
import { type EventAttempt, recordEventAttempts } from '../../src/store/event-record.ts';
import { insertOutboundEvents } from '../../src/store/events.ts';
import { box } from './rows.ts';

/** An endpoint that events can be sent to. */
export async function insertEndpoint(
  db: Database,
  url = 'http://127.0.0.1:1/',
  overrides: object = {},
): Promise<string> {
  const id = newId();
  const sealed = box.seal('endpoint secret', id);
  await db
    .insertInto('webhook_endpoints')
    .values({
      id,
      organization_id: DEFAULT_ORGANIZATION_ID,
      name: id,
      url,
      secret_ciphertext: sealed.ciphertext,
      encryption_key_id: sealed.encryptionKeyId,
      retry_policy: '{}',
      ...overrides,
    })
    .execute();
  return id;
}

/** Puts so many events for an endpoint into the outbox; their ids. */
export async function insertEvents(
  db: Database,
  endpointId: string,
  { count = 1, organizationId = DEFAULT_ORGANIZATION_ID } = {},
): Promise<string[]> {
  const ids = Array.from({ length: count }, newId);
  await insertOutboundEvents(
    db,
    ids.map((id, n) => ({
      id,
      organizationId,
      endpointId,
      event: 'test.event',
      body: eventBody({ id, event: 'test.event', at: new Date(), data: { n } }),
    })),
  );
  return ids;
}

export const eventAttempt = (event: LeasedEvent, how: Partial<EventAttempt> = {}): EventAttempt => ({
  event,
  startedAt: new Date(),
  durationMs: 12,
  result: 'succeeded',
  outcome: 'delivered',
  statusCode: 200,
  error: null,
  advice: null,
  responseBody: Buffer.from('{"ok":true}'),
  responseTruncated: false,
  state: 'succeeded',
  retryInMs: null,
  ...how,
});

export const recordEvent = (db: Database, event: LeasedEvent, how: Partial<EventAttempt> = {}) =>
  recordEventAttempts(db, [eventAttempt(event, how)]);

/** Makes every live lease run out now. */
export const expireEventLeases = (db: Database) =>
  sql`UPDATE webhook_events SET next_attempt_at = now() - interval '1 s' WHERE state = 'sending'`.execute(db);
