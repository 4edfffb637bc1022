import { sql } from 'kysely';
import type { Content, OutboundState, RecordData } from '../domain/sync.ts';
import { type Page, type PageRequest, seqCursor } from './cursor.ts';
import type { Tx } from './database.ts';

export interface StoredSyncRecord {
  key: string;
  /** null: it is deleted. */
  content: Content;
  version: number;
  clock: string;
  origin: 'local' | 'remote';
  localVersion: number;
  remoteClock: string | null;
  changeSeq: number;
  changedAt: Date;
  /** null: its last change is not to be sent. */
  outbound: OutboundState | null;
  outboundError: string | null;
  /** The event that the last change went out with. */
  eventId: string | null;
}

interface RecordRow {
  key: string;
  data: RecordData | null;
  version: number;
  clock: string;
  origin: 'local' | 'remote';
  local_version: number;
  remote_clock: string | null;
  change_seq: string;
  changed_at: Date;
  outbound: OutboundState | null;
  outbound_error: string | null;
  event_id: string | null;
}

const COLUMNS = sql`r.key, r.data, r.version, r.clock, r.origin, r.local_version, r.remote_clock, r.change_seq,
  r.changed_at, r.outbound, r.outbound_error, r.event_id`;

export async function findSyncRecord(
  trx: Tx,
  configId: string,
  key: string,
): Promise<StoredSyncRecord | null> {
  return (await findSyncRecords(trx, configId, [key])).get(key) ?? null;
}

/** By their keys. */
export async function findSyncRecords(
  trx: Tx,
  configId: string,
  keys: string[],
): Promise<Map<string, StoredSyncRecord>> {
  const { rows } = await sql<RecordRow>`
    SELECT ${COLUMNS} FROM sync_records r WHERE r.config_id = ${configId} AND r.key = ANY (${keys}::text[])`.execute(
    trx,
  );
  return new Map(rows.map((row) => [row.key, toRecord(row)]));
}

/** Writes records whose config is locked: new ones, and those that are there. */
export async function putSyncRecords(
  trx: Tx,
  { organizationId, configId }: { organizationId: string; configId: string },
  records: StoredSyncRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await sql`
    INSERT INTO sync_records (organization_id, config_id, key, data, is_deleted, version, clock, origin, local_version,
      remote_clock, change_seq, changed_at, outbound, outbound_error, event_id)
    SELECT ${organizationId}::uuid, ${configId}::uuid, r.key, r.data, r.data IS NULL, r.version, r.clock, r.origin,
      r.local_version, r.remote_clock, r.change_seq, r.changed_at, r.outbound, r.outbound_error, r.event_id
    FROM unnest(
      ${records.map((record) => record.key)}::text[],
      ${records.map(({ content }) => (content === null ? null : JSON.stringify(content)))}::json[],
      ${records.map((record) => record.version)}::int[], ${records.map((record) => record.clock)}::text[],
      ${records.map((record) => record.origin)}::text[], ${records.map((record) => record.localVersion)}::int[],
      ${records.map((record) => record.remoteClock)}::text[],
      ${records.map((record) => record.changeSeq)}::bigint[],
      ${records.map((record) => record.changedAt)}::timestamptz[],
      ${records.map((record) => record.outbound)}::text[],
      ${records.map((record) => record.outboundError)}::text[], ${records.map((record) => record.eventId)}::uuid[]
    ) AS r (key, data, version, clock, origin, local_version, remote_clock, change_seq, changed_at, outbound,
      outbound_error, event_id)
    ON CONFLICT (config_id, key) DO UPDATE SET data = EXCLUDED.data, is_deleted = EXCLUDED.is_deleted,
      version = EXCLUDED.version, clock = EXCLUDED.clock, origin = EXCLUDED.origin,
      local_version = EXCLUDED.local_version, remote_clock = EXCLUDED.remote_clock,
      change_seq = EXCLUDED.change_seq, changed_at = EXCLUDED.changed_at, outbound = EXCLUDED.outbound,
      outbound_error = EXCLUDED.outbound_error, event_id = EXCLUDED.event_id`.execute(trx);
}

export interface SyncRecordFilter {
  /** Those changed after this change_seq. */
  changedSince?: number | undefined;
  outbound?: OutboundState | undefined;
}

const cursors = seqCursor('sync_records');

/** In the order in which they were changed last: one that changes meanwhile comes (again) at the end. */
export async function listSyncRecords(
  trx: Tx,
  { configId, changedSince = 0, outbound }: SyncRecordFilter & { configId: string },
  { limit, cursor }: PageRequest,
): Promise<Page<StoredSyncRecord>> {
  const after = cursor === undefined ? changedSince : Number(cursors.decode(cursor)[0]);
  const state = outbound === undefined ? sql`true` : sql`r.outbound = ${outbound}`;
  const { records, found } = await batch(
    trx,
    sql`SELECT ${COLUMNS} FROM sync_records r
      WHERE r.config_id = ${configId} AND r.change_seq > ${after} AND ${state}
      ORDER BY r.change_seq LIMIT ${limit + 1}`,
    { order: sql`change_seq`, bytes: MAX_PAGE_BYTES },
  );
  const shown = records.slice(0, limit);
  const last = shown.at(-1);
  const more = found > shown.length && last !== undefined;
  return { data: shown, nextCursor: more ? cursors.encode(String(last.changeSeq)) : null };
}

