import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { Content, RecordData, Resolution } from '../../domain/sync.ts';
import { asTenant, type Tx } from '../../store/database.ts';
import { insertOutboundEvents } from '../../store/events.ts';
import { findSyncConfig, lockSyncConfig, type StoredSyncConfig, sendSoon } from '../../store/sync-configs.ts';
import {
  findSyncConflict,
  markSyncConflictResolved,
  type StoredSyncConflict,
} from '../../store/sync-conflicts.ts';
import {
  countSyncRecords,
  findSyncRecord,
  markSent,
  type StoredSyncRecord,
} from '../../store/sync-records.ts';
import {
  findSyncRun,
  insertSyncRun,
  moveSyncRun,
  type RunCommand,
  type StoredSyncRun,
} from '../../store/sync-runs.ts';
import { changeLocally, existingConfig, type SyncPorts, type SyncTarget } from './change-record.ts';
import { requestEvent } from './events.ts';

export interface RecordTarget extends SyncTarget {
  key: string;
  /** Whether a record of this version may be changed; null: there is none. */
  allows: (version: number | null) => boolean;
}

/**
 * Makes a record what it is to be, whatever it was. `created`: there was none, or it was deleted.
 * @throws Problem data_sync_config_not_found, precondition_failed
 */
export async function putRecord(
  ports: SyncPorts,
  target: RecordTarget,
  content: RecordData,
): Promise<{ record: StoredSyncRecord; created: boolean }> {
  const { configId, key } = target;
  let created = false;
  const record = await changeLocally(ports, target, async (trx) => {
    const current = await findSyncRecord(trx, configId, key);
    refuseOther(target, current);
    created = current === null || current.content === null;
    return { key, content, current };
  });
  return { record, created };
}

/**
 * Leaves a tombstone, which goes out like any other change. One that is there stays as it is.
 * @throws Problem data_sync_config_not_found, sync_record_not_found, precondition_failed
 */
export async function deleteRecord(ports: SyncPorts, target: RecordTarget): Promise<StoredSyncRecord> {
  const { db } = ports;
  const { organizationId, configId, key } = target;
  const there = await asTenant(db, organizationId, (trx) => findRecord(trx, target));
  refuseOther(target, there);
  if (there.content === null) return there;
  return changeLocally(ports, target, async (trx) => {
    const current = await findSyncRecord(trx, configId, key);
    refuseOther(target, current);
    return { key, content: null, current };
  });
}

function refuseOther({ allows }: RecordTarget, current: StoredSyncRecord | null): void {
  if (!allows(current?.version ?? null)) throw new Problem('precondition_failed');
}

/** @throws Problem data_sync_config_not_found, sync_record_not_found */
async function findRecord(
  trx: Tx,
  { configId, key }: SyncTarget & { key: string },
): Promise<StoredSyncRecord> {
  const record = await findSyncRecord(trx, configId, key);
  if (record !== null) return record;
  await existingConfig(findSyncConfig(trx, configId));
  throw new Problem('sync_record_not_found');
}

/**
 * Has a record sent as it is now, once more or at last.
 * @throws Problem data_sync_config_not_found, sync_record_not_found, sync_direction
 */
export function sendRecordAgain(
  { db }: SyncPorts,
  target: SyncTarget & { key: string },
): Promise<StoredSyncRecord> {
  const { organizationId, configId } = target;
  return asTenant(db, organizationId, async (trx) => {
    const config = await existingConfig(lockSyncConfig(trx, configId));
    const record = await findRecord(trx, target);
    if (config.direction === 'inbound') throw new Problem('sync_direction');
    const { key, changeSeq } = record;
    await markSent(trx, configId, [{ key, changeSeq, outbound: 'pending', error: null, eventId: null }]);
    await sendSoon(trx, configId);
    return { ...record, outbound: 'pending', outboundError: null };
  });
}

export interface ConflictDecision extends SyncTarget {
  conflictId: string;
  choose: Resolution;
  /** Of `merged`: what the record is to be; null: deleted. */
  merged: Content;
  by: string;
}

