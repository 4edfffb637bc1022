import { sql } from 'kysely';
import type { Content, RecordData, Resolution } from '../domain/sync.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Tx } from './database.ts';

export interface NewSyncConflict {
  id: string;
  key: string;
  /** The record as it was here. */
  local: { content: Content; version: number; clock: string };
  /** The change that did not know of it. */
  remote: { content: Content; clock: string; baseVersion: number | null };
}

export interface StoredSyncConflict extends NewSyncConflict {
  state: 'open' | 'resolved';
  resolution: Resolution | null;
  /** Of the record, when it was resolved. */
  resolvedVersion: number | null;
  resolvedBy: string | null;
  createdAt: Date;
  resolvedAt: Date | null;
}

interface ConflictRow {
  id: string;
  key: string;
  state: 'open' | 'resolved';
  local_data: RecordData | null;
  local_version: number;
  local_clock: string;
  remote_data: RecordData | null;
  remote_clock: string;
  base_version: number | null;
  resolution: Resolution | null;
  resolved_version: number | null;
  resolved_by: string | null;
  created_at: Date;
  resolved_at: Date | null;
}

const COLUMNS = sql`k.id, k.key, k.state, k.local_data, k.local_version, k.local_clock, k.remote_data, k.remote_clock,
  k.base_version, k.resolution, k.resolved_version, k.resolved_by, k.created_at, k.resolved_at`;

/** Keeps both sides of conflicts. The config is locked. */
export async function insertSyncConflicts(
  trx: Tx,
  { organizationId, configId }: { organizationId: string; configId: string },
  conflicts: NewSyncConflict[],
): Promise<void> {
  for (const { id, key, local, remote } of conflicts) {
    await sql`
      INSERT INTO sync_conflicts (id, organization_id, config_id, key, local_data, local_version, local_clock,
        remote_data, remote_clock, base_version)
      VALUES (${id}, ${organizationId}, ${configId}, ${key}, ${jsonOf(local.content)}::json, ${local.version},
        ${local.clock}, ${jsonOf(remote.content)}::json, ${remote.clock}, ${remote.baseVersion})`.execute(
      trx,
    );
  }
}

const jsonOf = (content: Content): string | null => (content === null ? null : JSON.stringify(content));

/** What is, or was, in conflict about a record. */
export interface KeptDispute {
  isOpen: boolean;
  /** What the other side wants, or wanted, by the clock of its change. undefined: it was not asked for. */
  kept: Map<string, { content?: Content; isOpen: boolean }>;
}

export interface DisputesAsked {
  keys: string[];
  /** The contents that are needed: of a record's conflicts of one time, or (null) of those that are open. */
  compared: { key: string; time: string | null }[];
}

/**
 * Of these records, by key; none of those that never had a conflict. A record in conflict for long can have thousands,
 * each with its content, and most changes are compared with none of them.
 */
export async function findDisputes(
  trx: Tx,
  configId: string,
  { keys, compared }: DisputesAsked,
): Promise<Map<string, KeptDispute>> {
  const { rows } = await sql<{
    key: string;
    isOpen: boolean;
    clock: string;
    content: RecordData | null;
    isCompared: boolean;
  }>`
    SELECT k.key, k."isOpen", k.clock, k."isCompared", CASE WHEN k."isCompared" THEN k.remote_data END AS content
    FROM (
      SELECT key, remote_data, state = 'open' AS "isOpen", remote_clock AS clock, EXISTS (
        SELECT FROM unnest(${compared.map(({ key }) => key)}::text[], ${compared.map(({ time }) => time)}::text[])
          AS c (key, time)
        WHERE c.key = k.key AND CASE WHEN c.time IS NULL THEN state = 'open' ELSE starts_with(remote_clock, c.time) END
      ) AS "isCompared"
      FROM sync_conflicts AS k WHERE config_id = ${configId} AND key = ANY (${keys}::text[])
    ) AS k`.execute(trx);
  const found = new Map<string, KeptDispute>();
  for (const { key, isOpen, clock, content, isCompared } of rows) {
    const dispute = found.get(key) ?? { isOpen: false, kept: new Map() };
    dispute.isOpen ||= isOpen;
    dispute.kept.set(clock, isCompared ? { content, isOpen } : { isOpen });
    found.set(key, dispute);
  }
  return found;
}

export async function findSyncConflict(
  trx: Tx,
  configId: string,
  id: string,
): Promise<StoredSyncConflict | null> {
  const { rows } = await sql<ConflictRow>`
    SELECT ${COLUMNS} FROM sync_conflicts k WHERE k.config_id = ${configId} AND k.id = ${id}`.execute(trx);
  return rows[0] === undefined ? null : toConflict(rows[0]);
}

export interface SyncConflictFilter {
  state?: 'open' | 'resolved' | undefined;
  key?: string | undefined;
}

const cursors = idCursor('sync_conflicts');

/** Newest first. */
export async function listSyncConflicts(
  trx: Tx,
  { configId, state, key }: SyncConflictFilter & { configId: string },
  { limit, cursor }: PageRequest,
): Promise<Page<StoredSyncConflict>> {
  const before = cursor === undefined ? sql`true` : sql`k.id < ${cursors.decode(cursor)[0]}::uuid`;
  const inState = state === undefined ? sql`true` : sql`k.state = ${state}`;
  const ofKey = key === undefined ? sql`true` : sql`k.key = ${key}`;
  const { rows } = await sql<ConflictRow>`
    SELECT ${COLUMNS} FROM sync_conflicts k
    WHERE k.config_id = ${configId} AND ${before} AND ${inState} AND ${ofKey}
    ORDER BY k.id DESC LIMIT ${limit + 1}`.execute(trx);
  return toPage(rows, limit, { item: toConflict, cursor: (row) => cursors.encode(row.id) });
}

export interface SyncDecision {
  id: string;
  resolution: Resolution;
  version: number;
  by: string;
}

export async function markSyncConflictResolved(trx: Tx, decision: SyncDecision): Promise<void> {
  await sql`
    UPDATE sync_conflicts SET state = 'resolved', resolution = ${decision.resolution},
      resolved_version = ${decision.version}, resolved_by = ${decision.by}, resolved_at = now()
    WHERE id = ${decision.id}`.execute(trx);
}

const toConflict = (row: ConflictRow): StoredSyncConflict => ({
  id: row.id,
  key: row.key,
  state: row.state,
  local: { content: row.local_data, version: row.local_version, clock: row.local_clock },
  remote: { content: row.remote_data, clock: row.remote_clock, baseVersion: row.base_version },
  resolution: row.resolution,
  resolvedVersion: row.resolved_version,
  resolvedBy: row.resolved_by,
  createdAt: row.created_at,
  resolvedAt: row.resolved_at,
});