/** Of the data on one page, which is shorter than asked for then: two hundred records can have as many mebibytes. */
const MAX_PAGE_BYTES = 8_388_608;

export interface BatchLimits {
  records: number;
  /** Of their data together. One record is in it however large it is. */
  bytes: number;
}

/** The next records after a key, in the order of their keys. */
export const walkSyncRecords = async (
  trx: Tx,
  { configId, after }: { configId: string; after: string | null },
  limits: BatchLimits,
): Promise<StoredSyncRecord[]> => {
  const next = after === null ? sql`true` : sql`r.key > ${after}`;
  const { records } = await batch(
    trx,
    sql`SELECT ${COLUMNS} FROM sync_records r WHERE r.config_id = ${configId} AND ${next}
      ORDER BY r.key LIMIT ${limits.records}`,
    { order: sql`key`, bytes: limits.bytes },
  );
  return records;
};

/** The records that wait longest to be sent. */
export const findPendingRecords = async (
  trx: Tx,
  configId: string,
  limits: BatchLimits,
): Promise<StoredSyncRecord[]> => {
  const { records } = await batch(
    trx,
    sql`SELECT ${COLUMNS} FROM sync_records r WHERE r.config_id = ${configId} AND r.outbound = 'pending'
      ORDER BY r.change_seq LIMIT ${limits.records}`,
    { order: sql`change_seq`, bytes: limits.bytes },
  );
  return records;
};

/** `found`: how many there were before some did not fit. */

async function batch(
  trx: Tx,
  rowsOf: ReturnType<typeof sql>,
  { order, bytes }: { order: ReturnType<typeof sql>; bytes: number },
): Promise<{ records: StoredSyncRecord[]; found: number }> {
  // What does not fit is cut off there: a hundred records can have a hundred mebibytes.
  const { rows } = await sql<RecordRow & { found: number }>`
    SELECT * FROM (
      SELECT b.*, (count(*) OVER ())::int AS found, sum(coalesce(octet_length(b.data::text), 0)) OVER (ORDER BY ${order}) AS so_far,
        row_number() OVER (ORDER BY ${order}) AS place
      FROM (${rowsOf}) AS b
    ) AS s WHERE s.so_far <= ${bytes} OR s.place = 1 ORDER BY s.place`.execute(trx);
  return { records: rows.map(toRecord), found: rows[0]?.found ?? 0 };
}

export interface SentRecord {
  key: string;
  /** Its change, unless there was another one meanwhile. */
  changeSeq: number;
  outbound: OutboundState;
  error: string | null;
  eventId: string | null;
}

/** Writes down what became of changes on their way out. */
export async function markSent(trx: Tx, configId: string, sent: SentRecord[]): Promise<void> {
  if (sent.length === 0) return;
  await sql`
    UPDATE sync_records AS r SET outbound = s.outbound, outbound_error = s.error, event_id = coalesce(s.event_id, r.event_id)
    FROM unnest(${sent.map(({ key }) => key)}::text[], ${sent.map(({ changeSeq }) => changeSeq)}::bigint[],
      ${sent.map(({ outbound }) => outbound)}::text[], ${sent.map(({ error }) => error)}::text[],
      ${sent.map(({ eventId }) => eventId)}::uuid[]) AS s (key, change_seq, outbound, error, event_id)
    WHERE r.config_id = ${configId} AND r.key = s.key AND r.change_seq = s.change_seq`.execute(trx);
}

/** Has the records whose mapping failed sent again: there is another mapping. */
export async function retryFailedRecords(trx: Tx, configId: string): Promise<void> {
  await sql`
    UPDATE sync_records SET outbound = 'pending', outbound_error = NULL
    WHERE config_id = ${configId} AND outbound = 'failed'`.execute(trx);
}

/**
 * Has the records sent again whose last change did not arrive and will not: their event failed, or its endpoint is
 * gone. They wait for another endpoint.
 */
export async function retryUndelivered(trx: Tx, configId: string): Promise<void> {
  await sql`
    UPDATE sync_records AS r SET outbound = 'pending' FROM webhook_events AS e
    WHERE r.config_id = ${configId} AND r.outbound = 'queued' AND e.id = r.event_id
      AND e.organization_id = r.organization_id AND (e.state IN ('failed', 'dead_lettered')
        OR e.state <> 'succeeded' AND NOT EXISTS (SELECT FROM webhook_endpoints p WHERE p.id = e.endpoint_id))`.execute(
    trx,
  );
}

export async function countSyncRecords(trx: Tx, configId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM sync_records WHERE config_id = ${configId}`.execute(trx);
  return rows[0]?.count ?? 0;
}

const toRecord = (row: RecordRow): StoredSyncRecord => ({
  key: row.key,
  content: row.data,
  version: row.version,
  clock: row.clock,
  origin: row.origin,
  localVersion: row.local_version,
  remoteClock: row.remote_clock,
  changeSeq: Number(row.change_seq),
  changedAt: row.changed_at,
  outbound: row.outbound,
  outboundError: row.outbound_error,
  eventId: row.event_id,
});
