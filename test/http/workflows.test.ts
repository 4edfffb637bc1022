import { sql } from 'kysely';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box, ingestRow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { type Answer, idOf, itemsOf, type Json, PUBLIC_URL, pointersOf, setUp } from './management.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const URL_OF_N8N = 'https://n8n.example.com/webhook/orders';

const webhookOf = (answer: Answer) => answer.json.webhook as Json;

t.test('a workflow is created, shown, changed and deleted', async (t) => {
  const { call } = await setUp(t);
  const made = await call('POST', '/api/workflows', {
    body: { name: 'Orders ✓', description: 'New orders' },
  });
  t.equal(made.status, 201);
  const id = idOf(made);
  t.equal(made.headers.location, `/api/workflows/${id}`);
  t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/, 'not guessable from the time of its creation');
  t.match(made.json, {
    name: 'Orders ✓',
    description: 'New orders',
    isActive: true,
    triggers: [],
    webhook: { enabled: false, authType: 'hmac', url: `${PUBLIC_URL}/api/webhooks/${id}`, secrets: [] },
  });
  t.same((await call('GET', `/api/workflows/${id}`)).json, made.json);

  const changed = await call('PATCH', `/api/workflows/${id}`, {
    body: { description: null, isActive: false },
  });
  t.equal(changed.status, 200);
  t.match(changed.json, { name: 'Orders ✓', description: null, isActive: false });
  t.same((await call('GET', `/api/workflows/${id}`)).json, changed.json);

  t.equal((await call('DELETE', `/api/workflows/${id}`)).status, 204);
  for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
    const answer = await call(method, `/api/workflows/${id}`, { body });
    t.match(answer, { status: 404, json: { code: 'workflow_not_found' } }, method);
  }
  t.same(itemsOf(await call('GET', '/api/workflows')), []);
});

t.test('a webhook gets a secret, shown once and stored sealed', async (t) => {
  const { call, db } = await setUp(t);
  for (const webhook of [{}, { authType: 'hmac' }, { authType: 'api_key' }, { authType: 'bearer_token' }]) {
    const made = await call('POST', '/api/workflows', { body: { name: 'a', webhook } });
    t.match(webhookOf(made), {
      enabled: true,
      authType: webhook.authType ?? 'hmac',
      secret: /^[0-9a-f]{64}$/,
    });
    const secret = String(webhookOf(made).secret);
    const snapshot = await loadWorkflowSnapshot(db, box, idOf(made));
    t.match(snapshot, { webhookEnabled: true, secrets: [{ secret, expiresAt: null }] });
    for (const path of [
      `/api/workflows/${idOf(made)}`,
      `/api/workflows/${idOf(made)}/webhook`,
      '/api/workflows',
    ]) {
      t.notOk((await call('GET', path)).text.includes(secret), path);
    }
    const { rows } = await sql<{ row: string }>`SELECT s::text || encode(ciphertext, 'escape') AS row
      FROM webhook_secrets s`.execute(db);
    t.notOk(rows.some(({ row }) => row.includes(secret)));
  }
  const open = await call('POST', '/api/workflows', { body: { name: 'a', webhook: { authType: 'none' } } });
  t.match(webhookOf(open), { enabled: true, authType: 'none', secrets: [], secret: undefined });
  const own = { enabled: false, authType: 'bearer_token', secret: 'a-token-of-our-own' };
  const brought = await call('POST', '/api/workflows', { body: { name: 'a', webhook: own } });
  t.match(webhookOf(brought), { enabled: false, secrets: [{ expiresAt: null }], secret: undefined });
  t.notOk(brought.text.includes('a-token-of-our-own'), 'who brings a secret knows it');
  const snapshot = await loadWorkflowSnapshot(db, box, idOf(brought));
  t.match(snapshot?.secrets, [{ secret: 'a-token-of-our-own' }]);
});

