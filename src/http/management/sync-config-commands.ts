import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkExpression } from '../../domain/expression.ts';
import { newId } from '../../domain/ids.ts';
import { type Fault, Problem } from '../../domain/problem.ts';
import { existingConfig } from '../../n8n/sync/change-record.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { holdEndpoints } from '../../store/endpoint-locks.ts';
import {
  deleteSyncConfig,
  findSyncConfig,
  insertSyncConfig,
  lockSyncConfig,
  type StoredSyncConfig,
  type SyncSettings,
  updateSyncConfig,
} from '../../store/sync-configs.ts';
import { retryFailedRecords, retryUndelivered } from '../../store/sync-records.ts';
import type { SyncConfigChanges, SyncConfigInput } from '../schemas/sync.ts';
import { allowsChange } from './etag.ts';
import { refuseFaults } from './workflow-commands.ts';

/** Which config to change, and what it must be like. */
export interface SyncConfigTarget {
  organizationId: string;
  configId: string;
  /** The header If-Match. */
  ifMatch?: string | undefined;
}

/** @throws Problem invalid_configuration */
export async function createSyncConfig(
  db: Database,
  organizationId: string,
  input: SyncConfigInput,
): Promise<StoredSyncConfig> {
  const syntax = await mappingFaults(input.mapping);
  return asTenant(db, organizationId, async (trx) => {
    refuseFaults([...(await endpointFaults(trx, input.endpointId)), ...syntax]);
    const id = newId();
    await insertSyncConfig(trx, {
      id,
      organizationId,
      entity: input.entity,
      direction: input.direction,
      endpointId: input.endpointId,
      keyPath: input.keyPath ?? null,
      mapping: { outbound: input.mapping?.outbound ?? null, inbound: input.mapping?.inbound ?? null },
      conflictPolicy: input.conflictPolicy ?? 'last_write_wins',
      isActive: input.isActive ?? true,
    });
    return existingConfig(findSyncConfig(trx, id));
  });
}

/** @throws Problem data_sync_config_not_found, precondition_failed, invalid_configuration */
export async function changeSyncConfig(
  db: Database,
  target: SyncConfigTarget,
  changes: SyncConfigChanges,
): Promise<StoredSyncConfig> {
  const syntax = await mappingFaults(changes.mapping);
  const { organizationId, configId } = target;
  return asTenant(db, organizationId, async (trx) => {
    // The endpoint first: whoever deletes it takes it off its configs after it has locked it.
    const faults = changes.endpointId === undefined ? [] : await endpointFaults(trx, changes.endpointId);
    const before = await lockMatching(trx, target);
    refuseFaults([...faults, ...syntax]);
    const { mapping, ...others } = changes;
    const after: SyncSettings = { ...before, ...defined(others), mapping: { ...before.mapping, ...mapping } };
    await updateSyncConfig(trx, configId, after);
    if (after.mapping.outbound !== before.mapping.outbound) await retryFailedRecords(trx, configId);
    // What was on its way to an endpoint that was deleted, or that took nothing, is not lost.
    if (after.endpointId !== before.endpointId) await retryUndelivered(trx, configId);
    return existingConfig(findSyncConfig(trx, configId));
  });
}

/** With its records. @throws Problem data_sync_config_not_found, precondition_failed */
export function removeSyncConfig(db: Database, target: SyncConfigTarget): Promise<void> {
  return asTenant(db, target.organizationId, async (trx) => {
    await lockMatching(trx, target);
    await deleteSyncConfig(trx, target.configId);
  });
}

async function lockMatching(trx: Tx, { configId, ifMatch }: SyncConfigTarget): Promise<StoredSyncConfig> {
  const before = await existingConfig(lockSyncConfig(trx, configId));
  if (!allowsChange(ifMatch, before.version)) throw new Problem('precondition_failed');
  return before;
}

type Fields = Omit<SyncConfigChanges, 'mapping'>;

/** Those that are given. */
const defined = (fields: Fields): Partial<SyncSettings> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

async function endpointFaults(trx: Tx, endpointId: string): Promise<Fault[]> {
  const known = await holdEndpoints(trx, [endpointId]);
  if (known.has(endpointId.toLowerCase())) return [];
  return [{ pointer: '/body/endpointId', detail: 'is not the id of an endpoint' }];
}

/** Before a transaction, not in it: it takes long, and others would wait for the locks. */
async function mappingFaults(mapping: SyncConfigInput['mapping'] = {}): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [name, text] of Object.entries(mapping)) {
    if (typeof text !== 'string') continue;
    const detail = checkExpression(text);
    if (detail !== null) faults.push({ pointer: `/body/mapping/${name}`, detail });
    await nextTurn();
  }
  return faults;
}
