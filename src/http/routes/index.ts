import type { App } from '../app.ts';
import { type WebhookRoutePorts, webhookRoutes } from './webhooks.ts';

/** What the routes need of the rest of the service: a small port for each family. */
export interface RouteDependencies {
  webhooks: WebhookRoutePorts;
}

/** All routes, in the order of the journey. A family is a function of its port that returns a plugin. */
export async function registerRoutes(app: App, deps: RouteDependencies): Promise<void> {
  await app.register(webhookRoutes(deps.webhooks));
}
