import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hopsOf, isLoop } from '../../domain/hops.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { Budgets } from '../../runtime/budgets.ts';
import type { DailyBudget } from '../../runtime/daily-budget.ts';
import { asTenant, type Database } from '../../store/database.ts';
import { findExecution } from '../../store/execution-detail.ts';
import { type NewExecution, type StartResult, startExecution } from '../../store/idempotency.ts';
import type { App } from '../app.ts';
import { CountedRequest } from '../edge/counted-request.ts';
import { executionPath, executionView } from '../management/execution-view.ts';
import { memberSource, parseJson } from '../management/json-input.ts';
import { MAX_WAIT_SECONDS, preferredWait } from '../management/prefer-wait.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, problems } from '../schemas/common.ts';
import { ExecuteAccepted, ExecuteHeaders, ExecuteInput, ExecuteResult } from '../schemas/executions.ts';
import type { WorkQueue } from './executions.ts';

export interface ExecuteRoutePorts {
  db: Database;
  budgets: Budgets;
  n8nBaseUrl: string | null;
  queue: WorkQueue;
  /** Whether the execution ended within `timeoutMs`. Holds neither a connection nor a transaction meanwhile. */
  waitForEnd: (executionId: string, timeoutMs: number, signal: AbortSignal) => Promise<boolean>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body of an execute call as it came: its digest belongs to the idempotency key. */
    executeSource: Buffer | null;
  }
}

const NO_BODY = Buffer.alloc(0);
/** About what an execution takes beside its input. */
const ROW_BYTES = 200;
/** Until midnight may be long, and the limit can be raised before. */
const MAX_RETRY_SECONDS = 3_600;

const EXECUTE_HEADERS = {
  location: { type: 'string', description: 'The path of the execution.' },
  'idempotent-replayed': {
    type: 'string',
    description: '`true`: the call was made before, and this is its execution.',
    required: false,
  },
  'preference-applied': {
    type: 'string',
    description: 'How long the answer was waited for: `wait=10`.',
    required: false,
  },
} as const;

/** Executing by hand or from a backend: `/api/workflows/:id/execute`, in a scope that parses JSON as data. */
export const executeRoutes = (ports: ExecuteRoutePorts) => async (app: App) => {
  app.decorateRequest('executeSource', null);
  app.removeContentTypeParser('application/json');
  const parse = async (request: FastifyRequest, source: Buffer): Promise<unknown> => {
    request.executeSource = source;
    return source.length === 0 ? {} : parseJson(source);
  };
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, parse);

  app.post(
    '/api/workflows/:id/execute',
    {
      config: { carries: 'data' },
      onRequest: requireScope('executions:write'),
      // No body at all means no input.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
      schema: {
        operationId: 'executeWorkflow',
        tags: ['Executing'],
        summary: 'Execute a workflow',
        description: `Starts one execution, stored before it is answered. \`Idempotency-Key\` makes repeating the call safe: the same key with the same body answers the first execution again, as it is now, with \`Idempotent-Replayed: true\`. \`Prefer: wait=N\` waits up to N seconds (${MAX_WAIT_SECONDS} at the most) for the end; \`Preference-Applied\` says how long.`,
        params: IdParams,
        headers: ExecuteHeaders,
        body: ExecuteInput,
        'x-body-optional': true,
        response: {
          200: answer(ExecuteResult, { headers: EXECUTE_HEADERS }),
          202: answer(ExecuteAccepted, { headers: EXECUTE_HEADERS }),
          ...problems(
            'workflow_not_found',
            'execution_workflow_inactive',
            'idempotency_key_reused',
            'storage_budget_exceeded',
            'hop_limit_reached',
          ),
        },
      },
    },
    async (request, reply) => {
      if (isLoop(request.headers, request.params.id)) throw new Problem('hop_limit_reached');
      const { executionId, ...started } = await begin(ports, request, request.params.id);
      dropBody(request);
      reply.header('location', executionPath(executionId));
      if (started.replayed) reply.header('idempotent-replayed', 'true');
      const ended = await wait(ports, request, reply, executionId);
      if (started.replayed || ended) {
        reply.code(200);
        return result(ports, request.caller.organizationId, executionId);
      }
      reply.code(202);
      return {
        success: true as const,
        message: 'Workflow execution started' as const,
        workflowId: started.workflowId,
        executionId,
        jobId: executionId,
        timestamp: started.createdAt.toISOString(),
      };
    },
  );
};

