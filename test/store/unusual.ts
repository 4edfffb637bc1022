import { sql } from 'kysely';
import { type AlertRules, DEFAULT_ALERT_RULES } from '../../src/domain/alerts.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { type AlertRound, evaluateAlerts } from '../../src/store/alerts.ts';
import type { Database } from '../../src/store/database.ts';
import { addRefusalCounts } from '../../src/store/refusals.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertEndpoint } from '../helpers/outbox.ts';
import { insertWorkflow } from '../helpers/rows.ts';
import type { Test } from '../helpers/tap.ts';

const ORGANIZATION = DEFAULT_ORGANIZATION_ID;

/** So many seconds before now. */
export const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);

/** An id as it was made at that time. */
const idAt = (at: Date) =>
  sql`(left(uuidv7_floor(${at}::timestamptz)::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid`;

/** Refusals of a workflow that are in the log. */
export async function refuse(
  db: Database,
  workflowId: string,
  { count = 1, at = new Date(), reason = 'signature_mismatch', sourceIp = '192.0.2.1' } = {},
): Promise<void> {
  await sql`
    INSERT INTO webhook_logs (id, organization_id, workflow_id, received_at, request_id, method, query, headers,
      body_bytes, source_ip, status_code, error_code)
    SELECT ${idAt(at)}, w.organization_id, w.id, ${at}, 'r', 'POST', '', '[]', 0, ${sourceIp}, 401, ${reason}
    FROM workflows w CROSS JOIN generate_series(1, ${count}::int) WHERE w.id = ${workflowId}`.execute(db);
}

/** Refusals that were only counted. */
export const countRefusals = (
  db: Database,
  workflowId: string,
  { count = 1, at = new Date(), reason = 'signature_mismatch' } = {},
) =>
  addRefusalCounts(db, [
    {
      organizationId: ORGANIZATION,
      workflowId,
      minuteMs: at.getTime() - (at.getTime() % 60_000),
      errorCode: reason,
      count,
    },
  ]);

interface Executed {
  state?: string;
  count?: number;
  createdAt?: Date;
  finishedAt?: Date | null;
  outcome?: string | null;
}

/** Executions of a workflow; their ids. */
export async function execute(db: Database, workflowId: string, how: Executed = {}): Promise<string[]> {
  const { state = 'succeeded', count = 1, outcome = null } = how;
  const isOpen = ['queued', 'running', 'retrying', 'waiting'].includes(state);
  const finishedAt = isOpen ? null : (how.finishedAt ?? new Date());
  const createdAt = how.createdAt ?? finishedAt ?? new Date();
  const { rows } = await sql<{ id: string }>`
    INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type, state, outcome, created_at, finished_at)
    SELECT ${idAt(createdAt)}, w.organization_id, w.id, 'webhook', ${state}, ${outcome}, ${createdAt}, ${finishedAt}
    FROM workflows w CROSS JOIN generate_series(1, ${count}::int) WHERE w.id = ${workflowId} RETURNING id`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** A delivery of an execution that is under way. */
export async function deliver(
  db: Database,
  executionId: string,
  how: { endpointId?: string; state?: string; gate?: 'held'; awaitedUntil?: Date; nextAttemptAt?: Date } = {},
): Promise<void> {
  const { state = 'pending', gate = null, awaitedUntil = null, endpointId = newId() } = how;
  await sql`
    INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state, gate, awaited_until, next_attempt_at)
    SELECT ${newId()}, organization_id, id, ${newId()}, ${endpointId}, ${state}, ${gate}, ${awaitedUntil},
      ${how.nextAttemptAt ?? new Date()}
    FROM workflow_executions WHERE id = ${executionId}`.execute(db);
}

/** A workflow, an endpoint that is told of alerts, and somebody who looks. */
export async function watched(t: Test, alerts?: AlertRules) {
  const { db, pool } = await openTestDatabase(t);
  const make = async (rules?: AlertRules) => {
    const config = JSON.stringify(rules === undefined ? {} : { alerts: rules });
    return (await insertWorkflow(db, [], { name: 'Orders', webhook_config: config })).workflowId;
  };
  const workflowId = await make(alerts);
  const endpointId = await insertEndpoint(db, undefined, { events: ['alert'] });
  const look = (how: Partial<AlertRound> = {}) =>
    evaluateAlerts(db, { rules: DEFAULT_ALERT_RULES, toOperator: false, minIntervalMs: 0, ...how });
  /** Looks, and answers what changed, as `status kind`. */
  const changes = async (how: Partial<AlertRound> = {}) =>
    ((await look(how)) ?? []).map(({ status, episode }) => `${status} ${episode.kind}`);
  const episodes = () => db.selectFrom('alert_episodes').selectAll().orderBy('id').execute();
  const told = async () =>
    (
      await db.selectFrom('webhook_events').select(['event', 'body', 'endpoint_id']).orderBy('id').execute()
    ).map(({ event, body, endpoint_id }) => ({
      event,
      endpointId: endpoint_id,
      ...(JSON.parse(String(body)) as { eventId: string; data: Record<string, unknown> }),
    }));
  return { db, pool, workflowId, endpointId, make, look, changes, episodes, told };
}

export const FIRING = {
  authentication: 'firing authentication_failures',
  failures: 'firing execution_failures',
  overdue: 'firing execution_overdue',
} as const;

/** What the first of them counted. */
export function countedOf<T>(episodes: { details: Record<string, unknown> }[]): T {
  const [first] = episodes;
  if (!first) throw new Error('there is no episode');
  return first.details.counted as T;
}
