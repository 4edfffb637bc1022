import { listEpisodes } from '../../store/alert-episodes.ts';
import { asTenant, type Database } from '../../store/database.ts';
import type { App } from '../app.ts';
import { alertView } from '../management/alert-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { Alert, AlertsQuery } from '../schemas/alerts.ts';
import { page, problems } from '../schemas/common.ts';

/** What is, or was, unusual about workflows: `/api/alerts`. */
export const alertRoutes =
  ({ db }: { db: Database }) =>
  async (app: App) => {
    app.get(
      '/api/alerts',
      {
        onRequest: requireScope('logs:read'),
        schema: {
          operationId: 'listAlerts',
          tags: ['Alerts'],
          summary: 'List the alerts',
          description:
            'Times in which something about a workflow was unusual, newest first. Each is told of once when it begins and once when it is over: as the event `alert.<kind>`, to the active endpoints that have that, or `alert`, among their `events` (the oldest 20), to `ALERT_WEBHOOK_URL`, and in the log. When something counts as unusual is in `alerts` of the webhook settings.',
          querystring: AlertsQuery,
          response: { 200: page(Alert), ...problems('invalid_cursor') },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query;
        const list = await asTenant(db, request.caller.organizationId, (trx) =>
          listEpisodes(trx, filter, { limit, cursor }),
        );
        return { ...list, data: list.data.map(alertView) };
      },
    );
  };