const untilMidnight = (stored: DailyBudget) => ({
  headers: { 'retry-after': String(Math.min(MAX_RETRY_SECONDS, stored.secondsUntilLeft())) },
});

/** Its answer may be waited for: what was in the body is kept no longer than it takes to store it. */
function dropBody(request: FastifyRequest): void {
  request.body = undefined;
  request.executeSource = null;
  if (request.raw instanceof CountedRequest) request.raw.dropBody();
}

async function begin(ports: ExecuteRoutePorts, request: FastifyRequest, workflow: string) {
  const stored = ports.budgets.daily('stored_bytes');
  const execution = newExecution(request, workflow, ports.queue.accepting(request.caller.organizationId));
  if (!stored.isLeft(execution.organizationId))
    throw new Problem('storage_budget_exceeded', untilMidnight(stored));
  const started = await start(ports, execution, request);
  if (!started.replayed) stored.spend(execution.organizationId, ROW_BYTES + (execution.input?.length ?? 0));
  const { id, workflowId, createdAt } = execution;
  const executionId = started.replayed ? started.executionId : id;
  return { replayed: started.replayed, executionId, workflowId, createdAt };
}

function newExecution(request: FastifyRequest, workflowId: string, enqueued: boolean): NewExecution {
  return {
    id: newId(),
    organizationId: request.caller.organizationId,
    workflowId: workflowId.toLowerCase(),
    triggerType: 'manual',
    triggeredBy: request.caller.name,
    input: memberSource(request.executeSource ?? NO_BODY, 'input'),
    createdAt: new Date(),
    enqueued,
    hops: hopsOf(request.headers),
  };
}

type Started = { replayed: false } | { replayed: true; executionId: string };

async function start(
  { db, queue }: ExecuteRoutePorts,
  execution: NewExecution,
  { headers, executeSource }: FastifyRequest,
): Promise<Started> {
  const key = headers['idempotency-key'];
  const digest = () =>
    createHash('sha256')
      .update(executeSource ?? NO_BODY)
      .digest();
  const idempotency = typeof key === 'string' ? { key, bodySha256: digest() } : null;
  const started = await asTenant(db, execution.organizationId, (trx) =>
    startExecution(trx, execution, idempotency),
  );
  switch (started.status) {
    case 'started':
      if (execution.enqueued) {
        const { id, organizationId } = execution;
        queue.offer([{ kind: 'execution', id, run: 1, organizationId }]);
      }
      return { replayed: false };
    case 'replayed':
      return { replayed: true, executionId: started.executionId };
    default:
      throw new Problem(REFUSED[started.status]);
  }
}

const REFUSED = {
  key_reused: 'idempotency_key_reused',
  workflow_not_found: 'workflow_not_found',
  workflow_inactive: 'execution_workflow_inactive',
} as const satisfies Record<Exclude<StartResult['status'], 'started' | 'replayed'>, string>;

async function wait(
  { waitForEnd }: ExecuteRoutePorts,
  { headers }: FastifyRequest,
  reply: FastifyReply,
  executionId: string,
): Promise<boolean> {
  const seconds = preferredWait(typeof headers.prefer === 'string' ? headers.prefer : undefined);
  if (seconds === null) return false;
  reply.header('preference-applied', `wait=${seconds}`);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return waitForEnd(executionId, seconds * 1_000, gone.signal);
}

async function result(
  { db, n8nBaseUrl }: ExecuteRoutePorts,
  organizationId: string,
  executionId: string,
): Promise<ExecuteResult> {
  const execution = await asTenant(db, organizationId, (trx) => findExecution(trx, executionId));
  if (execution === null) throw new Problem('execution_not_found');
  return { executionId, jobId: executionId, ...executionView(execution, n8nBaseUrl) };
}
