import type { App } from '../app.ts';
import { N8N_PROBLEMS, type N8nAccess, n8nFor, n8nValue } from '../management/n8n-access.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { problems } from '../schemas/common.ts';
import { N8nExecution, N8nExecutionParams, N8nRetried } from '../schemas/n8n.ts';

const tags = ['n8n'];

/** What became of an execution in n8n itself: `/api/n8n/executions`. */
export const n8nExecutionRoutes =
  ({ n8nAccess }: { n8nAccess: N8nAccess }) =>
  async (app: App) => {
    app.get(
      '/api/n8n/executions/:id',
      {
        onRequest: requireScope('n8n:read'),
        schema: {
          operationId: 'getN8nExecution',
          tags,
          summary: 'Show an execution in n8n',
          description:
            "n8n's own outcome, with its error when it failed: a workflow can fail after n8n has answered 200. The data that went through it is not shown.",
          params: N8nExecutionParams,
          response: { 200: N8nExecution, ...problems('n8n_execution_not_found', ...N8N_PROBLEMS) },
        },
      },
      async (request) =>
        n8nValue(await n8nFor(n8nAccess, request.caller).getExecution(request.params.id), 'execution'),
    );

    app.post(
      '/api/n8n/executions/:id/retry',
      {
        onRequest: requireScope('n8n:write'),
        schema: {
          operationId: 'retryN8nExecution',
          tags,
          summary: 'Retry an execution in n8n',
          description:
            'Has n8n run it again from the node that failed, and answers when that has ended, whether it succeeded or failed again. Nothing is delivered anew. After a minute the answer is 504, and the retry goes on in n8n.',
          params: N8nExecutionParams,
          response: {
            200: N8nRetried,
            ...problems('n8n_execution_not_found', 'n8n_execution_not_retryable', ...N8N_PROBLEMS),
          },
        },
      },
      async (request) => {
        const api = n8nFor(n8nAccess, request.caller);
        const execution = n8nValue(await api.retryExecution(request.params.id), 'execution');
        return { succeeded: execution.status === 'success', execution };
      },
    );
  };
