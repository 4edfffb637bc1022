import { Problem } from '../../domain/problem.ts';
import { asTenant, type Database } from '../../store/database.ts';
import { findWebhookLog, listWebhookLogs } from '../../store/webhook-logs.ts';
import type { App } from '../app.ts';
import { toLogFilter } from '../management/log-filter.ts';
import { logSummary, logView } from '../management/log-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { searches } from '../plugins/heavy-calls.ts';
import { IdParams, page, problems } from '../schemas/common.ts';
import { diagnosis } from '../schemas/examples/webhook-logs.ts';
import { WebhookLog, WebhookLogSummary, WebhookLogsQuery } from '../schemas/webhook-logs.ts';

const tags = ['Webhook logs'];

const DIAGNOSIS_EXAMPLE = `\`\`\`json\n${JSON.stringify(diagnosis, null, 2)}\n\`\`\``;

/** What was received, accepted or refused: `/api/webhook-logs`. */
export const webhookLogRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    app.get(
      '/api/webhook-logs',
      {
        onRequest: requireScope('logs:read'),
        config: { heavy: searches },
        schema: {
          operationId: 'listWebhookLogs',
          tags,
          summary: 'List what was received',
          description:
            'Newest first, accepted and refused. Of the refused requests of a minute only the first are listed. A page looks at no more than 20,000 requests, or 5,000 and 16 MiB of bodies with `q`: with filters that few requests match, it may come back with fewer than `limit`, or none, and still have a `nextCursor` from where to go on.',
          querystring: WebhookLogsQuery,
          response: {
            200: page(WebhookLogSummary),
            ...problems('invalid_cursor', 'search_too_wide', 'budget_exceeded'),
          },
        },
      },
      async (request) => {
        const { limit, cursor, ...input } = request.query;
        const filter = toLogFilter(input, '/query');
        const { organizationId } = request.caller;
        const list = await asTenant(db, organizationId, (trx) =>
          listWebhookLogs(trx, filter, { limit, cursor }),
        );
        return { ...list, data: list.data.map(logSummary) };
      },
    );

    app.get(
      '/api/webhook-logs/:id',
      {
        onRequest: requireScope('logs:read'),
        schema: {
          operationId: 'getWebhookLog',
          tags,
          summary: 'Show what was received',
          description: `The request as it came, how it was answered, and what it started. Of one that could not be authenticated, \`diagnosis\` says what would have matched, which its sender is never told:\n\n${DIAGNOSIS_EXAMPLE}`,
          params: IdParams,
          response: { 200: WebhookLog, ...problems('webhook_log_not_found') },
        },
      },
      async (request) => {
        const { organizationId } = request.caller;
        const log = await asTenant(db, organizationId, (trx) => findWebhookLog(trx, request.params.id));
        if (log === null) throw new Problem('webhook_log_not_found');
        return logView(log);
      },
    );
  };
