import { sql } from 'kysely';
import { SCOPES, type Scope } from '../../src/domain/scopes.ts';
import { createDatabase, createPool } from '../../src/store/database.ts';
import { startJourney } from '../helpers/journey.ts';
import t from '../helpers/tap.ts';
import { BODIES, callAs, newTenant, OBJECTS, received, type Tenant } from './tenancy-objects.ts';

t.setTimeout(280_000);

/** Whose rows these are: who may change a table by one call needs the same for every other that changes it. */
const SCOPE_OF: Record<string, Scope> = {
  workflows: 'workflows:write',
  webhook_secrets: 'workflows:write',
  workflow_triggers: 'n8n:write',
  webhook_endpoints: 'n8n:write',
  endpoint_inbound_secrets: 'n8n:write',
  webhook_events: 'n8n:write',
  data_sync_configs: 'n8n:write',
  sync_records: 'n8n:write',
  sync_conflicts: 'n8n:write',
  sync_runs: 'n8n:write',
  sync_outbox: 'n8n:write',
  workflow_executions: 'executions:write',
  execution_transitions: 'executions:write',
  deliveries: 'executions:write',
  idempotency_keys: 'executions:write',
  replays: 'executions:write',
  webhook_logs: 'logs:write',
  api_keys: 'admin',
};

/** What the service counts by itself, some time after a call. */
const COUNTED: ReadonlySet<string> = new Set(['daily_use']);

const REPLAYED =
  'what came in is run again, which is what logs:write is for, and nothing else can be sent with it';
/** What follows from a call whose scope is another one. Each has to be still true. */
const CONSEQUENCES: Record<string, { tables: string[]; because: string }> = {
  deleteWorkflow: {
    tables: ['workflow_executions', 'execution_transitions', 'deliveries'],
    because: 'the open executions of what is deleted end with it',
  },
  testWebhook: {
    tables: ['webhook_logs', 'workflow_executions', 'execution_transitions'],
    because: 'it sends a webhook, as everybody can who has the secret, and workflows:write may replace that',
  },
  retryWebhookLog: { tables: ['workflow_executions', 'execution_transitions'], because: REPLAYED },
  retryWebhookLogs: { tables: ['replays'], because: REPLAYED },
  cancelReplay: {
    tables: ['replays'],
    because: 'the scope for the kind of replay is asked for: replay-scopes.test',
  },
  retryWebhookEvent: { tables: ['webhook_events'], because: 'what went out is sent again, as with webhooks' },
};

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  requestBody?: { content: Record<string, { example?: unknown }> };
}

interface Write {
  method: string;
  path: string;
  operation: Operation;
}

const ENDPOINT = { url: 'https://n8n.example.com/webhook/orders' };

/** Bodies that change as much as a call can change; several where that takes several. */
const bodiesOf = async ({ operation }: Write, tenant: Tenant): Promise<unknown[]> => {
  const made = async (prefix: string) => OBJECTS[prefix]?.(tenant);
  const trigger = { endpoint: ENDPOINT };
  switch (operation.operationId) {
    case 'createWorkflow':
      return [
        { name: 'a', webhook: {} },
        { name: 'a', triggers: [trigger] },
      ];
    case 'changeWorkflow':
      return [{ name: 'b' }, { triggers: [trigger] }, { triggers: [] }];
    case 'createWebhookEndpoint':
      return [ENDPOINT];
    case 'registerN8nEndpoint':
      return [{ ...ENDPOINT, name: 'n8n' }];
    case 'createWorkflowTrigger':
      return [{ workflowId: tenant.workflowId, endpointId: await made('/api/webhook-endpoints/{id}') }];
    case 'sendN8nEvent':
      return [{ endpointId: await made('/api/webhook-endpoints/{id}'), event: 'a', data: {} }];
    case 'createApiKey':
      return [{ name: 'a', scopes: ['logs:read'] }];
    case 'createDataSyncConfig':
      return [{ entity: 'a', direction: 'outbound', endpointId: await made('/api/webhook-endpoints/{id}') }];
    case 'retryWebhookLogs':
    case 'redriveDeadLetters':
      return [{ filter: { workflowId: tenant.workflowId } }];
    default:
      return [operation.requestBody === undefined ? undefined : (BODIES[operation.operationId] ?? {})];
  }
};

const journey = await startJourney(t, { env: { ROLE: 'api' } });
const pool = {
  connectionString: journey.databaseUrl,
  max: 1,
  applicationName: 'test',
  onError: () => undefined,
};
const db = createDatabase(createPool(pool));
t.teardown(() => db.destroy());
const tenant = await newTenant(t, journey, 'One');

