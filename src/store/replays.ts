import { sql } from 'kysely';
import { newId } from '../domain/ids.ts';
import type { ExecutionState, ReplayKind, ReplayState } from '../domain/states.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Tx } from './database.ts';
import { countDeadLetters, type DeadLetterFilter } from './dead-letters.ts';
import type { LogFilter } from './log-filter.ts';
import { countLogs } from './log-scan.ts';

/** A filter as it is stored: times are text. */
export type StoredFilter<F extends LogFilter | DeadLetterFilter = LogFilter> = Defined<
  Omit<F, 'from' | 'to'>
> & { from?: string; to?: string };

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

export interface StoredReplay {
  id: string;
  kind: ReplayKind;
  state: ReplayState;
  filter: StoredFilter | StoredFilter<DeadLetterFilter>;
  ratePerSecond: number;
  total: number;
  /** Counting stopped at its limit: there may be more than `total`. */
  totalBounded: boolean;
  replayed: number;
  skipped: number;
  requestedBy: string;
  createdAt: Date;
  finishedAt: Date | null;
}

interface ReplayRow {
  id: string;
  kind: ReplayKind;
  state: ReplayState;
  filter: Record<string, unknown>;
  rate_per_second: number;
  total: number;
  total_bounded: boolean;
  replayed: number;
  skipped: number;
  requested_by: string;
  created_at: Date;
  finished_at: Date | null;
}

const COLUMNS = [
  'id',
  'kind',
  'state',
  'filter',
  'rate_per_second',
  'total',
  'total_bounded',
  'replayed',
  'skipped',
  'requested_by',
  'created_at',
  'finished_at',
] as const;

const cursors = idCursor('replays');

export interface NewReplay<F = LogFilter> {
  organizationId: string;
  filter: F;
  ratePerSecond: number;
  requestedBy: string;
}

/** Stores a replay of everything that matches and was received until now. */
export async function insertReplay(trx: Tx, replay: NewReplay): Promise<StoredReplay> {
  const until = newId();
  const count = await countLogs(trx, replay.filter, until);
  return insert(trx, { ...replay, kind: 'webhook_logs', until, ...count });
}

/** Stores a redrive of every dead letter that matches now. */
export async function insertRedrive(trx: Tx, redrive: NewReplay<DeadLetterFilter>): Promise<StoredReplay> {
  const count = await countDeadLetters(trx, redrive.filter);
  return insert(trx, { ...redrive, kind: 'dead_letters', until: newId(), ...count });
}

interface Counted extends NewReplay<LogFilter | DeadLetterFilter> {
  kind: ReplayKind;
  /** The last log, or the last delivery. */
  until: string;
  matched: number;
  bounded: boolean;
}

async function insert(trx: Tx, { kind, until, matched, bounded, ...replay }: Counted): Promise<StoredReplay> {
  const row = await trx
    .insertInto('replays')
    .values({
      id: newId(),
      kind,
      organization_id: replay.organizationId,
      filter: JSON.stringify(replay.filter),
      rate_per_second: replay.ratePerSecond,
      total: matched,
      total_bounded: bounded,
      until_log_id: until,
      requested_by: replay.requestedBy,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return toReplay(row);
}

/** Of these kinds. */
export async function listReplays(
  trx: Tx,
  kinds: ReplayKind[],
  { limit, cursor }: PageRequest,
): Promise<Page<StoredReplay>> {
  let query = trx
    .selectFrom('replays')
    .select(COLUMNS)
    .where('kind', 'in', kinds)
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (cursor !== undefined) query = query.where('id', '<', cursors.decode(cursor)[0] as string);
  return toPage(await query.execute(), limit, { item: toReplay, cursor: (row) => cursors.encode(row.id) });
}

export async function findReplay(trx: Tx, id: string): Promise<StoredReplay | null> {
  const row = await trx.selectFrom('replays').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row ? toReplay(row) : null;
}

/** The column of an execution that says which replay of a kind it belongs to. */
export const replayColumn = (kind: ReplayKind) =>
  sql.ref(kind === 'dead_letters' ? 'redrive_id' : 'replay_id');

/** How many of the executions that a replay made, or ran again last, are in each state; states without any are missing. */
export async function countReplayed(
  trx: Tx,
  { id, kind }: Pick<StoredReplay, 'id' | 'kind'>,
): Promise<Partial<Record<ExecutionState, number>>> {
  const { rows } = await sql<{ state: ExecutionState; count: number }>`
    SELECT state, count(*)::int AS count FROM workflow_executions WHERE ${replayColumn(kind)} = ${id}
    GROUP BY state`.execute(trx);
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}

/** Makes no more executions; those that it made go on. */
export async function cancelReplay(trx: Tx, id: string): Promise<'cancelled' | 'ended' | 'not_found'> {
  const { rows } = await sql`
    UPDATE replays SET state = 'cancelled', finished_at = now() WHERE id = ${id} AND state = 'running' RETURNING 1`.execute(
    trx,
  );
  if (rows.length > 0) return 'cancelled';
  return (await findReplay(trx, id)) === null ? 'not_found' : 'ended';
}

const toReplay = (row: ReplayRow): StoredReplay => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  filter: row.filter as StoredReplay['filter'],
  ratePerSecond: row.rate_per_second,
  total: row.total,
  totalBounded: row.total_bounded,
  replayed: row.replayed,
  skipped: row.skipped,
  requestedBy: row.requested_by,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
});
