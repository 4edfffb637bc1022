import { sql } from 'kysely';
import type { AlertDetails } from '../domain/alert-details.ts';
import type { AlertEndReason, AlertKind } from '../domain/alerts.ts';
import { newId } from '../domain/ids.ts';
import type { Unusual } from './alert-rules.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Database, Tx } from './database.ts';

/** A time in which something about a workflow was unusual. */
export interface Episode {
  id: string;
  organizationId: string;
  workflowId: string;
  kind: AlertKind;
  startedAt: Date;
  /** When it was unusual the last time that anybody looked. */
  lastSeenAt: Date;
  endedAt: Date | null;
  endReason: AlertEndReason | null;
  details: AlertDetails;
}

/** One that has not ended, and what its workflow is like now. */
export interface OpenEpisode extends Episode {
  workflow: { isDeleted: boolean; isActive: boolean; webhookEnabled: boolean };
}

interface Row {
  id: string;
  organization_id: string;
  workflow_id: string;
  kind: string;
  started_at: Date;
  last_seen_at: Date;
  ended_at: Date | null;
  end_reason: string | null;
  details: object;
}

const toEpisode = (row: Row): Episode => ({
  id: row.id,
  organizationId: row.organization_id,
  workflowId: row.workflow_id,
  kind: row.kind as AlertKind,
  startedAt: row.started_at,
  lastSeenAt: row.last_seen_at,
  endedAt: row.ended_at,
  endReason: row.end_reason as AlertEndReason | null,
  details: row.details as AlertDetails,
});

/** Locked, so that nobody else ends them meanwhile. */
export async function lockOpenEpisodes(trx: Tx): Promise<OpenEpisode[]> {
  const { rows } = await sql<Row & { is_deleted: boolean; is_active: boolean; webhook_enabled: boolean }>`
    SELECT a.*, w.deleted_at IS NOT NULL AS is_deleted, w.is_active, w.webhook_enabled
    FROM alert_episodes a JOIN workflows w ON w.id = a.workflow_id
    WHERE a.ended_at IS NULL ORDER BY a.id FOR UPDATE OF a`.execute(trx);
  return rows.map((row) => ({
    ...toEpisode(row),
    workflow: { isDeleted: row.is_deleted, isActive: row.is_active, webhookEnabled: row.webhook_enabled },
  }));
}

/** Returns those that began: where one of the same kind was open already, none did. */
export async function beginEpisodes(trx: Tx, unusual: Unusual[], now: Date): Promise<Episode[]> {
  if (unusual.length === 0) return [];
  const { rows } = await sql<Row>`
    INSERT INTO alert_episodes (id, organization_id, workflow_id, kind, started_at, last_seen_at, details)
    SELECT u.id, u.organization_id, u.workflow_id, u.kind, ${now}, ${now}, u.details FROM unnest(
      ${unusual.map(() => newId())}::uuid[], ${unusual.map(({ organizationId }) => organizationId)}::uuid[],
      ${unusual.map(({ workflowId }) => workflowId)}::uuid[], ${unusual.map(({ details }) => details.kind)}::text[],
      ${unusual.map(({ details }) => JSON.stringify(details))}::jsonb[]
    ) AS u (id, organization_id, workflow_id, kind, details)
    ON CONFLICT (workflow_id, kind) WHERE ended_at IS NULL DO NOTHING RETURNING *`.execute(trx);
  return rows.map(toEpisode);
}

/** Writes down what there is to see of them now. */
export async function seeEpisodes(
  trx: Tx,
  seen: { id: string; details: AlertDetails }[],
  now: Date,
): Promise<void> {
  if (seen.length === 0) return;
  await sql`
    UPDATE alert_episodes a SET last_seen_at = ${now}, details = s.details FROM unnest(
      ${seen.map(({ id }) => id)}::uuid[], ${seen.map(({ details }) => JSON.stringify(details))}::jsonb[]
    ) AS s (id, details) WHERE a.id = s.id AND a.ended_at IS NULL`.execute(trx);
}

/** Returns those that ended by this. */
export async function endEpisodes(
  trx: Tx,
  ending: { id: string; reason: AlertEndReason }[],
  now: Date,
): Promise<Episode[]> {
  if (ending.length === 0) return [];
  const { rows } = await sql<Row>`
    UPDATE alert_episodes a SET ended_at = ${now}, end_reason = e.reason FROM unnest(
      ${ending.map(({ id }) => id)}::uuid[], ${ending.map(({ reason }) => reason)}::text[]
    ) AS e (id, reason) WHERE a.id = e.id AND a.ended_at IS NULL RETURNING a.*`.execute(trx);
  return rows.map(toEpisode);
}

export interface EpisodeFilter {
  workflowId?: string | undefined;
  kind?: AlertKind | undefined;
  status?: 'open' | 'ended' | undefined;
}

/** Also of a workflow that was deleted since. */
export type ListedEpisode = Episode & { workflowName: string };

const cursors = idCursor('alerts');

export async function listEpisodes(
  trx: Tx,
  filter: EpisodeFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<ListedEpisode>> {
  const rows = await episodesQuery(trx, filter, cursor)
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit, {
    item: (row) => ({ ...toEpisode(row), workflowName: row.workflow_name }),
    cursor: (row) => cursors.encode(row.id),
  });
}

/** The statement behind the list, newest first, without its limit. */
export function episodesQuery(trx: Tx, filter: EpisodeFilter, cursor?: string | undefined) {
  const { workflowId, kind, status } = filter;
  let query = trx
    .selectFrom('alert_episodes as a')
    .innerJoin('workflows as w', 'w.id', 'a.workflow_id')
    .selectAll('a')
    .select('w.name as workflow_name')
    .orderBy('a.id', 'desc');
  if (cursor !== undefined) query = query.where('a.id', '<', cursors.decode(cursor)[0] as string);
  if (workflowId !== undefined) query = query.where('a.workflow_id', '=', workflowId);
  if (kind !== undefined) query = query.where('a.kind', '=', kind);
  if (status !== undefined) {
    query = query.where('a.ended_at', status === 'open' ? 'is' : 'is not', null);
  }
  return query;
}

export async function countOpenEpisodes(db: Database): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    SELECT count(*) FROM alert_episodes WHERE ended_at IS NULL`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
