import { sql } from 'kysely';
import { adviceOn } from '../domain/alert-details.ts';
import { alertEvent } from '../domain/alerts.ts';
import { eventBody } from '../domain/event-body.ts';
import { ALERT_EVENT, MAX_ALERTED } from '../domain/fallback.ts';
import { newId } from '../domain/ids.ts';
import type { Episode } from './alert-episodes.ts';
import { insertNotices } from './alert-notices.ts';
import type { Tx } from './database.ts';
import { insertOutboundEvents } from './events.ts';

/** An episode that began or ended, and the endpoints that are told of it. */
export interface AlertChange {
  status: 'firing' | 'resolved';
  episode: Episode;
  endpointIds: string[];
}

export interface TellOptions {
  now: Date;
  /** Whether there is an address that hears of the alerts of all organizations. */
  toOperator: boolean;
}

/** Puts into the outbox that these episodes began, or ended, in the transaction in which they did. */
export async function tellOfEpisodes(
  trx: Tx,
  episodes: Episode[],
  { now, toOperator }: TellOptions,
): Promise<AlertChange[]> {
  if (episodes.length === 0) return [];
  const [receivers, names] = [await findReceivers(trx, episodes), await readNames(trx, episodes)];
  const changes = episodes.map((episode): AlertChange => {
    const status = episode.endedAt === null ? 'firing' : 'resolved';
    return { status, episode, endpointIds: receivers.get(keyOf(episode)) ?? [] };
  });
  const bodyOf = (id: string, { episode, status }: AlertChange) => {
    const data = { status, ...dataOf(episode, names.get(episode.workflowId)) };
    return eventBody({ id, event: alertEvent(episode.kind), at: now, data });
  };
  const events = changes.flatMap((change) =>
    change.endpointIds.map((endpointId) => {
      const { organizationId, workflowId, kind } = change.episode;
      const id = newId();
      const body = bodyOf(id, change);
      return { id, organizationId, endpointId, event: alertEvent(kind), body, workflowId };
    }),
  );
  await insertOutboundEvents(trx, events);
  if (toOperator) {
    const notices = changes.map((change) => {
      const id = newId();
      const { id: episodeId, kind } = change.episode;
      return { id, episodeId, event: alertEvent(kind), body: bodyOf(id, change) };
    });
    await insertNotices(trx, notices);
  }
  return changes;
}

interface Names {
  workflow: { id: string; name: string };
  organization: { id: string; name: string };
}

/** Nothing in it is anybody's secret, nor what a request said apart from where it came from. */
function dataOf(episode: Episode, names: Names | undefined) {
  const { kind, workflowId, details, startedAt, endedAt, endReason } = episode;
  return {
    kind,
    episodeId: episode.id,
    ...names,
    since: startedAt.toISOString(),
    lastSeenAt: episode.lastSeenAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    endReason,
    counted: details.counted,
    threshold: details.threshold,
    windowSeconds: details.windowSeconds,
    advice: adviceOn(kind, workflowId),
  };
}

const keyOf = ({ organizationId, kind }: Episode) => `${organizationId} ${kind}`;

/** Of each organization the oldest endpoints that are meant for this event, or for all alerts. By `keyOf`. */
async function findReceivers(trx: Tx, episodes: Episode[]): Promise<Map<string, string[]>> {
  const wanted = [...new Map(episodes.map((episode) => [keyOf(episode), episode])).entries()];
  const { rows } = await sql<{ key: string; ids: string[] }>`
    SELECT a.key, array_agg(e.id ORDER BY e.id) AS ids FROM unnest(
      ${wanted.map(([key]) => key)}::text[], ${wanted.map(([, { organizationId }]) => organizationId)}::uuid[],
      ${wanted.map(([, { kind }]) => alertEvent(kind))}::text[]
    ) AS a (key, organization_id, event) CROSS JOIN LATERAL (
      SELECT id FROM webhook_endpoints
      WHERE organization_id = a.organization_id AND is_active AND events && ARRAY[a.event, ${ALERT_EVENT}]
      ORDER BY id LIMIT ${MAX_ALERTED}
    ) AS e GROUP BY a.key`.execute(trx);
  return new Map(rows.map(({ key, ids }) => [key, ids]));
}

async function readNames(trx: Tx, episodes: Episode[]): Promise<Map<string, Names>> {
  const { rows } = await sql<{ id: string; name: string; organization_id: string; organization: string }>`
    SELECT w.id, w.name, o.id AS organization_id, o.name AS organization
    FROM workflows w JOIN organizations o ON o.id = w.organization_id
    WHERE w.id = ANY (${episodes.map(({ workflowId }) => workflowId)}::uuid[])`.execute(trx);
  return new Map(
    rows.map(({ id, name, organization_id, organization }) => [
      id,
      { workflow: { id, name }, organization: { id: organization_id, name: organization } },
    ]),
  );
}
