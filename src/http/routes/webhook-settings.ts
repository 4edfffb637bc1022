import { asTenant } from '../../store/database.ts';
import { findWorkflow } from '../../store/workflows.ts';
import type { App } from '../app.ts';
import { webhookView } from '../management/webhook-view.ts';
import { changeWebhookSettings, existing, type Stores } from '../management/workflow-commands.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { IdParams, problems } from '../schemas/common.ts';
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
        response: { 200: WebhookSettings, ...problems('workflow_not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.caller;
      const found = asTenant(ports.db, organizationId, (trx) => findWorkflow(trx, request.params.id));
      return webhookView(await existing(found), ports.publicUrl(), null);
    },
  );

  app.patch(
    '/api/workflows/:id/webhook',
    {
      onRequest: requireScope('workflows:write'),
      schema: {
        operationId: 'changeWebhookSettings',
        tags,
        summary: 'Change the webhook of a workflow',
        description:
          'What is left out stays, null takes a setting away; `hmac` is replaced as a whole. When no stored secret can be used under the new settings, one is generated and shown this once.',
        params: IdParams,
        body: WebhookChanges,
        response: { 200: WebhookSettings, ...problems('workflow_not_found', 'invalid_configuration') },
      },
    },
    async (request) => {
      const owner = { organizationId: request.caller.organizationId, workflowId: request.params.id };
      const { workflow, generated } = await changeWebhookSettings(ports, owner, request.body);
      return webhookView(workflow, ports.publicUrl(), generated.webhook);
    },
  );
};
