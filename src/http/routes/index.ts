import type { SyncPorts } from '../../n8n/sync/change-record.ts';
import type { Budgets } from '../../runtime/budgets.ts';
import type { Database } from '../../store/database.ts';
import type { SecretBox } from '../../store/secret-box.ts';
import type { App } from '../app.ts';
import type { MayReach } from '../management/reach-faults.ts';
import { limitHeavyCalls } from '../plugins/heavy-calls.ts';
import { alertRoutes } from './alerts.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { dataSyncConfigRoutes } from './data-sync-configs.ts';
import { dataSyncConflictRoutes } from './data-sync-conflicts.ts';
import { dataSyncRecordRoutes } from './data-sync-records.ts';
import { dataSyncRunRoutes } from './data-sync-runs.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { type ExecuteRoutePorts, executeRoutes } from './execute.ts';
import { type ExecutionEventRoutePorts, executionEventRoutes } from './execution-events.ts';
import { executionRoutes, type WorkQueue } from './executions.ts';
import { inboundSecretRoutes } from './inbound-secret.ts';
import { n8nEndpointRoutes } from './n8n-endpoint.ts';
import { n8nEventRoutes } from './n8n-events.ts';
import { n8nExecutionRoutes } from './n8n-executions.ts';
import { type N8nInboundRoutePorts, n8nInboundRoutes } from './n8n-inbound.ts';
import { type N8nStatusRoutePorts, n8nStatusRoutes } from './n8n-status.ts';
import { type N8nWorkflowRoutePorts, n8nWorkflowRoutes } from './n8n-workflows.ts';
import { organizationRoutes } from './organizations.ts';
import { replayRoutes } from './replays.ts';
import { usageRoutes } from './usage.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';
import { type WebhookEventRoutePorts, webhookEventRoutes } from './webhook-events.ts';
import { webhookLogExportRoutes } from './webhook-log-export.ts';
import { webhookLogRetryRoutes } from './webhook-log-retry.ts';
import { webhookLogRoutes } from './webhook-logs.ts';
import { webhookProviderRoutes } from './webhook-providers.ts';
import { webhookSecretRoutes } from './webhook-secret.ts';
import { webhookSettingsRoutes } from './webhook-settings.ts';
import { type WebhookTestRoutePorts, webhookTestRoutes } from './webhook-test.ts';
import { type WebhookRoutePorts, webhookRoutes } from './webhooks.ts';
import { workflowTriggerRoutes } from './workflow-triggers.ts';
import { workflowRoutes } from './workflows.ts';

/** What the routes need of the rest of the service. */
export interface RouteDependencies {
  db: Database;
  /** For what takes long. */
  upkeep: Database;
  box: SecretBox;
  queue: WorkQueue;
  publicUrl: () => string;
  /** null: there is no n8n. */
  n8nWebhookUrl: string | null;
  /** Where endpoints may be. */
  reach: MayReach;
  /** The address of n8n's own pages; null: there is no n8n. */
  n8nBaseUrl: string | null;
  webhooks: WebhookRoutePorts;
  waitForEnd: ExecuteRoutePorts['waitForEnd'];
  transitions: ExecutionEventRoutePorts['transitions'];
  eventStreams: ExecutionEventRoutePorts['eventStreams'];
  refreshWorkflow: WebhookTestRoutePorts['refreshWorkflow'];
  n8nAccess: N8nWorkflowRoutePorts['n8nAccess'];
  n8nInbound: N8nInboundRoutePorts;
  n8nHealth: N8nStatusRoutePorts['n8nHealth'];
  queueDepth: N8nStatusRoutePorts['queueDepth'];
  eventSignal: WebhookEventRoutePorts['eventSignal'];
  sync: SyncPorts;
  budgets: Budgets;
}

/** All routes, in the order of the journey. A family is a function of its port that returns a plugin. */
export async function registerRoutes(app: App, deps: RouteDependencies): Promise<void> {
  limitHeavyCalls(app, deps.budgets);
  await app.register(webhookRoutes(deps.webhooks));
  await app.register(executeRoutes(deps));
  await app.register(executionRoutes(deps));
  await app.register(executionEventRoutes(deps));
  await app.register(deadLetterRoutes(deps));
  await app.register(workflowRoutes(deps));
  await app.register(webhookSettingsRoutes(deps));
  await app.register(webhookSecretRoutes(deps));
  await app.register(webhookTestRoutes(deps));
  await app.register(webhookProviderRoutes());
  await app.register(webhookEndpointRoutes(deps));
  await app.register(inboundSecretRoutes(deps));
  await app.register(workflowTriggerRoutes(deps));
  await app.register(webhookLogRoutes(deps));
  await app.register(webhookLogExportRoutes({ ...deps, db: deps.upkeep }));
  await app.register(webhookLogRetryRoutes(deps));
  await app.register(replayRoutes(deps));
  await app.register(alertRoutes(deps));
  await app.register(organizationRoutes(deps));
  await app.register(apiKeyRoutes(deps));
  await app.register(usageRoutes(deps));
  await app.register(n8nWorkflowRoutes(deps));
  await app.register(n8nExecutionRoutes(deps));
  await app.register(n8nEndpointRoutes(deps));
  await app.register(n8nEventRoutes(deps));
  await app.register(n8nStatusRoutes(deps));
  await app.register(n8nInboundRoutes(deps));
  await app.register(webhookEventRoutes(deps));
  await app.register(dataSyncConfigRoutes(deps));
  await app.register(dataSyncRecordRoutes(deps));
  await app.register(dataSyncConflictRoutes(deps));
  await app.register(dataSyncRunRoutes(deps));
}