t.test('every fault is named at once', async (t) => {
  const { call } = await setUp(t);
  const answer = await call('POST', '/api/workflows', {
    body: {
      name: 'a',
      webhook: {
        authType: 'hmac',
        secret: 'short',
        hmac: { payload: '{timestamp}.{nonsense}' },
        ipAllowlist: ['10.0.0.0/8', '10.0.0.0/99', 'somewhere'],
        payloadSchema: { type: 'strin' },
        publicUrl: 'ftp://example.com/',
      },
      triggers: [
        {},
        { endpointId: NOBODY },
        { endpointId: NOBODY, endpoint: { url: URL_OF_N8N } },
        { endpoint: { url: 'ftp://example.com', secret: 'whsec_not base64 at all' } },
        { endpoint: { url: 'https://user:password@example.com', retryPolicy: { baseMs: 5_000, capMs: 10 } } },
        {
          endpoint: {
            url: URL_OF_N8N,
            headers: { Host: 'a', 'X-Hookgate-Attempt': '1', 'x-a': '1', 'X-A': '2' },
          },
        },
      ],
    },
  });
  t.match(answer, { status: 422, json: { code: 'invalid_configuration' } });
  t.same(
    [...new Set(pointersOf(answer))],
    [
      '/body/triggers/0',
      '/body/triggers/1/endpointId',
      '/body/triggers/2',
      '/body/triggers/3/endpoint/secret',
      '/body/triggers/3/endpoint/url',
      '/body/triggers/4/endpoint/retryPolicy/capMs',
      '/body/triggers/4/endpoint/url',
      '/body/triggers/5/endpoint/headers/Host',
      '/body/triggers/5/endpoint/headers/X-A',
      '/body/triggers/5/endpoint/headers/X-Hookgate-Attempt',
      '/body/webhook/hmac/payload',
      '/body/webhook/ipAllowlist/1',
      '/body/webhook/ipAllowlist/2',
      '/body/webhook/payloadSchema',
      '/body/webhook/publicUrl',
      '/body/webhook/secret',
    ],
  );
  t.notOk(answer.text.includes('password'), 'and nothing that was sent as a secret is repeated');

  const schema = await call('POST', '/api/workflows', {
    body: {
      name: '',
      surprise: 1,
      webhook: { authType: 'basic', maxBodyBytes: 0, provider: 'nobody' },
      triggers: [
        { triggerTypes: [], endpoint: { url: URL_OF_N8N, timeoutMs: 1, retryPolicy: { attempts: 1 } } },
      ],
    },
  });
  t.match(schema, { status: 400, json: { code: 'validation_failed' } });
  t.same(
    [...new Set(pointersOf(schema))],
    [
      '/body/name',
      '/body/surprise',
      '/body/triggers/0/endpoint/retryPolicy/attempts',
      '/body/triggers/0/endpoint/timeoutMs',
      '/body/triggers/0/triggerTypes',
      '/body/webhook/authType',
      '/body/webhook/maxBodyBytes',
      '/body/webhook/provider',
    ],
  );
});

t.test('headers of an endpoint are kept sealed, and shown to nobody', async (t) => {
  const { call, db } = await setUp(t);
  const headers = { Authorization: 'Basic c2VjcmV0OnBhc3N3b3Jk', 'x-token': 'verysecret' };
  const endpoint = {
    url: URL_OF_N8N,
    headers,
    pace: { perSecond: 0.5 },
    circuitBreaker: { failureRate: 0.9 },
  };
  const trigger = { endpoint, filter: 'body.amount > 100', transform: '{ "id": body.id }' };
  const made = await call('POST', '/api/workflows', { body: { name: 'a', triggers: [trigger] } });
  t.match(made.json, {
    triggers: [
      {
        filter: trigger.filter,
        transform: trigger.transform,
        endpoint: {
          headerNames: ['Authorization', 'x-token'],
          pace: { perSecond: 0.5 },
          circuitBreaker: { enabled: true, failureRate: 0.9, minimumAttempts: 20 },
        },
      },
    ],
  });
  for (const value of Object.values(headers)) t.notOk(made.text.includes(value));
  const { rows } = await sql<{
    text: string;
  }>`SELECT row_to_json(e)::text AS text FROM webhook_endpoints e`.execute(db);
  for (const value of Object.values(headers))
    t.notOk(rows[0]?.text.includes(Buffer.from(value).toString('hex')));
  t.match(await loadWorkflowSnapshot(db, box, idOf(made)), {
    triggers: [{ filter: trigger.filter, endpoint: { headers, pace: { perSecond: 0.5 } } }],
  });
  for (const header of ['a\r\nb', 'a\u0000', '\u20ac'])
    t.match(
      await call('POST', '/api/workflows', {
        body: { name: 'a', triggers: [{ endpoint: { url: URL_OF_N8N, headers: { 'x-a': header } } }] },
      }),
      { status: 400 },
    );
});

