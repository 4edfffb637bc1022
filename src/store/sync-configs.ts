import { sql } from 'kysely';
import type { ConflictPolicy, SyncDirection } from '../domain/sync.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Tx } from './database.ts';

/** What is configured. */
export interface SyncSettings {
  entity: string;
  direction: SyncDirection;
  /** null: it was deleted, and what is to be sent waits for another one. */
  endpointId: string | null;
  /** Where the key is in a record; null: nowhere. */
  keyPath: string | null;
  mapping: { outbound: string | null; inbound: string | null };
  conflictPolicy: ConflictPolicy;
  isActive: boolean;
}

export interface StoredSyncConfig extends SyncSettings {
  id: string;
  organizationId: string;
  /** Counts changes of the settings. */
  version: number;
  /** Of the last change of a record. */
  changeSeq: number;
  /** The greatest that was given or seen; null: none was. */
  clock: string | null;
  createdAt: Date;
  updatedAt: Date;
}

interface ConfigRow {
  id: string;
  organization_id: string;
  entity: string;
  direction: SyncDirection;
  endpoint_id: string | null;
  key_path: string | null;
  mapping_outbound: string | null;
  mapping_inbound: string | null;
  conflict_policy: ConflictPolicy;
  is_active: boolean;
  change_seq: string;
  clock: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = sql`c.id, c.organization_id, c.entity, c.direction, c.endpoint_id, c.key_path, c.mapping_outbound,
  c.mapping_inbound, c.conflict_policy, c.is_active, c.change_seq, c.clock, c.version, c.created_at, c.updated_at`;

/** Whether what changes here is to be sent at the moment. */
export const sendsNow = ({
  direction,
  isActive,
  endpointId,
}: Pick<SyncSettings, 'direction' | 'isActive' | 'endpointId'>): boolean =>
  direction !== 'inbound' && isActive && endpointId !== null;

export async function insertSyncConfig(
  trx: Tx,
  { id, organizationId, ...settings }: SyncSettings & { id: string; organizationId: string },
): Promise<void> {
  const { entity, direction, endpointId, keyPath, mapping, conflictPolicy, isActive } = settings;
  await sql`
    INSERT INTO data_sync_configs (id, organization_id, entity, direction, endpoint_id, key_path, mapping_outbound,
      mapping_inbound, conflict_policy, is_active)
    VALUES (${id}, ${organizationId}, ${entity}, ${direction}, ${endpointId}, ${keyPath}, ${mapping.outbound},
      ${mapping.inbound}, ${conflictPolicy}, ${isActive})`.execute(trx);
}

/** Replaces the settings of a config that is locked. What waits to be sent is looked at again. */
export async function updateSyncConfig(trx: Tx, id: string, settings: SyncSettings): Promise<void> {
  const { entity, direction, endpointId, keyPath, mapping, conflictPolicy, isActive } = settings;
  await sql`
    UPDATE data_sync_configs SET entity = ${entity}, direction = ${direction}, endpoint_id = ${endpointId},
      key_path = ${keyPath}, mapping_outbound = ${mapping.outbound}, mapping_inbound = ${mapping.inbound},
      conflict_policy = ${conflictPolicy}, is_active = ${isActive}, version = version + 1, updated_at = now(),
      send_at = CASE WHEN ${sendsNow(settings)} THEN now() END
    WHERE id = ${id}`.execute(trx);
}

/** With its records, conflicts and runs. */
export async function deleteSyncConfig(trx: Tx, id: string): Promise<void> {
  await sql`DELETE FROM data_sync_configs WHERE id = ${id}`.execute(trx);
}

export async function findSyncConfig(trx: Tx, id: string): Promise<StoredSyncConfig | null> {
  const { rows } =
    await sql<ConfigRow>`SELECT ${COLUMNS} FROM data_sync_configs c WHERE c.id = ${id}`.execute(trx);
  return rows[0] === undefined ? null : toConfig(rows[0]);
}

/**
 * Locks a config until the transaction ends: whoever changes one of its records does, so that changes of one config
 * follow each other, and their change_seq is in the order in which they become visible.
 */
export async function lockSyncConfig(trx: Tx, id: string): Promise<StoredSyncConfig | null> {
  const { rows } = await sql<ConfigRow>`
    SELECT ${COLUMNS} FROM data_sync_configs c WHERE c.id = ${id} FOR NO KEY UPDATE`.execute(trx);
  return rows[0] === undefined ? null : toConfig(rows[0]);
}

export interface SyncConfigFilter {
  entity?: string | undefined;
  endpointId?: string | undefined;
  isActive?: boolean | undefined;
}

const cursors = idCursor('data_sync_configs');

/** Newest first. */
export async function listSyncConfigs(
  trx: Tx,
  { entity, endpointId, isActive }: SyncConfigFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredSyncConfig>> {
  const before = cursor === undefined ? sql`true` : sql`c.id < ${cursors.decode(cursor)[0]}::uuid`;
  const ofEntity = entity === undefined ? sql`true` : sql`c.entity = ${entity}`;
  const toEndpoint = endpointId === undefined ? sql`true` : sql`c.endpoint_id = ${endpointId}::uuid`;
  const active = isActive === undefined ? sql`true` : sql`c.is_active = ${isActive}`;
  const { rows } = await sql<ConfigRow>`
    SELECT ${COLUMNS} FROM data_sync_configs c WHERE ${before} AND ${ofEntity} AND ${toEndpoint} AND ${active}
    ORDER BY c.id DESC LIMIT ${limit + 1}`.execute(trx);
  return toPage(rows, limit, { item: toConfig, cursor: (row) => cursors.encode(row.id) });
}

/** Writes down how far the changes of a config that is locked have come. */
export async function advanceSyncConfig(
  trx: Tx,
  { id, changeSeq, clock }: Pick<StoredSyncConfig, 'id' | 'changeSeq' | 'clock'>,
): Promise<void> {
  await sql`UPDATE data_sync_configs SET change_seq = ${changeSeq}, clock = ${clock} WHERE id = ${id}`.execute(
    trx,
  );
}

/** Has records that wait looked at. */
export async function sendSoon(trx: Tx, id: string): Promise<void> {
  await sql`UPDATE data_sync_configs SET send_at = coalesce(send_at, now()) WHERE id = ${id}`.execute(trx);
}

const toConfig = (row: ConfigRow): StoredSyncConfig => ({
  id: row.id,
  organizationId: row.organization_id,
  entity: row.entity,
  direction: row.direction,
  endpointId: row.endpoint_id,
  keyPath: row.key_path,
  mapping: { outbound: row.mapping_outbound, inbound: row.mapping_inbound },
  conflictPolicy: row.conflict_policy,
  isActive: row.is_active,
  version: row.version,
  changeSeq: Number(row.change_seq),
  clock: row.clock,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
