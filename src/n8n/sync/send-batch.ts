import type { Expressions } from '../../dispatch/expressions/expressions.ts';
import { MAX_SENT_RECORDS } from '../../domain/sync.ts';
import type { Tx } from '../../store/database.ts';
import { insertOutboundEvents } from '../../store/events.ts';
import type { StoredSyncConfig } from '../../store/sync-configs.ts';
import { type BatchLimits, markSent, type StoredSyncRecord } from '../../store/sync-records.ts';
import { type OutgoingRecord, recordsEvent } from './events.ts';
import { mapOutbound } from './mapping.ts';

/** Of one event: what n8n takes in one piece, and what one process holds in memory. */
export const BATCH: BatchLimits = { records: MAX_SENT_RECORDS, bytes: 1_048_576 };

/**
 * How many batches of one sync may wait in the outbox. More would only fill it: what is sent next is read when there
 * is room, so that a million records take no more memory, and no more of the outbox, than a thousand.
 */
export const MAX_UNSENT = 10;

export interface MappedBatch {
  /** How many of the records, in their order: the rest is for another batch. */
  taken: number;
  outgoing: OutgoingRecord[];
  failed: { record: StoredSyncRecord; detail: string }[];
}

/** `unavailable`: nothing can be evaluated at the moment. One after the other: whoever else has a mapping gets a turn. */
export async function mapBatch(
  expressions: Expressions,
  config: StoredSyncConfig,
  records: StoredSyncRecord[],
): Promise<MappedBatch | 'unavailable'> {
  const batch: MappedBatch = { taken: 0, outgoing: [], failed: [] };
  let bytes = 0;
  for (const record of records) {
    const mapped = await mapOutbound(expressions, config, record.content);
    if (mapped.status === 'mapped') {
      // The records fit as they are: what a mapping makes of them can be any size.
      if (config.mapping.outbound !== null) bytes += Buffer.byteLength(JSON.stringify(mapped.data));
      if (bytes > BATCH.bytes && batch.outgoing.length > 0) return batch;
      batch.outgoing.push({ record, data: mapped.data });
    } else if (mapped.isLasting) batch.failed.push({ record, detail: mapped.detail });
    else return 'unavailable';
    batch.taken++;
  }
  return batch;
}

/** Puts a batch into the outbox, and writes to its records that were waiting what became of them. The id of the event, if there was anything to send. */
export async function sendBatch(
  trx: Tx,
  config: StoredSyncConfig,
  { outgoing, failed, run, now }: Omit<MappedBatch, 'taken'> & { run: string | null; now: number },
): Promise<string | null> {
  const event = outgoing.length === 0 ? null : recordsEvent(config, { records: outgoing, run, now });
  if (event !== null) await insertOutboundEvents(trx, [event]);
  const waiting = outgoing.filter(
    ({ record: { outbound } }) => outbound === 'pending' || outbound === 'failed',
  );
  await markSent(trx, config.id, [
    ...waiting.map(({ record: { key, changeSeq } }) => ({
      key,
      changeSeq,
      outbound: 'queued' as const,
      error: null,
      eventId: event?.id ?? null,
    })),
    ...failed.map(({ record: { key, changeSeq }, detail }) => ({
      key,
      changeSeq,
      outbound: 'failed' as const,
      error: detail,
      eventId: null,
    })),
  ]);
  return event?.id ?? null;
}
