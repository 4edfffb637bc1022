import { Type } from 'typebox';
import { Problem } from '../../domain/problem.ts';
import { asTenant } from '../../store/database.ts';
import { findEndpoint, listEndpoints } from '../../store/endpoints.ts';
import type { App } from '../app.ts';
import { shownEndpoints, shownTag } from '../management/circuit-view.ts';
import {
  changeEndpoint,
  changeEndpointSecret,
  createEndpoint,
  type EndpointPorts,
  removeEndpoint,
} from '../management/endpoint-commands.ts';
import { endpointTag, endpointView } from '../management/endpoint-view.ts';
import { notModified } from '../management/etag.ts';
import { requirePathAllowed } from '../management/n8n-access.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, LOCATION, page, problems } from '../schemas/common.ts';
import { IfMatch, IfNoneMatch, NotModified, tagged } from '../schemas/conditional.ts';
import {
  Endpoint,
  EndpointSecret,
  EndpointSecretInput,
  EndpointsQuery,
  ShownEndpoint,
  WebhookEndpointChanges,
  WebhookEndpointInput,
} from '../schemas/endpoints.ts';
import { endpointCreated } from '../schemas/examples/endpoints.ts';

const tags = ['Webhook endpoints'];

/** Where executions are delivered: `/api/webhook-endpoints`. */
export const webhookEndpointRoutes = (ports: EndpointPorts) => async (app: App) => {
  const { db } = ports;

  app.post(
    '/api/webhook-endpoints',
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'createWebhookEndpoint',
        tags,
        summary: 'Create an endpoint',
        description:
          'Nothing is delivered to it before a trigger leads to it. Secrets that are generated are in this answer and in no other: `secret` signs what goes out, `inboundSecret` what comes back.',
        body: WebhookEndpointInput,
        response: {
          201: answer(tagged(Endpoint), { headers: { location: LOCATION }, example: endpointCreated }),
          ...problems('n8n_not_shared', 'name_taken', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      requirePathAllowed(ports, request);
      const { organizationId } = request.caller;
      const { endpoint, ...generated } = await createEndpoint(ports, organizationId, request.body);
      reply.code(201).header('location', `/api/webhook-endpoints/${endpoint.id}`);
      reply.header('etag', endpointTag(endpoint));
      return endpointView(endpoint, generated);
    },
  );

  app.get(
    '/api/webhook-endpoints',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'listWebhookEndpoints',
        tags,
        summary: 'List the endpoints',
        description:
          'Newest first. An endpoint stays when the workflows that used it are deleted or are given other triggers: `unused=true` finds those.',
        querystring: EndpointsQuery,
        response: { 200: page(ShownEndpoint), ...problems('invalid_cursor') },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      return asTenant(db, request.caller.organizationId, async (trx) => {
        const list = await listEndpoints(trx, filter, { limit, cursor });
        return { ...list, data: await shownEndpoints(trx, list.data) };
      });
    },
  );

  app.get(
    '/api/webhook-endpoints/:id',
    {
      onRequest: requireScope('n8n:read'),
      schema: {
        operationId: 'getWebhookEndpoint',
        tags,
        summary: 'Show an endpoint',
        description:
          'Without its secret, with the names of its headers only, and with its circuit, of which a change changes the `ETag` too; `If-Match` is not held to that.',
        params: IdParams,
        headers: IfNoneMatch,
        response: { 200: tagged(ShownEndpoint), 304: NotModified, ...problems('endpoint_not_found') },
      },
    },
    async (request, reply) => {
      const { endpoint, shown } = await asTenant(db, request.caller.organizationId, async (trx) => {
        const endpoint = await findEndpoint(trx, request.params.id);
        if (endpoint === null) throw new Problem('endpoint_not_found');
        const [shown] = await shownEndpoints(trx, [endpoint]);
        return { endpoint, shown: shown as ShownEndpoint };
      });
      return notModified(request, reply, shownTag(endpoint, shown)) ? reply : shown;
    },
  );

  registerChanges(app, ports);
  registerSecret(app, ports);
};

function registerChanges(app: App, ports: EndpointPorts): void {
  app.patch(
    '/api/webhook-endpoints/:id',
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'changeWebhookEndpoint',
        tags,
        summary: 'Change an endpoint',
        description:
          'What is left out stays; what is given replaces the whole of it, `headers` and `retryPolicy` too. With a `url` of another host, scheme or port the `headers` must be given again. Deliveries under way follow the change. It is a change of each workflow that uses the endpoint: their `ETag` changes with it.',
        params: IdParams,
        headers: IfMatch,
        body: WebhookEndpointChanges,
        response: {
          200: tagged(Endpoint),
          ...problems(
            'endpoint_not_found',
            'precondition_failed',
            'n8n_not_shared',
            'name_taken',
            'invalid_configuration',
          ),
        },
      },
    },
    async (request, reply) => {
      requirePathAllowed(ports, request);
      const target = {
        organizationId: request.caller.organizationId,
        endpointId: request.params.id,
        ifMatch: request.headers['if-match'],
      };
      const endpoint = await changeEndpoint(ports, target, request.body);
      reply.header('etag', endpointTag(endpoint));
      return endpointView(endpoint);
    },
  );

  app.delete(
    '/api/webhook-endpoints/:id',
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'deleteWebhookEndpoint',
        tags,
        summary: 'Delete an endpoint',
        description:
          'One that triggers of a workflow lead to, or have among their fallback actions, is not deleted. What was delivered stays visible until its retention.',
        params: IdParams,
        headers: IfMatch,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...problems('endpoint_not_found', 'precondition_failed', 'endpoint_in_use'),
        },
      },
    },
    async (request, reply) => {
      await removeEndpoint(ports.db, {
        organizationId: request.caller.organizationId,
        endpointId: request.params.id,
        ifMatch: request.headers['if-match'],
      });
      reply.code(204);
      return null;
    },
  );
}

function registerSecret(app: App, ports: EndpointPorts): void {
  app.post(
    '/api/webhook-endpoints/:id/secret',
    {
      onRequest: requireScope('n8n:write'),
      // No body at all asks for a generated secret.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
      schema: {
        operationId: 'rotateWebhookEndpointSecret',
        tags,
        summary: 'Give an endpoint a new secret',
        description:
          'Generated, or brought along. Shown this once. It signs whatever is sent from now on: the receiver should accept both until then.',
        params: IdParams,
        headers: IfMatch,
        body: EndpointSecretInput,
        'x-body-optional': true,
        response: {
          201: EndpointSecret,
          ...problems('endpoint_not_found', 'precondition_failed', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const target = {
        organizationId: request.caller.organizationId,
        endpointId: request.params.id,
        ifMatch: request.headers['if-match'],
      };
      reply.code(201);
      return changeEndpointSecret(ports, target, request.body.secret);
    },
  );
}
