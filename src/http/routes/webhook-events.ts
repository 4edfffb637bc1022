import type { EventSignal } from '../../domain/event-signal.ts';
import { Problem } from '../../domain/problem.ts';
import { asTenant, type Database, type Tx } from '../../store/database.ts';
import { type EventRetry, findEvent, listEvents, retryEvent } from '../../store/event-trail.ts';
import type { App } from '../app.ts';
import { eventSummary, eventView } from '../management/event-view.ts';
import { parseTimeRange } from '../management/parse-time.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, page, problems } from '../schemas/common.ts';
import { retriedEvent } from '../schemas/examples/webhook-events.ts';
import { EventSummary, EventsQuery, WebhookEvent } from '../schemas/webhook-events.ts';

export interface WebhookEventRoutePorts {
  db: Database;
  eventSignal: Pick<EventSignal, 'notify'>;
}

const tags = ['Webhook events'];

/** What n8n sent and what was sent to it, besides executions: `/api/webhook-events`. */
export const webhookEventRoutes = (ports: WebhookEventRoutePorts) => async (app: App) => {
  const { db } = ports;

  app.get(
    '/api/webhook-events',
    {
      onRequest: requireScope('logs:read'),
      schema: {
        operationId: 'listWebhookEvents',
        tags,
        summary: 'List the events',
        description: 'Newest first, both directions: what n8n sent here, and what was sent to n8n.',
        querystring: EventsQuery,
        response: { 200: page(EventSummary), ...problems('invalid_cursor') },
      },
    },
    async (request) => {
      const { limit, cursor, from, to, ...filter } = request.query;
      const times = parseTimeRange({ from, to }, '/query');
      const list = await asTenant(db, request.caller.organizationId, (trx) =>
        listEvents(trx, { ...filter, ...times }, { limit, cursor }),
      );
      return { ...list, data: list.data.map(eventSummary) };
    },
  );

  app.get(
    '/api/webhook-events/:id',
    {
      onRequest: requireScope('logs:read'),
      schema: {
        operationId: 'getWebhookEvent',
        tags,
        summary: 'Show an event',
        description:
          'With its body, how it was signed, and every attempt to send it with what was answered. Of an event that was refused no body is kept.',
        params: IdParams,
        response: { 200: WebhookEvent, ...problems('event_not_found') },
      },
    },
    (request) => asTenant(db, request.caller.organizationId, (trx) => show(trx, request.params.id)),
  );

  registerRetry(app, ports);
};

function registerRetry(app: App, { db, eventSignal }: WebhookEventRoutePorts): void {
  app.post(
    '/api/webhook-events/:id/retry',
    {
      onRequest: requireScope('logs:write'),
      schema: {
        operationId: 'retryWebhookEvent',
        tags,
        summary: 'Send an event again',
        description:
          'As a new run under the same id, to its endpoint as it is now. Only what was sent to n8n, and ended `failed` or `dead_lettered`.',
        params: IdParams,
        response: {
          202: answer(WebhookEvent, { description: 'It will be sent again.', example: retriedEvent }),
          ...problems('event_not_found', 'event_not_retryable'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { result, event } = await asTenant(db, request.caller.organizationId, async (trx) => {
        const result = await retryEvent(trx, id);
        return { result, event: result.status === 'queued' ? await show(trx, id) : null };
      });
      if (event === null) throw refusal(result);
      eventSignal.notify();
      reply.code(202);
      return event;
    },
  );
}

/** @throws Problem event_not_found: no such event, or another organization's. */
async function show(trx: Tx, id: string): Promise<WebhookEvent> {
  const event = await findEvent(trx, id);
  if (event === null) throw new Problem('event_not_found');
  return eventView(event);
}

function refusal(result: EventRetry): Problem {
  switch (result.status) {
    case 'inbound':
      return new Problem('event_not_retryable', {
        detail:
          'n8n sent this event, and it is not taken in a second time: have n8n send it again, with another webhook-id if it was processed. The execution that it started, if any, can be retried with POST /api/executions/:id/retry.',
      });
    case 'endpoint_removed':
      return new Problem('event_not_retryable', {
        detail:
          'The endpoint of this event was deleted. Send its data to another one with PATCH /api/webhooks/n8n.',
      });
    case 'not_ended':
      return new Problem('event_not_retryable', {
        detail:
          result.state === 'succeeded'
            ? 'The event was delivered. Send its data as another event with PATCH /api/webhooks/n8n.'
            : 'The event is still to be sent: see nextAttemptAt, and wait for what comes of it.',
      });
    default:
      return new Problem('event_not_found');
  }
}
