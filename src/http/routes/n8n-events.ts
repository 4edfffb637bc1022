import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { type EventSendPorts, sendEvent } from '../management/event-send.ts';
import { eventPath } from '../management/event-view.ts';
import { parseJson } from '../management/json-input.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, LOCATION, problems } from '../schemas/common.ts';
import { EventAccepted, EventInput } from '../schemas/webhook-events.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body of an event as it came: its data is sent as it is written there. */
    eventSource: Buffer | null;
  }
}

const NO_BODY = Buffer.alloc(0);

/** Sending one event to n8n: `PATCH /api/webhooks/n8n`, in a scope that parses JSON as data. */
export const n8nEventRoutes = (ports: EventSendPorts) => async (app: App) => {
  app.decorateRequest('eventSource', null);
  app.removeContentTypeParser('application/json');
  const parse = async (request: FastifyRequest, source: Buffer): Promise<unknown> => {
    request.eventSource = source;
    return parseJson(source);
  };
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, parse);

  app.patch(
    '/api/webhooks/n8n',
    {
      config: { carries: 'data' },
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'sendN8nEvent',
        tags: ['n8n'],
        summary: 'Send an event to n8n',
        description:
          'Stores it, answers, and sends it in the background: `{ eventId, event, timestamp, data }`, signed with the secret of the endpoint as an envelope is, with its retries, its pace and its circuit. Sent again, it has the same `eventId`, which is its `webhook-id` too: what a receiver deduplicates on. Events are not promised to arrive in the order in which they were sent. The call itself can be repeated only as another event.',
        body: EventInput,
        response: {
          202: answer(EventAccepted, { headers: { location: LOCATION } }),
          ...problems(
            'n8n_not_shared',
            'endpoint_not_found',
            'endpoint_inactive',
            'event_not_subscribed',
            'invalid_configuration',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id, endpointId, at } = await sendEvent(ports, request, request.eventSource ?? NO_BODY);
      reply.code(202).header('location', eventPath(id));
      const { event } = request.body;
      return { success: true as const, eventId: id, endpointId, event, timestamp: at.toISOString() };
    },
  );
};