/** A digest of each table, without what counts and dates changes of others. */
async function fingerprint(): Promise<Map<string, string>> {
  const tables = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname NOT LIKE 'kysely%'`.execute(db);
  const parts = tables.rows.map(
    ({ name }) => sql`
      SELECT ${name} AS name, coalesce(md5(string_agg(row, '' ORDER BY row)), '') AS digest
      FROM (SELECT (to_jsonb(r) - 'updated_at' - 'version' - 'last_used_at')::text AS row FROM ${sql.table(name)} AS r) AS rows`,
  );
  const { rows } = await sql<{ name: string; digest: string }>`${sql.join(parts, sql` UNION ALL `)}`.execute(
    db,
  );
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}

async function keyWithout(scope: Scope): Promise<string> {
  const scopes = SCOPES.filter((other) => other !== 'admin' && other !== scope);
  const { json } = await callAs(tenant, {
    method: 'POST',
    path: '/api/api-keys',
    body: { name: 'a', scopes },
  });
  return String(json.key);
}

const keys = new Map<Scope, string>();
for (const scope of SCOPES) keys.set(scope, await keyWithout(scope));

/** Everything that changes something and asks for a key of an organization. */
async function writes(): Promise<Write[]> {
  const { body } = await journey.api.call<{ paths: Record<string, Record<string, Operation>> }>(
    'GET',
    '/openapi.json',
  );
  return Object.entries(body.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
    .filter(({ method, path, operation: { security } }) => {
      const asked = security.flatMap((schemes) => Object.values(schemes).flat());
      // What is in n8n is no table of ours, but for what registering makes: that asks for both scopes.
      return (
        method !== 'GET' && asked.length > 0 && !asked.includes('admin_key') && !path.startsWith('/api/n8n/')
      );
    });
}

/** Brings an object into a state in which the call changes all that it can. */
const PREPARED: Record<string, (path: string) => Promise<unknown>> = {
  deleteWorkflow: (path) => callAs(tenant, { method: 'POST', path: `${path}/execute`, body: {} }),
  retryWebhookEvent: async (path) => {
    const id = path.split('/').at(-2) ?? '';
    const failed = { state: 'failed', next_attempt_at: null, finished_at: new Date() } as const;
    await db.updateTable('webhook_events').set(failed).where('id', '=', id).execute();
  },
};

/** The path with an object of its own for each parameter. */
async function fill(path: string): Promise<string> {
  let filled = path;
  for (const match of path.matchAll(/\{[^}]+\}/g)) {
    const make = OBJECTS[path.slice(0, match.index + match[0].length)];
    if (make === undefined)
      throw new Error(`Nothing is known about the object in ${path}: add it to OBJECTS.`);
    filled = filled.replace(/\{[^}]+\}/, await make(tenant));
  }
  return filled;
}

t.test('who changes a table by one call has the scope that every other call asks for', async (t) => {
  const seen = new Map<string, Set<string>>();
  await received(tenant);
  for (const write of await writes()) {
    const { operationId } = write.operation;
    const bodies = await bodiesOf(write, tenant);
    for (const body of bodies) {
      const name = `${write.method} ${write.path} ${JSON.stringify(body)?.slice(0, 60)}`;
      const call = { method: write.method, path: await fill(write.path), body };
      await PREPARED[operationId]?.(call.path);
      const before = await fingerprint();
      const { status, json } = await callAs(tenant, call);
      const after = await fingerprint();
      const done = status < 300 || [409, 410].includes(status);
      t.ok(done, `${name} is done: ${status} ${JSON.stringify(json)} (give ${operationId} a body)`);
      const changed = [...after.keys()].filter(
        (table) => after.get(table) !== before.get(table) && !COUNTED.has(table),
      );
      seen.set(operationId, new Set([...(seen.get(operationId) ?? []), ...changed]));
      for (const table of changed) {
        if (CONSEQUENCES[operationId]?.tables.includes(table)) continue;
        const scope = SCOPE_OF[table];
        if (scope === undefined) {
          t.fail(`${name} changes ${table}: say in SCOPE_OF who may`);
          continue;
        }
        const refused = await callAs({ ...tenant, key: keys.get(scope) ?? '' }, call);
        t.match(
          refused,
          { status: 403, json: { code: 'insufficient_scope' } },
          `${name} changes ${table}: needs ${scope}`,
        );
        t.match(refused.json.detail, scope, `${name} names ${scope}`);
      }
    }
  }
  for (const [operationId, { tables }] of Object.entries(CONSEQUENCES)) {
    t.ok(
      tables.some((table) => seen.get(operationId)?.has(table)),
      `${operationId} changes ${tables.join(', ')}: else take it out of CONSEQUENCES`,
    );
  }
});
