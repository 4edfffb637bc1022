import type { LightMyRequestResponse } from 'fastify';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { digestOf, newApiKey, prefixOf } from '../../src/domain/api-key.ts';
import { newId } from '../../src/domain/ids.ts';
import { SCOPES, type Scope } from '../../src/domain/scopes.ts';
import { EndWatcher } from '../../src/execute/end-watcher.ts';
import { TransitionWatcher } from '../../src/execute/transition-watcher.ts';
import { type App, buildApp } from '../../src/http/app.ts';
import type { EndpointPorts } from '../../src/http/management/endpoint-commands.ts';
import { EventStreams } from '../../src/http/management/event-stream.ts';
import { alertRoutes } from '../../src/http/routes/alerts.ts';
import { apiKeyRoutes } from '../../src/http/routes/api-keys.ts';
import { dataSyncConfigRoutes } from '../../src/http/routes/data-sync-configs.ts';
import { dataSyncConflictRoutes } from '../../src/http/routes/data-sync-conflicts.ts';
import { dataSyncRecordRoutes } from '../../src/http/routes/data-sync-records.ts';
import { dataSyncRunRoutes } from '../../src/http/routes/data-sync-runs.ts';
import { deadLetterRoutes } from '../../src/http/routes/dead-letters.ts';
import { type ExecuteRoutePorts, executeRoutes } from '../../src/http/routes/execute.ts';
import {
  type ExecutionEventRoutePorts,
  executionEventRoutes,
} from '../../src/http/routes/execution-events.ts';
import { executionRoutes } from '../../src/http/routes/executions.ts';
import { inboundSecretRoutes } from '../../src/http/routes/inbound-secret.ts';
import { n8nEndpointRoutes } from '../../src/http/routes/n8n-endpoint.ts';
import { n8nEventRoutes } from '../../src/http/routes/n8n-events.ts';
import { n8nExecutionRoutes } from '../../src/http/routes/n8n-executions.ts';
import { n8nInboundRoutes } from '../../src/http/routes/n8n-inbound.ts';
import { type N8nStatusRoutePorts, n8nStatusRoutes } from '../../src/http/routes/n8n-status.ts';
import { type N8nWorkflowRoutePorts, n8nWorkflowRoutes } from '../../src/http/routes/n8n-workflows.ts';
import { organizationRoutes } from '../../src/http/routes/organizations.ts';
import { replayRoutes } from '../../src/http/routes/replays.ts';
import { webhookEndpointRoutes } from '../../src/http/routes/webhook-endpoints.ts';
import { webhookEventRoutes } from '../../src/http/routes/webhook-events.ts';
import { webhookLogExportRoutes } from '../../src/http/routes/webhook-log-export.ts';
import { webhookLogRetryRoutes } from '../../src/http/routes/webhook-log-retry.ts';
import { webhookLogRoutes } from '../../src/http/routes/webhook-logs.ts';
import { webhookProviderRoutes } from '../../src/http/routes/webhook-providers.ts';
import { webhookSecretRoutes } from '../../src/http/routes/webhook-secret.ts';
import { webhookSettingsRoutes } from '../../src/http/routes/webhook-settings.ts';
import { webhookTestRoutes } from '../../src/http/routes/webhook-test.ts';
import { workflowTriggerRoutes } from '../../src/http/routes/workflow-triggers.ts';
import { workflowRoutes } from '../../src/http/routes/workflows.ts';
import type { EventHandlers } from '../../src/n8n/inbound/event.ts';
import { createSyncHandlers } from '../../src/n8n/sync/receive.ts';
import { createMetrics } from '../../src/operate/metrics.ts';
import { openN8nInbound } from '../../src/service/n8n-inbound.ts';
import { loadApiKey } from '../../src/store/api-keys.ts';
import type { Database } from '../../src/store/database.ts';
import type { DueWork } from '../../src/store/due.ts';
import { findEnded } from '../../src/store/executions.ts';
import { createKeyAuthenticator } from '../../src/store/key-authenticator.ts';
import { databaseTime, findMoved, findTransitions } from '../../src/store/transitions.ts';
import { type Check, createCheck, descriptionOf, watchAnswers } from '../helpers/conformance.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { box } from '../helpers/rows.ts';
import type { Test } from '../helpers/tap.ts';

