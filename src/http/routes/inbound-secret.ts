import type { App } from '../app.ts';
import { rotateInboundSecret } from '../management/inbound-secret.ts';
import type { Stores } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { answer, IdParams, problems } from '../schemas/common.ts';
import { IfMatch } from '../schemas/conditional.ts';
import { InboundSecretRotation } from '../schemas/endpoints.ts';
import { inboundSecretRotated } from '../schemas/examples/endpoints.ts';
import { SecretRotated } from '../schemas/webhook-settings.ts';

/** Changing the secret that verifies what comes back from n8n: `/api/webhook-endpoints/:id/inbound-secret`. */
export const inboundSecretRoutes = (stores: Stores) => async (app: App) => {
  app.post(
    '/api/webhook-endpoints/:id/inbound-secret',
    {
      onRequest: requireScope('n8n:write'),
      // No body at all asks for a generated secret, and no overlap.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
      schema: {
        operationId: 'rotateInboundSecret',
        tags: ['Webhook endpoints'],
        summary: 'Give an endpoint a new secret for what comes back',
        description:
          'Verifies what n8n sends to `POST /api/webhooks/n8n` in the name of this endpoint. Generated, or brought along. Shown this once. The secrets of before go on verifying for the overlap, which never prolongs one. An endpoint that was made together with a trigger has none before this.',
        params: IdParams,
        headers: IfMatch,
        body: InboundSecretRotation,
        'x-body-optional': true,
        response: {
          201: answer(SecretRotated, { example: inboundSecretRotated }),
          ...problems('endpoint_not_found', 'precondition_failed', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const { id, secret, previousExpiresAt } = await rotateInboundSecret(stores, {
        organizationId: request.caller.organizationId,
        endpointId: request.params.id.toLowerCase(),
        ifMatch: request.headers['if-match'],
        secret: request.body.secret,
        overlapSeconds: request.body.overlapSeconds ?? 0,
      });
      reply.code(201);
      return { id, secret, previousExpiresAt: previousExpiresAt?.toISOString() ?? null };
    },
  );
};
