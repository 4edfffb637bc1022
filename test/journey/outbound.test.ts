import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { createDatabase, createPool, type Database } from '../../src/store/database.ts';
import { hastenChanged } from '../../src/store/endpoint-reach.ts';
import { type Api, createApi } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Journey, startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { FORBIDDEN_PATHS, LOCAL_HOSTS, WEBHOOK_PATHS } from '../helpers/spellings.ts';
import t, { type Test } from '../helpers/tap.ts';

function openDatabase(t: Test, { databaseUrl }: Pick<Journey, 'databaseUrl'>): Database {
  const pool = { connectionString: databaseUrl, max: 1, applicationName: 'test', onError: () => undefined };
  const db = createDatabase(createPool(pool));
  t.teardown(() => db.destroy());
  return db;
}

/** Gives the endpoints of a workflow these URLs, as if they had been saved before that was refused. */
async function moveEndpoints(t: Test, journey: Journey, ids: string[], urls: string[]): Promise<void> {
  await sql`
    UPDATE webhook_endpoints e SET url = n.url FROM unnest(${ids}::uuid[], ${urls}::text[]) AS n (id, url)
    WHERE e.id = n.id`.execute(openDatabase(t, journey));
}

t.setTimeout(280_000);

const PUBLIC = 'https://example.com/elsewhere';

/** A workflow that leads to these URLs, which nobody would be let save. */
async function leadingTo(t: Test, journey: Journey, api: Api, urls: string[]) {
  const workflow = await api.createWorkflow({
    name: `leads to ${urls[0]}`,
    triggers: urls.map(() => ({ endpoint: { url: PUBLIC } })),
  });
  const ids = workflow.triggers.map(({ endpoint }) => endpoint?.id ?? '');
  await moveEndpoints(t, journey, ids, urls);
  return workflow;
}

t.test('a private address is not called unless it is allowed, and the attempt says what to do', async (t) => {
  const journey = await startJourney(t, { env: { OUTBOUND_ALLOW_CIDRS: '' } });
  const { api } = journey;
  const receiver = await startReceiver(t);
  const { port } = new URL(receiver.url);
  const urls = [
    receiver.url,
    `http://localhost:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://2130706433:${port}/`,
    'http://169.254.169.254/latest/meta-data/',
  ];
  for (const url of urls) {
    const refused = await api.call('POST', '/api/webhook-endpoints', { json: { url } });
    t.match(refused, {
      status: 422,
      body: { code: 'invalid_configuration', errors: [{ pointer: '/body/url' }] },
    });
  }
  const workflow = await leadingTo(t, journey, api, urls);
  const { body } = await api.send(workflow.id);
  const execution = await ended(api, body.executionId);
  t.match(execution, { status: 'failed', outcome: 'address_not_allowed' });
  t.equal(execution.deliveries.length, urls.length);
  for (const { endpoint, attempts } of execution.deliveries) {
    t.match(
      attempts,
      [{ result: 'failed', outcome: 'address_not_allowed', advice: /OUTBOUND_ALLOW_CIDRS/ }],
      `${endpoint?.url}`,
    );
  }
  t.equal(receiver.requests.length, 0);
});

/** So many of them, evenly: `test/dispatch/reach.test.ts` tries all, and a workflow has no more triggers. */
const some = (urls: string[], count: number) =>
  urls.filter(
    (_, i) => Math.floor((i * count) / urls.length) !== Math.floor(((i - 1) * count) / urls.length),
  );

