import { asTenant, type Tx } from '../../store/database.ts';
import { findSyncConfig, lockSyncConfig, type StoredSyncConfig, sendsNow } from '../../store/sync-configs.ts';
import {
  type ClaimedSync,
  claimRun,
  findSentStates,
  lockRun,
  type RunPosition,
  saveRun,
} from '../../store/sync-outbox.ts';
import { type StoredSyncRecord, walkSyncRecords } from '../../store/sync-records.ts';
import type { SyncPorts } from './change-record.ts';
import { BATCH, MAX_UNSENT, type MappedBatch, mapBatch, sendBatch } from './send-batch.ts';

export type RunStep =
  /** No full sync has anything to do. */
  { status: 'idle' } | { status: 'moved' | 'waiting' | 'ended'; runId: string };

/**
 * Does one step of one full sync of ours: sends its next records, by their keys, and remembers how far it came with
 * the same commit. Any number of processes may call this at once, and any of them may be killed.
 */
export async function stepRun(ports: SyncPorts): Promise<RunStep> {
  const { db, expressions } = ports;
  const claimed = await claimRun(db);
  if (claimed === null) return { status: 'idle' };
  const runId = claimed.id;
  const found = await look(ports, claimed);
  if (typeof found === 'string') return { status: found, runId };
  const batch = await mapBatch(expressions, found.config, found.records);
  if (batch === 'unavailable') {
    await asTenant(db, claimed.organizationId, async (trx) => {
      const position = await lockRun(trx, runId);
      if (position !== null) await saveRun(trx, runId, { position, next: 'later' });
    });
    return { status: 'waiting', runId };
  }
  await commit(ports, claimed, { ...found, batch });
  ports.notify?.();
  return { status: 'moved', runId };
}

interface Found {
  config: StoredSyncConfig;
  /** The last key before these records. */
  lastKey: string | null;
  records: StoredSyncRecord[];
}

/** Counts what has arrived, and reads what is to be sent next. */
function look(
  { db }: SyncPorts,
  { id, organizationId }: ClaimedSync,
): Promise<Found | 'moved' | 'waiting' | 'ended'> {
  return asTenant(db, organizationId, async (trx) => {
    const locked = await lockRun(trx, id);
    if (locked === null) return 'moved';
    const position = await settle(trx, locked);
    const save = (next: 'now' | 'later' | 'end', isWalked = position.isWalked) =>
      saveRun(trx, id, { position: { ...position, isWalked }, next });
    if (position.isWalked && position.unsent.length === 0) {
      await save('end');
      return 'ended';
    }
    const { configId, lastKey } = position;
    const config = await findSyncConfig(trx, configId);
    if (position.isWalked || position.unsent.length >= MAX_UNSENT || config === null || !sendsNow(config)) {
      await save('later');
      return 'waiting';
    }
    const records = await walkSyncRecords(trx, { configId, after: lastKey }, BATCH);
    if (records.length === 0) {
      await save('now', true);
      return 'moved';
    }
    // The claim goes on: whoever is killed now is followed by another process.
    return { config, lastKey, records };
  });
}

/** What has become of the batches that were on their way. */
async function settle(trx: Tx, position: RunPosition): Promise<RunPosition> {
  const states = await findSentStates(
    trx,
    position.unsent.map(([eventId]) => eventId),
  );
  let { done, failed } = position;
  const unsent = position.unsent.filter(([eventId, records]) => {
    const state = states.get(eventId);
    if (state === 'succeeded') done += records;
    if (state === 'failed') failed += records;
    return state === 'unsent';
  });
  return { ...position, done, failed, unsent };
}

function commit(
  { db, now = Date.now }: SyncPorts,
  { id, organizationId }: ClaimedSync,
  { config, lastKey, records, batch }: Found & { batch: MappedBatch },
): Promise<void> {
  return asTenant(db, organizationId, async (trx) => {
    const locked = await lockSyncConfig(trx, config.id);
    const locking = locked === null ? null : await lockRun(trx, id);
    // Paused or cancelled meanwhile.
    if (locked === null || locking === null) return;
    const position = await settle(trx, locking);
    // Mapped by another mapping, for nobody, or done by another process, after a claim that ran out.
    if (locked.version !== config.version || !sendsNow(locked) || position.lastKey !== lastKey) {
      await saveRun(trx, id, { position, next: 'now' });
      return;
    }
    const event = await sendBatch(trx, locked, { ...batch, run: id, now: now() });
    const next: RunPosition = {
      ...position,
      lastKey: records[batch.taken - 1]?.key ?? lastKey,
      failed: position.failed + batch.failed.length,
      unsent: event === null ? position.unsent : [...position.unsent, [event, batch.outgoing.length]],
    };
    await saveRun(trx, id, { position: next, next: 'now' });
  });
}
