import { asTenant } from '../../store/database.ts';
import { findWorkflow } from '../../store/workflows.ts';
import type { App } from '../app.ts';
import { entityTag, notModified } from '../management/etag.ts';
import { existing } from '../management/locked-change.ts';
import { webhookView } from '../management/webhook-view.ts';
import { changeWebhookSettings, type Stores } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { IdParams, problems } from '../schemas/common.ts';
import { IfMatch, IfNoneMatch, NotModified, tagged } from '../schemas/conditional.ts';
import { WebhookChanges, WebhookSettings } from '../schemas/webhook-settings.ts';

export interface WebhookSettingsRoutePorts extends Stores {
  publicUrl: () => string;
}

const tags = ['Webhook settings'];

/** How a workflow's webhook is verified, limited and reached: `/api/workflows/:id/webhook`. */
export const webhookSettingsRoutes = (ports: WebhookSettingsRoutePorts) => async (app: App) => {
  app.get(
    '/api/workflows/:id/webhook',
    {
      onRequest: requireScope('workflows:read'),
      schema: {
        operationId: 'getWebhookSettings',
        tags,
        summary: 'Show the webhook of a workflow',
        description: 'With a command that calls it. Never shows a secret.',
        params: IdParams,
        headers: IfNoneMatch,
        response: { 200: tagged(WebhookSettings), 304: NotModified, ...problems('workflow_not_found') },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.caller;
      const workflow = await existing(
        asTenant(ports.db, organizationId, (trx) => findWorkflow(trx, request.params.id)),
      );
      const view = webhookView(workflow, ports.publicUrl(), null);
      return notModified(request, reply, entityTag(workflow.version, view)) ? reply : view;
    },
  );

  app.patch(
    '/api/workflows/:id/webhook',
    {
      config: { carries: 'schema' },
      onRequest: requireScope('workflows:write'),
      schema: {
        operationId: 'changeWebhookSettings',
        tags,
        summary: 'Change the webhook of a workflow',
        description:
          'What is left out stays, null takes a setting away; `hmac` is replaced as a whole. When no stored secret can be used under the new settings, one is generated and shown this once.',
        params: IdParams,
        headers: IfMatch,
        body: WebhookChanges,
        response: {
          200: tagged(WebhookSettings),
          ...problems('workflow_not_found', 'precondition_failed', 'invalid_configuration'),
        },
      },
    },
    async (request, reply) => {
      const target = {
        organizationId: request.caller.organizationId,
        workflowId: request.params.id,
        ifMatch: request.headers['if-match'],
      };
      const { workflow, generated } = await changeWebhookSettings(ports, target, request.body);
      const publicUrl = ports.publicUrl();
      reply.header('etag', entityTag(workflow.version, webhookView(workflow, publicUrl, null)));
      return webhookView(workflow, publicUrl, generated.webhook);
    },
  );
};
