import { Problem } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import { asTenant, type Database } from '../../store/database.ts';
import type { DueWork } from '../../store/due.ts';
import { cancelExecution, type RetryResult, retryExecution } from '../../store/execution-actions.ts';
import { type ExecutionDetail, findExecution } from '../../store/execution-detail.ts';
import { listExecutions } from '../../store/executions.ts';
import type { App } from '../app.ts';
import { executionSummary, executionView } from '../management/execution-view.ts';
import { parseTimeRange } from '../management/parse-time.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { refuseDelivery } from '../plugins/refuse-delivery.ts';
import { answer, IdParams, page, problems } from '../schemas/common.ts';
import { cancelledExecution, retriedExecution } from '../schemas/examples/executions.ts';
import { Execution, ExecutionSummary, ExecutionsQuery } from '../schemas/executions.ts';

export interface ExecutionRoutePorts {
  db: Database;
  n8nBaseUrl: string | null;
  queue: WorkQueue;
}

export interface WorkQueue {
  /** Whether the queue wants jobs now; if not, the relay takes them from the database. */
  accepting(organizationId: string): boolean;
  offer(work: DueWork[]): unknown;
}

const tags = ['Executing'];

/** What was executed, and how it went: `/api/executions`. */
export const executionRoutes = (ports: ExecutionRoutePorts) => async (app: App) => {
  const { db, n8nBaseUrl } = ports;

  app.get(
    '/api/executions',
    {
      onRequest: requireScope('executions:read'),
      schema: {
        operationId: 'listExecutions',
        tags,
        summary: 'List executions',
        description: 'Newest first.',
        querystring: ExecutionsQuery,
        response: { 200: page(ExecutionSummary), ...problems('invalid_cursor') },
      },
    },
    async (request) => {
      const { limit, cursor, status, from, to, ...filter } = request.query;
      const times = parseTimeRange({ from, to }, '/query');
      const list = await asTenant(db, request.caller.organizationId, (trx) =>
        listExecutions(trx, { ...filter, ...times, state: status }, { limit, cursor }),
      );
      return { ...list, data: list.data.map(executionSummary) };
    },
  );

  app.get(
    '/api/executions/:id',
    {
      onRequest: requireScope('executions:read'),
      schema: {
        operationId: 'getExecution',
        tags,
        summary: 'Show an execution',
        description: 'With its deliveries, every attempt and what was answered to it, and its transitions.',
        params: IdParams,
        response: { 200: Execution, ...problems('execution_not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.caller;
      return executionView(
        await existing(asTenant(db, organizationId, (trx) => findExecution(trx, request.params.id))),
        n8nBaseUrl,
      );
    },
  );

  registerActions(app, ports);
};

function registerActions(app: App, { db, queue, n8nBaseUrl }: ExecutionRoutePorts): void {
  app.post(
    '/api/executions/:id/retry',
    {
      onRequest: requireScope('executions:write'),
      preHandler: refuseDelivery,
      schema: {
        operationId: 'retryExecution',
        tags,
        summary: 'Retry an execution',
        description:
          'Sends again what did not succeed, as a new run. Only an execution that is `failed` or `dead_lettered` can be retried.',
        params: IdParams,
        response: {
          202: answer(Execution, { description: 'It will be sent again.', example: retriedExecution }),
          ...problems(
            'hop_limit_reached',
            'execution_not_found',
            'execution_not_retryable',
            'execution_workflow_inactive',
            'body_expired',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const enqueued = queue.accepting(request.caller.organizationId);
      const { result, execution } = await asTenant(db, request.caller.organizationId, async (trx) => ({
        result: await retryExecution(trx, { id, enqueued }),
        execution: await existing(findExecution(trx, id)),
      }));
      if (result.status !== 'queued') throw refusedRetry(result.status);
      if (enqueued) queue.offer(result.work);
      reply.code(202);
      return executionView(execution, n8nBaseUrl);
    },
  );

  app.post(
    '/api/executions/:id/cancel',
    {
      onRequest: requireScope('executions:write'),
      schema: {
        operationId: 'cancelExecution',
        tags,
        summary: 'Cancel an execution',
        description:
          'Nothing more is sent. An attempt under way is let finish (`cancelRequestedAt` is set meanwhile), and if it succeeds, success wins.',
        params: IdParams,
        response: {
          202: answer(Execution, { description: 'Nothing more is sent.', example: cancelledExecution }),
          ...problems('execution_not_found', 'execution_not_cancellable'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { result, execution } = await asTenant(db, request.caller.organizationId, async (trx) => ({
        result: await cancelExecution(trx, id),
        execution: await existing(findExecution(trx, id)),
      }));
      if (result.status === 'ended') throw new Problem('execution_not_cancellable');
      reply.code(202);
      return executionView(execution, n8nBaseUrl);
    },
  );
}

/** @throws Problem execution_not_found: no such execution, or another organization's. */
async function existing(found: Promise<ExecutionDetail | null>): Promise<ExecutionDetail> {
  const execution = await found;
  if (execution === null) throw new Problem('execution_not_found');
  return execution;
}

const REFUSED = {
  not_found: 'execution_not_found',
  not_retryable: 'execution_not_retryable',
  workflow_deleted: 'execution_not_retryable',
  workflow_inactive: 'execution_workflow_inactive',
  body_expired: 'body_expired',
} as const satisfies Record<Exclude<RetryResult['status'], 'queued'>, ProblemCode>;

function refusedRetry(status: keyof typeof REFUSED): Problem {
  const detail = 'The workflow of this execution was deleted.';
  return new Problem(REFUSED[status], status === 'workflow_deleted' ? { detail } : {});
}
