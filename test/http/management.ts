import type { LightMyRequestResponse } from 'fastify';
import { absentPort } from '../../scripts/openapi.ts';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { createOwnPlaces } from '../../src/dispatch/own-places.ts';
import { createReach, type ReachOptions } from '../../src/dispatch/reach.ts';
import { digestOf, newApiKey, prefixOf } from '../../src/domain/api-key.ts';
import { DEFAULT_LIMITS } from '../../src/domain/budgets.ts';
import { newId } from '../../src/domain/ids.ts';
import { SCOPES, type Scope } from '../../src/domain/scopes.ts';
import { EndWatcher } from '../../src/execute/end-watcher.ts';
import { TransitionWatcher } from '../../src/execute/transition-watcher.ts';
import { type App, buildApp } from '../../src/http/app.ts';
import { EventStreams } from '../../src/http/management/event-stream.ts';
import { type RouteDependencies, registerRoutes } from '../../src/http/routes/index.ts';
import type { WebhookRoutePorts } from '../../src/http/routes/webhooks.ts';
import type { EventHandlers } from '../../src/n8n/inbound/event.ts';
import { createSyncHandlers } from '../../src/n8n/sync/receive.ts';
import { createMetrics } from '../../src/operate/metrics.ts';
import { Budgets } from '../../src/runtime/budgets.ts';
import { openN8nInbound } from '../../src/service/n8n-inbound.ts';
import { loadApiKey } from '../../src/store/api-keys.ts';
import type { Database } from '../../src/store/database.ts';
import type { DueWork } from '../../src/store/due.ts';
import { findEnded } from '../../src/store/executions.ts';
import { createKeyAuthenticator } from '../../src/store/key-authenticator.ts';
import { databaseTime, findMoved, findTransitions } from '../../src/store/transitions.ts';
import { type Check, createCheck, descriptionOf, watchAnswers } from '../helpers/conformance.ts';
import { emptyDatabase, makeReusableDatabase } from '../helpers/database.ts';
import { createLender } from '../helpers/lending.ts';
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
  budgets: Budgets;
  offered: DueWork[];
  queue: { accepting: boolean };
  watcher: EndWatcher;
  /** How often whoever sends events was told that there are some. */
  events: { notified: number };
}

/** Nearly everywhere: where endpoints may be is the subject of tests of its own. */
export const testReach = (options: Partial<ReachOptions> = {}) =>
  createReach({
    allowCidrs: ['127.0.0.0/8', '10.0.0.0/8'],
    n8n: null,
    own: createOwnPlaces(null),
    ...options,
  });

/** Made of the first instance's description: all instances have the same routes. */
let check: Check | undefined;

export async function startInstance(
  t: Test,
  db: Database,
  overrides: Partial<RouteDependencies> & {
    handlers?: EventHandlers;
    n8nWebhookSecret?: string | null;
  } = {},
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
  const budgets = overrides.budgets ?? new Budgets({ limits: DEFAULT_LIMITS });
  const ports = {
    db,
    upkeep: db,
    box,
    publicUrl: () => PUBLIC_URL,
    n8nWebhookUrl: `${N8N_BASE_URL}/webhook`,
    n8nBaseUrl: N8N_BASE_URL,
    reach: testReach(),
    queue: { accepting: () => queue.accepting, offer: (work: DueWork[]) => offered.push(...work) },
    waitForEnd: watcher.waitForEnd.bind(watcher),
    refreshWorkflow: () => undefined,
    transitions,
    eventStreams: new EventStreams(budgets.concurrent('event_streams')),
    budgets,
    n8nAccess: { api: null, missing: ['N8N_BASE_URL'], shared: true },
    n8nWebhookSecret: N8N_SECRET,
    handlers: createSyncHandlers(sync),
    sync,
    n8nHealth: null,
    queueDepth: async () => 0,
    // The front door has tests of its own: here nobody sends a webhook.
    webhooks: absentPort<WebhookRoutePorts>({ rateLimitRedis: null }),
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
    stores: { admission: db, work: db, box },
    producer: ports.queue,
    handlers: ports.handlers,
    metrics: { executed: () => undefined },
  });
  const app = await buildApp({
    logger: false,
    trustProxy: false,
    maxBodyBytes: 1_048_576,
    budgets: ports.budgets,
    authenticate: createKeyAuthenticator({
      db,
      keys: { peek: () => undefined, get: (sha256) => loadApiKey(db, sha256) },
      unknownNames: ports.budgets.rate('unknown_names'),
      adminApiKey: ADMIN_KEY,
      onUsed: () => undefined,
    }),
    metrics: createMetrics({
      oldestDueSeconds: async () => 0,
      queueDepth: async () => 0,
      ingestWaitingRows: () => 0,
      eventStreams: () => 0,
    }),
    metricsAccess: 'open',
    publicUrl: ports.publicUrl,
    readiness: () => Promise.reject(new Error('not asked for here')),
    routes: async (scope) => {
      watchAnswers(t, scope, () => {
        check ??= createCheck(descriptionOf(scope));
        return check;
      });
      await registerRoutes(scope, { ...ports, n8nInbound: inbound });
    },
  });
  t.teardown(async () => {
    ports.eventStreams.stop();
    await Promise.all([watcher.stop(), transitions.stop()]);
    await app.close();
    await inbound.close();
    await sync.expressions.close();
  });
  return { app, db, budgets, offered, queue, watcher, events };
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

/** An instance of the API on a database of its own. */
export async function makeApi(t: Test) {
  const database = await makeReusableDatabase(t);
  const { pool, db } = database;
  return { database, pool, ...(await startInstance(t, db)) };
}

/** One for a file, as new for each test. */
export const lendApi = createLender({
  make: makeApi,
  async renew({ database, offered, queue, events }) {
    offered.length = 0;
    queue.accepting = true;
    events.notified = 0;
    return emptyDatabase(database);
  },
});

/**
 * An instance of the API, and an organization that may do everything.
 *
 * @param lend Where the instance is from. `makeApi` is for a test that closes it.
 */
export async function setUp(t: Test, lend: (t: Test) => ReturnType<typeof makeApi> = lendApi) {
  const { database, ...api } = await lend(t);
  const organization = await insertOrganization(api.db);
  return { ...api, ...organization, url: database.url, call: clientOf(api.app, organization.key) };
}
