import { sql } from 'kysely';
import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { createN8nHealth } from '../../src/n8n/health.ts';
import { countOutcomes } from '../../src/store/gates.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';
import {
  ADMIN_KEY,
  clientOf,
  insertOrganization,
  itemsOf,
  type Json,
  setUp,
  startInstance,
} from './management.ts';
import { withWorker } from './worker.ts';

const none = { count: 0, bounded: false };

t.test('the status of an organization without anything', async (t) => {
  const { call } = await setUp(t);
  const { status, json } = await call('GET', '/api/webhooks/n8n');
  t.equal(status, 200);
  t.match(json, {
    n8n: { status: 'not_configured', latencyMs: null },
    queue: { depth: 0, due: 0, held: 0, waiting: 0, bounded: false },
    endpoints: { data: [], more: false },
    events: { received: 0, refused: 0, sent: 0, failed: 0, bounded: false, waiting: none },
  });
  t.same(json.executions, {
    queued: none,
    running: none,
    retrying: none,
    waiting: none,
    succeeded: none,
    failed: none,
    cancelled: none,
    dead_lettered: none,
  });
});

t.test('what waits, what was sent, and the circuits', async (t) => {
  const { app, call, db, execute, plan, targets, organizationId } = await withWorker(t);
  const endpointId = targets[0]?.endpointId ?? '';
  await execute();
  await plan(await execute());
  const held = await plan(await execute());
  await sql`UPDATE deliveries SET gate = 'held' WHERE id = ${held[0]}`.execute(db);
  const event = (state: string, direction = 'out', age = 0) => {
    const waits = state === 'pending';
    return sql`
      INSERT INTO webhook_events (id, organization_id, direction, event, state, endpoint_id, body_bytes, next_attempt_at)
      VALUES ((left(uuidv7_floor(now() - ${age} * interval '1 hour')::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid,
        ${organizationId}, ${direction}, 'e', ${state}, ${endpointId}, 0, ${waits ? sql`now()` : null})`.execute(
      db,
    );
  };
  for (const state of ['succeeded', 'succeeded', 'failed', 'dead_lettered', 'pending']) await event(state);
  await event('succeeded', 'out', 30);
  await event('pending', 'out', 30);
  for (const state of ['processed', 'processed', 'processed', 'refused']) await event(state, 'in');
  await sql`
    INSERT INTO workflow_executions (id, organization_id, workflow_id, trigger_type, state)
    SELECT (left(uuidv7_floor(now())::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid,
      organization_id, workflow_id, 'webhook', 'succeeded'
    FROM generate_series(1, 10001), (SELECT organization_id, workflow_id FROM workflow_executions LIMIT 1) AS e`.execute(
    db,
  );
  const outcomes = Array.from({ length: 20 }, () => ({ startedMs: Date.now(), failed: true }));
  await countOutcomes(db, [{ endpointId, breaker: DEFAULT_CIRCUIT_BREAKER, outcomes, probe: null }]);

  const { json } = await call('GET', '/api/webhooks/n8n');
  t.match(json, {
    queue: { due: 2, held: 1, waiting: 0, bounded: false },
    endpoints: { data: [{ id: endpointId, circuit: { state: 'open', openUntil: /Z$/ } }], more: false },
    events: { received: 3, refused: 1, sent: 2, failed: 2, waiting: { count: 2, bounded: false } },
    executions: { queued: { count: 1 }, running: { count: 2 }, succeeded: { count: 10_000, bounded: true } },
  });

  const shown = await call('GET', `/api/webhook-endpoints/${endpointId}`);
  t.match(shown.json, { circuit: { state: 'open', openUntil: /Z$/ } });
  const [listed] = itemsOf(await call('GET', '/api/webhook-endpoints'));
  t.same(listed?.circuit, shown.json.circuit);
  const etag = String(shown.headers.etag);
  const conditional = (tag: string) =>
    call('GET', `/api/webhook-endpoints/${endpointId}`, { headers: { 'if-none-match': tag } });
  t.equal((await conditional(etag)).status, 304);
  await sql`UPDATE endpoint_gates SET circuit = 'closed', open_until = NULL`.execute(db);
  const closed = await conditional(etag);
  t.match(closed, { status: 200, json: { circuit: { state: 'closed', openUntil: null } } });
  const changed = await call('PATCH', `/api/webhook-endpoints/${endpointId}`, {
    body: { timeoutMs: 1_000 },
    headers: { 'if-match': etag },
  });
  t.equal(changed.status, 200, 'a circuit is nothing that a change could undo');
  t.equal((await conditional(String(changed.headers.etag))).status, 304);

  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.match((await stranger('GET', '/api/webhooks/n8n')).json, {
    endpoints: { data: [] },
    events: { received: 0, waiting: none },
    executions: { succeeded: none },
  });
  t.equal(
    (await clientOf(app, (await insertOrganization(db, ['logs:read'])).key)('GET', '/api/webhooks/n8n'))
      .status,
    403,
  );
});

t.test('n8n is shown to those who may look into it', async (t) => {
  const { db, key } = await setUp(t);
  const n8n = await startReceiver(t);
  const health = createN8nHealth({ baseUrl: n8n.url });
  t.teardown(() => health.close());
  const { app } = await startInstance(t, db, {
    n8nAccess: { api: null, missing: ['N8N_API_KEY'], shared: false },
    n8nHealth: health,
    queueDepth: async () => null,
  });
  const own = await clientOf(app, ADMIN_KEY)('GET', '/api/webhooks/n8n');
  t.match(own.json, { n8n: { status: 'ok', detail: null, checkedAt: /Z$/ }, queue: { depth: null } });
  t.type((own.json.n8n as Json).latencyMs, 'number');
  const tenant = await clientOf(app, key)('GET', '/api/webhooks/n8n');
  t.match(tenant.json, { n8n: { status: 'not_shared', latencyMs: null } });
  t.equal(n8n.requests.length, 1);
});

t.test('a hundred endpoints are shown, and that there are more', async (t) => {
  const { call, db, organizationId } = await setUp(t);
  await sql`
    INSERT INTO webhook_endpoints (id, organization_id, name, url, secret_ciphertext, encryption_key_id)
    SELECT gen_random_uuid(), ${organizationId}, 'e' || lpad(n::text, 3, '0'), 'http://127.0.0.1/', '', 'k'
    FROM generate_series(1, 101) AS n`.execute(db);
  const { json } = await call('GET', '/api/webhooks/n8n');
  const { data, more } = json.endpoints as { data: Json[]; more: boolean };
  t.equal(data.length, 100);
  t.equal(data[0]?.name, 'e001');
  t.equal(more, true);
});
