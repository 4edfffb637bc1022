import { sql } from 'kysely';
import type { ExecutionState, TriggerType } from '../domain/states.ts';
import type { Database } from './database.ts';

/** The request that started an execution, as it came in. Null fields: a manual execution. */
export interface StoredRequest {
  method: string;
  query: string;
  headers: [string, string][];
  body: Buffer;
  sourceIp: string;
  receivedAt: Date;
}

/** An execution with everything a worker needs to carry it out. */
export interface ExecutionWork {
  id: string;
  organizationId: string;
  workflowId: string;
  triggerType: TriggerType;
  state: ExecutionState;
  run: number;
  createdAt: Date;
  input: Buffer | null;
  /** How many executions led to it, each through an event of n8n's or a call. What its request says is in that. */
  hops: number;
  request: StoredRequest | null;
}

interface WorkRow {
  id: string;
  organization_id: string;
  workflow_id: string;
  trigger_type: TriggerType;
  state: ExecutionState;
  run: number;
  created_at: Date;
  input: Buffer | null;
  hops: number;
  method: string | null;
  query: string;
  headers: [string, string][];
  body: Buffer | null;
  source_ip: string;
  received_at: Date;
}

/** Reads executions with their requests. What does not exist is missing from the answer. */
export async function loadWork(db: Database, executionIds: string[]): Promise<Map<string, ExecutionWork>> {
  const { rows } = await sql<WorkRow>`
    SELECT e.id, e.organization_id, e.workflow_id, e.trigger_type, e.state, e.run, e.created_at, e.input, e.hops,
      l.method, l.query, l.headers, l.body, l.source_ip, l.received_at
    FROM workflow_executions e LEFT JOIN webhook_logs l ON l.id = e.log_id
    WHERE e.id = ANY (${executionIds}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, toWork(row)]));
}

function toWork(row: WorkRow): ExecutionWork {
  return {
    id: row.id,
    organizationId: row.organization_id,
    workflowId: row.workflow_id,
    triggerType: row.trigger_type,
    state: row.state,
    run: row.run,
    createdAt: row.created_at,
    input: row.input,
    hops: row.hops,
    request:
      row.method === null
        ? null
        : {
            method: row.method,
            query: row.query,
            headers: row.headers,
            body: row.body ?? Buffer.alloc(0),
            sourceIp: row.source_ip,
            receivedAt: row.received_at,
          },
  };
}

/** A delivery that somebody now holds the lease of. */
export interface LeasedDelivery {
  id: string;
  executionId: string;
  triggerId: string;
  endpointId: string;
  leaseToken: string;
  run: number;
  /** The number of this attempt, over all runs. */
  attempt: number;
  /** The number of this attempt in this run: what the retry policy counts. */
  runAttempt: number;
  /** Whoever held the lease before never wrote how its attempt went. */
  afterLost: boolean;
  /** Its trigger's filter has yet to decide about it: it is to be asked (again) before anything is sent. */
  isUndecided: boolean;
  /** Set: n8n accepted it, and this is no attempt but a look after its outcome. */
  awaited?: Awaited;
  /** Set: it passed the gate of its endpoint, and others may wait for its place. `probe`: the circuit depends on it. */
  gate?: { probe: boolean };
}

/** A delivery that is waiting. */
export interface Awaited {
  /** The time to wait is over. */
  isOverdue: boolean;
  /** The attempt whose outcome is awaited, and when it began. */
  attempt: number;
  since: Date;
  /** The execution in n8n, once it is known. */
  n8nExecutionId: string | null;
}