t.test('of an n8n on a private address two organizations reach its webhooks, and nothing else', async (t) => {
  const n8n = await startReceiver(t);
  const journey = await startJourney(t, {
    env: { OUTBOUND_ALLOW_CIDRS: '', N8N_BASE_URL: n8n.url, N8N_API_KEY: 'the-key-of-n8n' },
  });
  const { port } = new URL(n8n.url);
  const forbidden = [
    ...FORBIDDEN_PATHS.map((path) => n8n.url + path),
    ...LOCAL_HOSTS.map((host) => `http://${host}:${port}/rest/login`),
  ];
  for (const [name, api] of Object.entries({
    default: journey.api,
    other: await otherOrganization(t, journey),
  })) {
    n8n.requests.length = 0;
    for (const url of some(forbidden, 20)) {
      const { status } = await api.call('POST', '/api/webhook-endpoints', { json: { url } });
      t.ok(status === 422 || status === 400, `${name} cannot save ${url}`);
    }
    const urls = some(forbidden, 50);
    const led = await leadingTo(t, journey, api, urls);
    const sent = await api.send(led.id, {
      query: { x: '/../../rest/login', '../../rest/owner/setup': '' },
    });
    const execution = await eventually('all were tried', async () => {
      const found = await api.execution(sent.body.executionId ?? '');
      return (
        found.deliveries.length === urls.length && found.deliveries.every(({ outcome }) => outcome) && found
      );
    });
    for (const { outcome, endpoint } of execution.deliveries) {
      const expected = ['endpoint_not_allowed', 'address_not_allowed', 'invalid_request'];
      t.ok(expected.includes(outcome ?? ''), `${name}: ${endpoint?.url} is ${outcome}`);
    }
    const waiting = execution.deliveries.filter(({ outcome }) => outcome === 'endpoint_not_allowed');
    t.ok(urls.length >= 50);
    t.ok(waiting.every(({ status, nextAttemptAt }) => status === 'retrying' && nextAttemptAt !== null));
    t.equal((await api.call('POST', `/api/executions/${execution.id}/cancel`)).status, 202);
    t.same(n8n.requests, [], `${name} has reached nothing`);

    const workflow = await api.createWorkflow({
      triggers: WEBHOOK_PATHS.map(([path]) => ({ endpoint: { url: n8n.url + path } })),
    });
    const { body } = await api.send(workflow.id, { query: { a: '/../../rest' } });
    t.match(await ended(api, body.executionId), { status: 'succeeded' }, `${name} reaches the webhooks`);
    for (const { url } of n8n.requests) t.match(url, /^\/webhook(?:-test)?\/[^?]/);
    t.notOk(
      JSON.stringify(n8n.requests).includes('the-key-of-n8n'),
      'its API key does not go with a delivery',
    );
  }
});

async function otherOrganization(t: Test, { api, url }: Journey): Promise<Api> {
  const made = await api.call<{ id: string }>('POST', '/api/organizations', { json: { name: 'Other' } });
  const key = await api.call<{ key: string }>('POST', '/api/api-keys', {
    json: { name: 'all', scopes: ['admin'] },
    headers: { 'x-organization-id': made.body.id },
  });
  return createApi(t, { url, adminKey: key.body.key });
}

t.test('what waits is named at the start, and goes as soon as its endpoint may be called', async (t) => {
  const receiver = await startReceiver(t);
  const { url: databaseUrl } = await createTestDatabase(t);
  const n8n = { OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8', N8N_BASE_URL: receiver.url };
  const env = { DATABASE_URL: databaseUrl, ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const before = await startJourney(t, { env: { ...env, ...n8n } });
  const workflow = await leadingTo(t, before, before.api, [
    `${receiver.url}/rest/x`,
    `${receiver.url}/rest/y`,
  ]);
  const [first, second] = workflow.triggers.map(({ endpoint }) => endpoint?.id ?? '');
  const { body } = await before.api.send(workflow.id);
  const waiting = { status: 'retrying', outcome: 'endpoint_not_allowed', attempts: [{ advice: /waits/ }] };
  await eventually('both wait', async () => {
    const { deliveries } = await before.api.execution(body.executionId ?? '');
    return deliveries.length === 2 && deliveries.every(({ outcome }) => outcome === waiting.outcome);
  });
  t.match(await before.api.execution(body.executionId ?? ''), {
    status: 'retrying',
    deliveries: [waiting, waiting],
  });
  await before.close();

  const named = await startJourney(t, { env: { ...env, ...n8n } });
  const line = await eventually('they are named', () =>
    named.logs.find(({ msg }) => msg === 'endpoints.not_allowed'),
  );
  t.match(line, { count: 2, endpointIds: [first, second].sort() });
  const moved = await named.api.call('PATCH', `/api/webhook-endpoints/${first}`, {
    json: { url: `${receiver.url}/webhook/x` },
  });
  t.equal(moved.status, 200);
  t.equal(await hastenChanged(openDatabase(t, named)), 1, 'what waits for the one that was changed');
  await receiver.waitFor('it goes', (requests) => requests.some(({ url }) => url === '/webhook/x'));
  await named.close();

  // The address is not n8n's any more, so all of it may be called.
  const after = await startJourney(t, { env: { ...env, OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8' } });
  t.match(await ended(after.api, body.executionId), { status: 'succeeded' });
  t.same(receiver.requests.map(({ url }) => url).sort(), ['/rest/y', '/webhook/x']);
});
