import { sql } from 'kysely';
import { eventBody } from '../domain/event-body.ts';
import {
  ALERT_EVENT,
  describeFallback,
  type FallbackAction,
  type FallbackEndpoint,
  type FallbackTaken,
  MAX_ALERTED,
  nextActions,
} from '../domain/fallback.ts';
import { newId } from '../domain/ids.ts';
import type { DeliveryState } from '../domain/states.ts';
import type { Tx } from './database.ts';
import { insertOutboundEvents, type OutboundEvent } from './events.ts';
import type { LeasedDelivery } from './work.ts';

/** An attempt that is about to be written, and what its delivery becomes. */
export interface EndingAttempt {
  delivery: LeasedDelivery;
  result: 'succeeded' | 'failed' | 'ambiguous';
  outcome: string;
  statusCode: number | null;
  error: string | null;
  advice: string | null;
  deliveryState: DeliveryState;
  /** Another one than that of the attempt when something else decided. */
  deliveryOutcome: string;
}

export interface Fallback {
  taken: FallbackTaken[];
  /** Another delivery stands in for it from now on. */
  isSuperseded: boolean;
}

/** Ended at once, and not by an answer: nothing was ever sent, so nobody can have acted on it. */
const NEVER_SENT: ReadonlySet<string> = new Set(['address_not_allowed', 'invalid_request']);

/**
 * Whether its endpoint did not take it, for good. What is held as ambiguous, failed in an expression, or in n8n
 * after it was accepted, may have been done, or would go the same way elsewhere.
 */
const isUntaken = ({ deliveryState, deliveryOutcome, ...attempt }: EndingAttempt): boolean => {
  const { result, statusCode, outcome } = attempt;
  if (deliveryOutcome !== outcome) return false;
  if (deliveryState === 'dead_lettered') return true;
  return (
    deliveryState === 'failed' && result === 'failed' && (statusCode !== null || NEVER_SENT.has(outcome))
  );
};

/**
 * Does what the triggers of deliveries that nobody took have as their next fallback actions, in the transaction in
 * which their last attempts are written; their executions are locked. Returns what was done, by delivery id. The
 * triggers as they are now decide, not as they were when the executions were planned.
 */
export async function beginFallbacks(trx: Tx, attempts: EndingAttempt[]): Promise<Map<string, Fallback>> {
  const untaken = new Map(attempts.filter(isUntaken).map((attempt) => [attempt.delivery.id, attempt]));
  if (untaken.size === 0) return new Map();
  const ended = await findEnded(trx, [...untaken.keys()]);
  if (ended.length === 0) return new Map();
  const known = await findEndpoints(trx, ended);
  const decided = ended.map((row) => ({
    row,
    taken: nextActions(row.fallback, row.fallback_step, {
      endpoint: (id) => known.named(row.organization_id, id),
      alerted: known.alerted(row.organization_id),
    }),
  }));
  const replaced = await insertFallbackDeliveries(trx, decided);
  await insertOutboundEvents(
    trx,
    decided.flatMap((one) => alertsOf(one, untaken.get(one.row.id))),
  );
  return new Map(
    decided.map(({ row, taken }) => [row.id, { taken, isSuperseded: replaced.has(row.id) }] as const),
  );
}

/** The attempt, with what is done in the place of its delivery. */
export function withFallback<T extends EndingAttempt>(
  attempt: T,
  fallback: Fallback | undefined,
): T & { isSuperseded: boolean } {
  if (fallback === undefined) return { ...attempt, isSuperseded: false };
  const { taken, isSuperseded } = fallback;
  const sentences = taken.map(describeFallback);
  const advice = attempt.advice === null ? sentences : [attempt.advice, ...sentences];
  const isDead = taken.some(({ type }) => type === 'dead_letter');
  return {
    ...attempt,
    advice: advice.length === 0 ? null : advice.join(' '),
    deliveryState: isDead ? 'dead_lettered' : attempt.deliveryState,
    isSuperseded,
  };
}

interface EndedRow {
  id: string;
  organization_id: string;
  execution_id: string;
  trigger_id: string;
  fallback_step: number;
  run: number;
  attempts: number;
  fallback: FallbackAction[];
  workflow_id: string;
  workflow_name: string;
  endpoint_id: string;
  endpoint_name: string | null;
}

async function findEnded(trx: Tx, deliveryIds: string[]): Promise<EndedRow[]> {
  const { rows } = await sql<EndedRow>`
    SELECT d.id, d.organization_id, d.execution_id, d.trigger_id, d.fallback_step, d.run, d.attempts, t.fallback,
      w.id AS workflow_id, w.name AS workflow_name, d.endpoint_id, p.name AS endpoint_name
    FROM deliveries d JOIN workflow_triggers t ON t.id = d.trigger_id
    JOIN workflows w ON w.id = t.workflow_id LEFT JOIN webhook_endpoints p ON p.id = d.endpoint_id
    WHERE d.id = ANY (${deliveryIds}::uuid[]) AND t.fallback <> '[]' AND w.deleted_at IS NULL
    ORDER BY d.id`.execute(trx);
  return rows;
}

