import type { Fault } from '../../domain/problem.ts';
import type { Content } from '../../domain/sync.ts';
import { keyFault, readKey } from '../../domain/sync-key.ts';
import { asTenant, type Tx } from '../../store/database.ts';
import { findSyncConfig, lockSyncConfig, type StoredSyncConfig } from '../../store/sync-configs.ts';
import { countReceived, findSyncRun } from '../../store/sync-runs.ts';
import type { ApplyEvent, EventHandler, EventHandlers, HandlerResult, N8nEvent } from '../inbound/event.ts';
import type { SyncPorts } from './change-record.ts';
import { SYNC_RECORD, SYNC_RECORDS } from './events.ts';
import { mapInbound } from './mapping.ts';
import { type KeyedChange, mergeChanges } from './merge.ts';
import { type RemoteChange, type RemoteChanges, readChanges } from './read-changes.ts';

/** What is done with records that n8n sends. */
export function createSyncHandlers(ports: SyncPorts): EventHandlers {
  return {
    [SYNC_RECORD]: handler(ports, false),
    [SYNC_RECORDS]: handler(ports, true),
  };
}

const saying =
  (result: HandlerResult): ApplyEvent =>
  async () =>
    result;

/**
 * Records are mapped before the transaction. A config that is given another mapping in between does not see it
 * applied: as if the event had come a moment earlier.
 */
const handler =
  (ports: SyncPorts, isBatch: boolean): EventHandler =>
  async (event) => {
    const { db, now = Date.now } = ports;
    const read = readChanges(event.data, isBatch, now());
    if (read.status === 'faulty') return saying({ problem: 'validation_failed', errors: read.errors });
    const { changes } = read;
    const config = await asTenant(db, event.organizationId, (trx) => findSyncConfig(trx, changes.configId));
    if (config === null || !reaches(event, config)) return saying({ problem: 'data_sync_config_not_found' });
    const mapped = await mapAll(ports, config, changes.changes);
    if ('problem' in mapped) return saying(mapped);
    return (trx) => apply(trx, event, { ...changes, keyed: mapped.keyed, now: now() });
  };

/** What an endpoint's own secret has signed reaches the syncs with that endpoint only. */
const reaches = ({ endpointId }: N8nEvent, config: StoredSyncConfig): boolean =>
  endpointId === null || endpointId === config.endpointId;

/** All of them or none: what cannot be mapped would otherwise be missing here, and nobody would notice. */
async function mapAll(
  { expressions }: SyncPorts,
  config: StoredSyncConfig,
  changes: RemoteChange[],
): Promise<{ keyed: KeyedChange[] } | Extract<HandlerResult, { problem: unknown }>> {
  const unmapped: Fault[] = [];
  const unkeyed: Fault[] = [];
  const keyed: KeyedChange[] = [];
  for (const change of changes) {
    const mapped = await mapInbound(expressions, config, change.content);
    if (mapped.status === 'failed') {
      if (!mapped.isLasting) return { problem: 'overloaded', detail: `${mapped.detail} Try again.` };
      unmapped.push({ pointer: `${change.at}/data`, detail: mapped.detail });
      continue;
    }
    const { key, fault } = keyOf(change, mapped.data, config.keyPath);
    if (fault !== null) unkeyed.push({ pointer: `${change.at}/key`, detail: fault });
    const { clock, changedAt, baseVersion } = change;
    keyed.push({ key, content: mapped.data, clock, changedAt, baseVersion });
  }
  if (unkeyed.length > 0) return { problem: 'validation_failed', errors: unkeyed.slice(0, MAX_FAULTS) };
  if (unmapped.length > 0) return { problem: 'sync_mapping_failed', errors: unmapped.slice(0, MAX_FAULTS) };
  return { keyed };
}

const MAX_FAULTS = 100;

function keyOf(
  change: RemoteChange,
  content: Content,
  keyPath: string | null,
): { key: string; fault: string | null } {
  const key = change.key ?? (keyPath === null ? null : readKey(content, keyPath));
  if (key !== null) return { key, fault: keyFault(key) };
  const detail = keyPath === null ? 'is required' : `is required, because the record has none at ${keyPath}`;
  return { key: '', fault: detail };
}

type Prepared = RemoteChanges & { keyed: KeyedChange[]; now: number };

async function apply(trx: Tx, event: N8nEvent, prepared: Prepared): Promise<HandlerResult> {
  const config = await lockSyncConfig(trx, prepared.configId);
  if (config === null || !reaches(event, config)) return { problem: 'data_sync_config_not_found' };
  if (config.direction === 'outbound') return { problem: 'sync_direction' };
  if (!config.isActive) return { problem: 'sync_paused' };
  const { runId, total, isLast, keyed, now } = prepared;
  if (runId !== null) {
    const run = await findSyncRun(trx, config.id, runId);
    if (run === null) return { problem: 'sync_run_not_found' };
    if (run.direction !== 'inbound') return { problem: 'sync_direction' };
    if (run.state === 'paused') {
      return { problem: 'sync_paused', detail: 'This full sync is paused. Send it again when it goes on.' };
    }
    await countReceived(trx, { runId, records: keyed.length, total, isLast });
  }
  return { outcome: await mergeChanges(trx, config, { changes: keyed, now }) };
}
