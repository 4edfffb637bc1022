import { createHash, randomBytes } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { newId } from '../../src/domain/ids.ts';
import { SCOPES, type Scope } from '../../src/domain/scopes.ts';
import { EndWatcher } from '../../src/execute/end-watcher.ts';
import { type App, buildApp } from '../../src/http/app.ts';
import { type ExecuteRoutePorts, executeRoutes } from '../../src/http/routes/execute.ts';
import { executionRoutes } from '../../src/http/routes/executions.ts';
import { webhookLogRoutes } from '../../src/http/routes/webhook-logs.ts';
import { webhookSecretRoutes } from '../../src/http/routes/webhook-secret.ts';
import { webhookSettingsRoutes } from '../../src/http/routes/webhook-settings.ts';
import { workflowRoutes } from '../../src/http/routes/workflows.ts';
import { createMetrics } from '../../src/operate/metrics.ts';
import { createKeyAuthenticator, loadApiKey } from '../../src/store/api-keys.ts';
import type { Database } from '../../src/store/database.ts';
import type { DueWork } from '../../src/store/due.ts';
import { findEnded } from '../../src/store/executions.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { box } from '../helpers/rows.ts';

export const PUBLIC_URL = 'https://hooks.example.com';

/** One instance of the API on a database, with what its queue was offered. */
export interface Instance {
  app: App;
  db: Database;
  offered: DueWork[];
  queue: { accepting: boolean };
  watcher: EndWatcher;
}

export async function startInstance(
  t: Test,
  db: Database,
  overrides: Partial<ExecuteRoutePorts> = {},
): Promise<Instance> {
  const offered: DueWork[] = [];
  const queue = { accepting: true };
  const watcher = new EndWatcher({
    findEnded: (ids) => findEnded(db, ids),
    onError: (error) => t.comment(String(error)),
  });
  watcher.start();
  const ports = {
    db,
    box,
    publicUrl: () => PUBLIC_URL,
    queue: { accepting: () => queue.accepting, offer: (work: DueWork[]) => offered.push(...work) },
    waitForEnd: watcher.waitForEnd.bind(watcher),
    ...overrides,
  };
  const app = await buildApp({
    logger: false,
    trustProxy: false,
    maxBodyBytes: 1_048_576,
    authenticate: createKeyAuthenticator({
      db,
      keys: { get: (sha256) => loadApiKey(db, sha256) },
      adminApiKey: null,
    }),
    metrics: createMetrics({
      oldestDueSeconds: async () => 0,
      queueDepth: async () => 0,
      ingestWaitingRows: () => 0,
    }),
    metricsToken: null,
    publicUrl: ports.publicUrl,
    readiness: () => Promise.reject(new Error('not asked for here')),
    routes: async (scope) => {
      await scope.register(executeRoutes(ports));
      await scope.register(executionRoutes(ports));
      await scope.register(workflowRoutes(ports));
      await scope.register(webhookSettingsRoutes(ports));
      await scope.register(webhookSecretRoutes(ports));
      await scope.register(webhookLogRoutes(ports));
    },
  });
  t.teardown(async () => {
    await watcher.stop();
    await app.close();
  });
  return { app, db, offered, queue, watcher };
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
  const key = `hg_${randomBytes(24).toString('base64url')}`;
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
      prefix: key.slice(0, 8),
      key_sha256: createHash('sha256').update(key).digest(),
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
