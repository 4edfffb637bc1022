import type { App } from '../app.ts';
import { type EndpointPorts, registerEndpoint } from '../management/endpoint-commands.ts';
import { endpointTag, endpointView } from '../management/endpoint-view.ts';
import { requirePathAllowed } from '../management/n8n-access.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, LOCATION, problems } from '../schemas/common.ts';
import { IfMatch, tagged } from '../schemas/conditional.ts';
import { Endpoint, EndpointRegistration } from '../schemas/endpoints.ts';
import { endpointCreated } from '../schemas/examples/endpoints.ts';

/** Registering a webhook of n8n by a name, as often as one likes: `PUT /api/webhooks/n8n`. */
export const n8nEndpointRoutes = (ports: EndpointPorts) => async (app: App) => {
  app.put(
    '/api/webhooks/n8n',
    {
      onRequest: requireScope('n8n:write'),
      schema: {
        operationId: 'registerN8nEndpoint',
        tags: ['n8n'],
        summary: 'Register an endpoint by its name',
        description:
          'Makes the endpoint, or makes the one of this name anew: what is left out goes back to its default, but the secrets stay. Secrets that are generated are in the answer that creates the endpoint and in no other: `secret` signs what goes out, `inboundSecret` what comes back.',
        headers: IfMatch,
        body: EndpointRegistration,
        response: {
          200: answer(tagged(Endpoint), {
            description: 'There was one of this name: it is as described now.',
          }),
          201: answer(tagged(Endpoint), {
            description: 'There was none of this name.',
            headers: { location: LOCATION },
            example: endpointCreated,
          }),
          ...problems('precondition_failed', 'n8n_not_shared', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      requirePathAllowed(ports, request);
      const { status, endpoint, ...generated } = await registerEndpoint(ports, {
        organizationId: request.caller.organizationId,
        ifMatch: request.headers['if-match'],
        input: request.body,
      });
      reply.header('etag', endpointTag(endpoint));
      if (status === 'replaced') return endpointView(endpoint);
      reply.code(201).header('location', `/api/webhook-endpoints/${endpoint.id}`);
      return endpointView(endpoint, generated);
    },
  );
};
