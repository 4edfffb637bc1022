import { Problem } from '../../domain/problem.ts';
import type { ProblemCode } from '../../domain/problems.ts';
import { asTenant, type Database } from '../../store/database.ts';
import { type ReplayLogResult, replayLog } from '../../store/log-replay.ts';
import type { App } from '../app.ts';
import { executionPath } from '../management/execution-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { refuseDelivery } from '../plugins/refuse-delivery.ts';
import { answer, IdParams, LOCATION, problems } from '../schemas/common.ts';
import { LogReplayed } from '../schemas/webhook-logs.ts';
import type { WorkQueue } from './executions.ts';

const REFUSED = {
  log_not_found: 'webhook_log_not_found',
  body_not_kept: 'body_not_kept',
  body_expired: 'body_expired',
  workflow_not_found: 'workflow_not_found',
  workflow_inactive: 'execution_workflow_inactive',
} as const satisfies Record<Exclude<ReplayLogResult['status'], 'started'>, ProblemCode>;

/** Running one webhook again: `/api/webhook-logs/:id/retry`. */
export const webhookLogRetryRoutes =
  ({ db, queue }: { db: Database; queue: WorkQueue }) =>
  async (app: App) => {
    app.post(
      '/api/webhook-logs/:id/retry',
      {
        onRequest: requireScope('logs:write'),
        preHandler: refuseDelivery,
        schema: {
          operationId: 'retryWebhookLog',
          tags: ['Webhook logs'],
          summary: 'Run a webhook again',
          description:
            'A new execution of the same bytes, whatever became of the first one, by the triggers that the workflow has now. To send only what did not succeed, retry the execution.',
          params: IdParams,
          response: {
            202: answer(LogReplayed, { headers: { location: LOCATION } }),
            ...problems(...Object.values(REFUSED), 'hop_limit_reached'),
          },
        },
      },
      async (request, reply) => {
        const { organizationId, name } = request.caller;
        const enqueued = queue.accepting(organizationId);
        const logId = request.params.id.toLowerCase();
        const result = await asTenant(db, organizationId, (trx) =>
          replayLog(trx, { logId, triggeredBy: name, enqueued }),
        );
        if (result.status !== 'started') throw new Problem(REFUSED[result.status]);
        const { executionId, replayOf, workflowId } = result;
        if (enqueued) queue.offer([{ kind: 'execution', id: executionId, run: 1, organizationId }]);
        reply.code(202).header('location', executionPath(executionId));
        const timestamp = new Date().toISOString();
        return { success: true as const, executionId, replayOf, logId, workflowId, timestamp };
      },
    );
  };