/** Those that the actions name, and those that are meant for alerts. */
async function findEndpoints(trx: Tx, ended: EndedRow[]) {
  const actions = ended.flatMap((row) => row.fallback);
  const isAnyAlerted = actions.some((action) => action.type === 'alert' && action.endpointId === undefined);
  const ids = actions.flatMap((action) => ('endpointId' in action ? [action.endpointId] : []));
  const organizations = [...new Set(ended.map((row) => row.organization_id))];
  const { rows } = await sql<FallbackEndpoint & { organization_id: string; is_alerted: boolean }>`
    SELECT e.* FROM unnest(${organizations}::uuid[]) AS o (id) CROSS JOIN LATERAL (
      (SELECT id, organization_id, name, is_active AS "isActive", false AS is_alerted FROM webhook_endpoints
        WHERE organization_id = o.id AND id = ANY (${ids}::uuid[]))
      UNION ALL
      (SELECT id, organization_id, name, is_active, true FROM webhook_endpoints
        WHERE organization_id = o.id AND ${isAnyAlerted}::boolean AND is_active AND ${ALERT_EVENT} = ANY (events)
        ORDER BY id LIMIT ${MAX_ALERTED})
    ) AS e ORDER BY e.id`.execute(trx);
  return {
    named: (organizationId: string, id: string) =>
      rows.find((row) => row.id === id && row.organization_id === organizationId) ?? null,
    alerted: (organizationId: string) =>
      rows.filter((row) => row.is_alerted && row.organization_id === organizationId),
  };
}

interface Decided {
  row: EndedRow;
  taken: FallbackTaken[];
}

/**
 * Makes the deliveries that stand in for others, due at once like any new one; returns which they stand in for. There
 * is one for each step, whichever run comes to it: one that an earlier run came to goes on under its id.
 */
async function insertFallbackDeliveries(trx: Tx, decided: Decided[]): Promise<Set<string>> {
  const begun = decided.flatMap(({ row, taken }) =>
    taken.flatMap((one) =>
      one.status === 'begun' ? [{ replaced: row.id, endpointId: one.endpoint.id, step: one.step }] : [],
    ),
  );
  if (begun.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    WITH begun AS (
      SELECT d.*, b.id AS new_id, b.to_endpoint, b.step FROM unnest(
        ${begun.map(({ replaced }) => replaced)}::uuid[], ${begun.map(() => newId())}::uuid[],
        ${begun.map(({ endpointId }) => endpointId)}::uuid[], ${begun.map(({ step }) => step)}::smallint[]
      ) AS b (replaced, id, to_endpoint, step) JOIN deliveries d ON d.id = b.replaced
    ), made AS (
      INSERT INTO deliveries AS f (id, organization_id, execution_id, trigger_id, endpoint_id, run, state,
        next_attempt_at, fallback_of, fallback_step)
      SELECT new_id, organization_id, execution_id, trigger_id, to_endpoint, run, 'pending', now(),
        coalesce(fallback_of, id), step
      FROM begun ORDER BY new_id
      ON CONFLICT (execution_id, trigger_id, fallback_step) DO UPDATE SET endpoint_id = EXCLUDED.endpoint_id,
        run = EXCLUDED.run, state = 'pending', run_attempts = 0, next_attempt_at = now(), enqueued_at = NULL,
        gate = NULL, outcome = NULL, confirmed_by = NULL, finished_at = NULL, is_superseded = false, callback = NULL,
        early_callback = NULL, awaited_until = NULL, n8n_execution_id = NULL, n8n_workflow_id = NULL
      WHERE f.state IN ('failed', 'dead_lettered')
      RETURNING execution_id, trigger_id, fallback_step
    )
    UPDATE deliveries d SET is_superseded = true FROM begun JOIN made
      ON (made.execution_id, made.trigger_id, made.fallback_step) = (begun.execution_id, begun.trigger_id, begun.step)
    WHERE d.id = begun.id RETURNING d.id`.execute(trx);
  return new Set(rows.map((row) => row.id));
}

/** Nothing in it is anybody's secret, nor what was sent or answered. */
function alertsOf({ row, taken }: Decided, attempt: EndingAttempt | undefined): OutboundEvent[] {
  const at = new Date();
  const data = {
    workflow: { id: row.workflow_id, name: row.workflow_name },
    execution: { id: row.execution_id, run: row.run },
    delivery: {
      id: row.id,
      triggerId: row.trigger_id,
      fallbackStep: row.fallback_step,
      attemptCount: row.attempts,
    },
    endpoint: row.endpoint_name === null ? null : { id: row.endpoint_id, name: row.endpoint_name },
    outcome: attempt?.outcome ?? null,
    statusCode: attempt?.statusCode ?? null,
    error: attempt?.error ?? null,
    advice: attempt?.advice ?? null,
  };
  const receivers = taken.flatMap((one) => (one.status === 'sent' ? one.endpoints : []));
  return receivers.map((receiver) => {
    const id = newId();
    return {
      id,
      organizationId: row.organization_id,
      endpointId: receiver.id,
      event: ALERT_EVENT,
      body: eventBody({ id, event: ALERT_EVENT, at, data }),
      workflowId: row.workflow_id,
      executionId: row.execution_id,
      deliveryId: row.id,
    };
  });
}