t.test('text that the database cannot hold is refused, not bent', async (t) => {
  const { call } = await setUp(t);
  for (const raw of [
    '{"name":"a\\u0000b"}',
    '{"name":"a\\ud800b"}',
    '{"name":"a","description":"\\u0000"}',
    '{"name":"a","triggers":[{"endpoint":{"url":"https://example.com","name":"\\udc00"}}]}',
  ]) {
    t.match(
      await call('POST', '/api/workflows', { raw }),
      { status: 400, json: { code: 'validation_failed' } },
      raw,
    );
  }
  for (const webhook of [
    '{"payloadSchema":{"const":"\\u0000"}}',
    '{"payloadSchema":{"properties":{"\\ud800":{}}}}',
    '{"hmac":{"payload":"{body}\\u0000"}}',
  ]) {
    const answer = await call('POST', '/api/workflows', { raw: `{"name":"a","webhook":${webhook}}` });
    t.match(answer, { status: 422, json: { code: 'invalid_configuration' } }, webhook);
  }
  const pair = await call('POST', '/api/workflows', { raw: '{"name":"\\ud83d\\ude00"}' });
  t.match(pair, { status: 201, json: { name: '😀' } }, 'a whole surrogate pair is a character');
});

t.test('deleting cancels what is open and keeps the history', async (t) => {
  const { call, pool, db, organizationId } = await setUp(t);
  const made = await call('POST', '/api/workflows', { body: { name: 'a' } });
  const path = `/api/workflows/${idOf(made)}`;
  const executions = await Promise.all([1, 2, 3].map(() => call('POST', `${path}/execute`)));
  const ids = executions.map((answer) => String(answer.json.executionId));
  await sql`UPDATE workflow_executions SET state = 'succeeded' WHERE id = ${ids[0]}`.execute(db);
  t.equal((await call('DELETE', path)).status, 204);
  const states = await Promise.all(ids.map((id) => call('GET', `/api/executions/${id}`)));
  t.same(
    states.map((answer) => answer.json.status),
    ['succeeded', 'cancelled', 'cancelled'],
  );
  t.match(await call('POST', `${path}/execute`), { status: 404, json: { code: 'workflow_not_found' } });
  t.equal((await call('DELETE', path)).status, 404);

  // A call that broke off between the mark and the last batch is finished by the next.
  const late = ingestRow(idOf(made), { organizationId });
  await writeIngestBatch(pool, [late]);
  t.equal((await call('DELETE', path)).status, 204);
  t.equal((await call('GET', `/api/executions/${late.executionId}`)).json.status, 'cancelled');
  t.equal((await call('DELETE', path)).status, 404);
});

t.test('what was executed by a workflow that is gone is still listed, and its name is free', async (t) => {
  const { call } = await setUp(t);
  const made = await call('POST', '/api/workflows', { body: { name: 'again' } });
  const started = await call('POST', `/api/workflows/${idOf(made)}/execute`);
  t.equal((await call('DELETE', `/api/workflows/${idOf(made)}`)).status, 204);
  const executions = itemsOf(await call('GET', `/api/executions?workflowId=${idOf(made)}`));
  t.match(executions, [{ id: started.json.executionId, status: 'cancelled' }]);
  const again = await call('POST', '/api/workflows', { body: { name: 'again' } });
  t.equal(again.status, 201);
  t.not(idOf(again), idOf(made));
  t.same(
    itemsOf(await call('GET', '/api/workflows?name=again')).map((item) => item.id),
    [idOf(again)],
  );
});

t.test('null takes away what can be absent, and is refused for what cannot', async (t) => {
  const { call } = await setUp(t);
  const made = await call('POST', '/api/workflows', {
    body: { name: 'a', description: 'b', triggers: [{ endpoint: { url: URL_OF_N8N } }] },
  });
  const path = `/api/workflows/${idOf(made)}`;
  for (const field of ['name', 'isActive', 'triggers', 'webhook', 'id', 'version']) {
    const answer = await call('PATCH', path, { body: { [field]: null } });
    t.match([answer.status, pointersOf(answer)], [400, [`/body/${field}`]], field);
  }
  t.equal((await call('PATCH', path, { body: {} })).status, 400);
  const stamps = { updatedAt: undefined, webhook: undefined };
  t.match({ ...(await call('GET', path)).json, ...stamps }, { ...made.json, ...stamps, triggers: [{}] });
  t.match((await call('PATCH', path, { body: { description: null } })).json, {
    name: 'a',
    description: null,
    isActive: true,
    triggers: { length: 1 },
  });
});
