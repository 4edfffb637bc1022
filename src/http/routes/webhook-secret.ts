import type { App } from '../app.ts';
import { rotateSecret } from '../management/rotate-secret.ts';
import type { Stores } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { IdParams, problems } from '../schemas/common.ts';
import { IfMatch } from '../schemas/conditional.ts';
import { SecretRotated, SecretRotation } from '../schemas/webhook-settings.ts';

/** Changing the secret that verifies webhooks, without losing one: `/api/workflows/:id/webhook/secret`. */
export const webhookSecretRoutes = (stores: Stores) => async (app: App) => {
  app.post(
    '/api/workflows/:id/webhook/secret',
    {
      onRequest: requireScope('workflows:write'),
      // No body at all asks for a generated secret, and no overlap.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
      schema: {
        operationId: 'rotateWebhookSecret',
        tags: ['Webhook settings'],
        summary: 'Give a webhook a new secret',
        description:
          'Generated, or brought along. Shown this once. The secrets of before go on verifying for the overlap, which never prolongs one.',
        params: IdParams,
        headers: IfMatch,
        body: SecretRotation,
        response: {
          201: SecretRotated,
          ...problems('workflow_not_found', 'precondition_failed', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const { id, secret, previousExpiresAt } = await rotateSecret(stores, {
        organizationId: request.caller.organizationId,
        workflowId: request.params.id,
        ifMatch: request.headers['if-match'],
        secret: request.body.secret,
        overlapSeconds: request.body.overlapSeconds ?? 0,
      });
      reply.code(201);
      return { id, secret, previousExpiresAt: previousExpiresAt?.toISOString() ?? null };
    },
  );
};
