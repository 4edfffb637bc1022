import { Problem } from '../../domain/problem.ts';
import { asTenant, type Database } from '../../store/database.ts';
import { findWebhookLog, listWebhookLogs } from '../../store/webhook-logs.ts';
import type { App } from '../app.ts';
import { logSummary, logView } from '../management/log-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { IdParams, page, problems } from '../schemas/common.ts';
import { WebhookLog, WebhookLogSummary, WebhookLogsQuery } from '../schemas/webhook-logs.ts';

const tags = ['Webhook logs'];

/** What was received, accepted or refused: `/api/webhook-logs`. */
export const webhookLogRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    app.get(
      '/api/webhook-logs',
      {
        onRequest: requireScope('logs:read'),
        schema: {
          operationId: 'listWebhookLogs',
          tags,
          summary: 'List what was received',
          description:
            'Newest first, accepted and refused. Of the refused requests of a minute only the first are listed.',
          querystring: WebhookLogsQuery,
          response: { 200: page(WebhookLogSummary), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query;
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
          description: 'The request as it came, how it was answered, and what it started.',
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