export const PUBLIC_URL = 'https://hooks.example.com';
export const N8N_BASE_URL = 'https://n8n.example.com';
/** N8N_WEBHOOK_SECRET. */
export const N8N_SECRET = 'what-n8n-signs-with-in-the-tests';
export const ADMIN_KEY = 'the-admin-key-of-the-tests-of-the-api';

/** One instance of the API on a database, with what its queue was offered. */
export interface Instance {
  app: App;
  db: Database;
  offered: DueWork[];
  queue: { accepting: boolean };
  watcher: EndWatcher;
  /** How often whoever sends events was told that there are some. */
  events: { notified: number };
}

/** Made of the first instance's description: all instances have the same routes. */
let check: Check | undefined;

export async function startInstance(
  t: Test,
  db: Database,
  overrides: Partial<
    ExecuteRoutePorts &
      ExecutionEventRoutePorts &
      EndpointPorts &
      N8nStatusRoutePorts &
      Pick<N8nWorkflowRoutePorts, 'n8nAccess'> & { handlers: EventHandlers; n8nWebhookSecret: string | null }
  > = {},
): Promise<Instance> {
  const offered: DueWork[] = [];
  const queue = { accepting: true };
  const events = { notified: 0 };
  const watcher = new EndWatcher({
    findEnded: (ids) => findEnded(db, ids),
    onError: (error) => t.comment(String(error)),
  });
  watcher.start();
  const transitions = new TransitionWatcher({
    databaseTime: () => databaseTime(db),
    findMoved: (positions) => findMoved(db, positions),
    findTransitions: (span) => findTransitions(db, span),
    onAnswer: () => undefined,
    onError: (error) => t.comment(String(error)),
  });
  transitions.start();
  const sync = { db, expressions: createExpressions({ processes: 1 }) };
  const ports = {
    db,
    box,
    publicUrl: () => PUBLIC_URL,
    n8nWebhookUrl: `${N8N_BASE_URL}/webhook`,
    n8nBaseUrl: N8N_BASE_URL,
    queue: { accepting: () => queue.accepting, offer: (work: DueWork[]) => offered.push(...work) },
    waitForEnd: watcher.waitForEnd.bind(watcher),
    refreshWorkflow: () => undefined,
    transitions,
    eventStreams: new EventStreams(),
    n8nAccess: { api: null, missing: ['N8N_BASE_URL'], shared: true },
    n8nWebhookSecret: N8N_SECRET,
    handlers: createSyncHandlers(sync),
    sync,
    n8nHealth: null,
    queueDepth: async () => 0,
    eventSignal: {
      notify: () => {
        events.notified++;
      },
    },
    ...overrides,
  };
  const inbound = openN8nInbound({
    settings: { n8nWebhookSecret: ports.n8nWebhookSecret },
    log: { warn: (fields: object) => t.comment(fields) },
    stores: { db, box },
    producer: ports.queue,
    handlers: ports.handlers,
    metrics: { executed: () => undefined },
  });
  const app = await buildApp({
    logger: false,
    trustProxy: false,
    maxBodyBytes: 1_048_576,
    authenticate: createKeyAuthenticator({
      db,
      keys: { get: (sha256) => loadApiKey(db, sha256) },
      adminApiKey: ADMIN_KEY,
      onUsed: () => undefined,
    }),
    metrics: createMetrics({
      oldestDueSeconds: async () => 0,
      queueDepth: async () => 0,
      ingestWaitingRows: () => 0,
      eventStreams: () => 0,
    }),
    metricsToken: null,
    publicUrl: ports.publicUrl,
    readiness: () => Promise.reject(new Error('not asked for here')),
    routes: async (scope) => {
      watchAnswers(t, scope, () => {
        check ??= createCheck(descriptionOf(scope));
        return check;
      });
      await scope.register(executeRoutes(ports));
      await scope.register(executionRoutes(ports));
      await scope.register(executionEventRoutes(ports));
      await scope.register(deadLetterRoutes(ports));
      await scope.register(workflowRoutes(ports));
      await scope.register(webhookSettingsRoutes(ports));
      await scope.register(webhookSecretRoutes(ports));
      await scope.register(webhookTestRoutes(ports));
      await scope.register(webhookProviderRoutes());
      await scope.register(webhookEndpointRoutes(ports));
      await scope.register(inboundSecretRoutes(ports));
      await scope.register(workflowTriggerRoutes(ports));
      await scope.register(webhookLogRoutes(ports));
      await scope.register(webhookLogExportRoutes(ports));
      await scope.register(webhookLogRetryRoutes(ports));
      await scope.register(replayRoutes(ports));
      await scope.register(alertRoutes(ports));
      await scope.register(organizationRoutes(ports));
      await scope.register(apiKeyRoutes(ports));
      await scope.register(n8nWorkflowRoutes(ports));
      await scope.register(n8nExecutionRoutes(ports));
      await scope.register(n8nEndpointRoutes(ports));
      await scope.register(n8nEventRoutes(ports));
      await scope.register(n8nStatusRoutes(ports));
      await scope.register(webhookEventRoutes(ports));
      await scope.register(n8nInboundRoutes({ n8nInbound: inbound }));
      await scope.register(dataSyncConfigRoutes(ports));
      await scope.register(dataSyncRecordRoutes(ports));
      await scope.register(dataSyncConflictRoutes(ports));
      await scope.register(dataSyncRunRoutes(ports));
    },
  });
  t.teardown(async () => {
    ports.eventStreams.stop();
    await Promise.all([watcher.stop(), transitions.stop()]);
    await app.close();
    await inbound.close();
    await sync.expressions.close();
  });
  return { app, db, offered, queue, watcher, events };
}

