import type { App } from '../app.ts';
import { providerViews } from '../management/provider-view.ts';
import { requireScope } from '../plugins/authenticate.ts';
import { WebhookProviders } from '../schemas/webhook-providers.ts';

/** The senders that are known by name: `/api/webhook-providers`. */
export const webhookProviderRoutes = () => async (app: App) => {
  const providers = { data: providerViews() };
  app.get(
    '/api/webhook-providers',
    {
      onRequest: requireScope('workflows:read'),
      schema: {
        operationId: 'listWebhookProviders',
        tags: ['Webhook settings'],
        summary: 'List the known senders',
        description:
          'What `provider` of a webhook can be: how each signs, which secret to paste where, how soon it wants an answer, and what this knowledge rests on.',
        response: { 200: WebhookProviders },
      },
    },
    async () => providers,
  );
};
