import { asTenant, type Tx } from '../../store/database.ts';
import { lockSyncConfig, type StoredSyncConfig, sendsNow } from '../../store/sync-configs.ts';
import { type ClaimedSync, claimPending, findUnsentEvents, planSending } from '../../store/sync-outbox.ts';
import { findPendingRecords, findSyncRecords, type StoredSyncRecord } from '../../store/sync-records.ts';
import type { SyncPorts } from './change-record.ts';
import { BATCH, MAX_UNSENT, type MappedBatch, mapBatch, sendBatch } from './send-batch.ts';

/** `idle`: nothing is due. */
export type PendingStep = 'idle' | 'moved' | 'waiting';

/**
 * Sends some of the records that wait in one config: because it was paused, had no endpoint, or their mapping could
 * not be evaluated. Any number of processes may call this at once; one that is killed in the middle has sent nothing.
 */
export async function sendPending(ports: SyncPorts): Promise<PendingStep> {
  const { db, expressions } = ports;
  const claimed = await claimPending(db);
  if (claimed === null) return 'idle';
  const found = await look(ports, claimed);
  if (typeof found === 'string') return found;
  const batch = await mapBatch(expressions, found.config, found.records);
  if (batch === 'unavailable') {
    await later(ports, claimed, found.unsent);
    return 'waiting';
  }
  await commit(ports, claimed, { ...found, batch });
  ports.notify?.();
  return 'moved';
}

interface Found {
  config: StoredSyncConfig;
  records: StoredSyncRecord[];
  /** Events sent so before that are on their way still. */
  unsent: string[];
}

function look({ db }: SyncPorts, { id, organizationId }: ClaimedSync): Promise<Found | PendingStep> {
  return asTenant(db, organizationId, async (trx) => {
    const config = await lockSyncConfig(trx, id);
    if (config === null) return 'moved';
    const unsent = await findUnsentEvents(trx, id);
    if (unsent.length >= MAX_UNSENT && sendsNow(config)) {
      await planSending(trx, id, { when: 'later', unsent });
      return 'waiting';
    }
    const records = sendsNow(config) ? await findPendingRecords(trx, id, BATCH) : [];
    if (records.length > 0) return { config, records, unsent };
    await planSending(trx, id, { when: 'never', unsent });
    return 'moved';
  });
}

const later = ({ db }: SyncPorts, { id, organizationId }: ClaimedSync, unsent: string[]): Promise<void> =>
  asTenant(db, organizationId, async (trx) => {
    if ((await lockSyncConfig(trx, id)) !== null) await planSending(trx, id, { when: 'later', unsent });
  });

function commit(
  { db, now = Date.now }: SyncPorts,
  { id, organizationId }: ClaimedSync,
  { config, batch, unsent }: Found & { batch: MappedBatch },
): Promise<void> {
  return asTenant(db, organizationId, async (trx) => {
    const locked = await lockSyncConfig(trx, id);
    if (locked === null) return;
    // Mapped by another mapping, or for nobody: the next look does it anew.
    if (locked.version !== config.version || !sendsNow(locked)) {
      await planSending(trx, id, { when: sendsNow(locked) ? 'now' : 'never', unsent });
      return;
    }
    const isStill = await stillWaiting(trx, id, batch);
    const event = await sendBatch(trx, locked, {
      outgoing: batch.outgoing.filter(({ record }) => isStill(record)),
      failed: batch.failed.filter(({ record }) => isStill(record)),
      run: null,
      now: now(),
    });
    await planSending(trx, id, { when: 'now', unsent: event === null ? unsent : [...unsent, event] });
  });
}

/** Some were changed, or sent by a full sync, while they were mapped. */
async function stillWaiting(
  trx: Tx,
  configId: string,
  { outgoing, failed }: MappedBatch,
): Promise<(record: StoredSyncRecord) => boolean> {
  const keys = [...outgoing, ...failed].map(({ record }) => record.key);
  const now = await findSyncRecords(trx, configId, keys);
  return ({ key, changeSeq }) => {
    const record = now.get(key);
    return record?.changeSeq === changeSeq && record.outbound === 'pending';
  };
}