export interface Call {
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: LightMyRequestResponse['headers'];
  json: Json;
  text: string;
}

export type Json = { readonly [key: string]: unknown };

export const idOf = (answer: Answer): string => String(answer.json.id);

/** The items of a list call's answer. */
export const itemsOf = (answer: Answer): Json[] => answer.json.data as Json[];

/** What an invalid request was told about, in order. */
export const pointersOf = (answer: Answer): string[] =>
  ((answer.json.errors ?? []) as { pointer: string }[]).map((fault) => fault.pointer).sort();

export type Client = (method: string, url: string, call?: Call) => Promise<Answer>;

/** Calls the API with a key. */
export function clientOf(app: App, key: string): Client {
  return async (method, url, { body, raw, headers } = {}) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: {
        authorization: `Bearer ${key}`,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const json = response.body === '' ? {} : (JSON.parse(response.body) as Json);
    return { status: response.statusCode, headers: response.headers, json, text: response.body };
  };
}

/** An organization of its own with an API key; its id, the key and the key's name as a caller. */
export async function insertOrganization(db: Database, scopes: readonly Scope[] = SCOPES) {
  const organizationId = newId();
  const keyId = newId();
  const key = newApiKey();
  await db
    .insertInto('organizations')
    .values({ id: organizationId, name: 'Test', slug: organizationId })
    .execute();
  await db
    .insertInto('api_keys')
    .values({
      id: keyId,
      organization_id: organizationId,
      name: 'test',
      prefix: prefixOf(key),
      key_sha256: digestOf(key),
      scopes: [...scopes],
    })
    .execute();
  return { organizationId, key, caller: `api_key:${keyId}` };
}

/** A database, an instance of the API on it, and an organization that may do everything. */
export async function setUp(t: Test) {
  const { db, pool, url } = await openTestDatabase(t);
  const instance = await startInstance(t, db);
  const organization = await insertOrganization(db);
  return { ...instance, ...organization, pool, url, call: clientOf(instance.app, organization.key) };
}