/**
 * Decides a conflict: with a change of ours, which goes out and which both sides have in the end.
 * @throws Problem data_sync_config_not_found, sync_conflict_not_found, sync_conflict_resolved
 */
export async function resolveConflict(
  ports: SyncPorts,
  decision: ConflictDecision,
): Promise<{ conflict: StoredSyncConflict; record: StoredSyncRecord }> {
  const { configId, conflictId, choose, merged, by } = decision;
  const record = await changeLocally(ports, decision, async (trx) => {
    const conflict = await existingConflict(trx, configId, conflictId);
    if (conflict.state === 'resolved') throw new Problem('sync_conflict_resolved');
    const { key, remote, local } = conflict;
    const current = await findSyncRecord(trx, configId, key);
    const kept = current === null ? local.content : current.content;
    const content = { local: kept, remote: remote.content, merged }[choose];
    return {
      key,
      content,
      current,
      andThen: (inside, { version }) =>
        markSyncConflictResolved(inside, { id: conflictId, resolution: choose, version, by }),
    };
  });
  const conflict = await asTenant(ports.db, decision.organizationId, (trx) =>
    existingConflict(trx, configId, conflictId),
  );
  return { conflict, record };
}

async function existingConflict(trx: Tx, configId: string, id: string): Promise<StoredSyncConflict> {
  const conflict = await findSyncConflict(trx, configId, id);
  if (conflict === null) throw new Problem('sync_conflict_not_found');
  return conflict;
}

export interface NewRun extends SyncTarget {
  /** undefined: as the config has it; outbound for one that goes both ways. */
  direction: 'inbound' | 'outbound' | undefined;
  requestedBy: string;
}

/**
 * Begins a full sync: sends all that is here, or asks the other side for all that it has.
 * @throws Problem data_sync_config_not_found, sync_direction, sync_paused, sync_run_in_progress
 */
export function startRun({ db, now = Date.now }: SyncPorts, asked: NewRun): Promise<StoredSyncRun> {
  const { organizationId, configId, requestedBy } = asked;
  return asTenant(db, organizationId, async (trx) => {
    const config = await existingConfig(lockSyncConfig(trx, configId));
    const direction = asked.direction ?? (config.direction === 'inbound' ? 'inbound' : 'outbound');
    if (config.direction !== 'bidirectional' && config.direction !== direction)
      throw new Problem('sync_direction');
    refusePaused(config);
    const id = newId();
    const total = direction === 'outbound' ? await countSyncRecords(trx, configId) : null;
    const begun = await insertSyncRun(trx, { id, organizationId, configId, direction, total, requestedBy });
    if (begun === 'running') throw new Problem('sync_run_in_progress');
    if (direction === 'inbound') await insertOutboundEvents(trx, [requestEvent(config, id, now())]);
    return existingRun(trx, configId, id);
  });
}

function refusePaused({ isActive, endpointId }: StoredSyncConfig): void {
  if (!isActive) throw new Problem('sync_paused');
  if (endpointId === null) {
    const detail =
      'The endpoint of this sync was deleted. Give it another one with PATCH /api/data-sync-configs/:id.';
    throw new Problem('sync_paused', { detail: `${detail} Try again then.` });
  }
}

/** @throws Problem data_sync_config_not_found, sync_run_not_found, sync_run_state */
export function commandRun(
  { db }: SyncPorts,
  { organizationId, configId, runId, command }: SyncTarget & { runId: string; command: RunCommand },
): Promise<StoredSyncRun> {
  return asTenant(db, organizationId, async (trx) => {
    await existingConfig(lockSyncConfig(trx, configId));
    await existingRun(trx, configId, runId);
    if (!(await moveSyncRun(trx, runId, command))) throw new Problem('sync_run_state');
    return existingRun(trx, configId, runId);
  });
}

/** @throws Problem sync_run_not_found */
export async function existingRun(trx: Tx, configId: string, id: string): Promise<StoredSyncRun> {
  const run = await findSyncRun(trx, configId, id);
  if (run === null) throw new Problem('sync_run_not_found');
  return run;
}
