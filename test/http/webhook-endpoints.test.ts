import { sql } from 'kysely';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import {
  clientOf,
  idOf,
  insertOrganization,
  itemsOf,
  pointersOf,
  setUp,
  startInstance,
} from './management.ts';

const FAMILY = '/api/webhook-endpoints';
const URL_OF_N8N = 'https://n8n.example.com/webhook/orders';
const NOBODY = '00000000-0000-4000-8000-000000000000';

t.test('an endpoint is created, shown, changed and deleted', async (t) => {
  const { call } = await setUp(t);
  const made = await call('POST', FAMILY, {
    body: {
      url: URL_OF_N8N,
      name: 'orders',
      events: ['order.created', 'order.paid'],
      headers: { 'x-token': 'a-credential' },
      pace: { perSecond: 5, concurrency: 2 },
      retryPolicy: { maxAttempts: 3 },
      timeoutMs: 5_000,
    },
  });
  t.equal(made.status, 201);
  const path = `${FAMILY}/${idOf(made)}`;
  t.equal(made.headers.location, path);
  t.match(made.json, {
    name: 'orders',
    url: URL_OF_N8N,
    secret: /^whsec_[A-Za-z0-9+/]{43}=$/,
    events: ['order.created', 'order.paid'],
    headerNames: ['x-token'],
    pace: { perSecond: 5, concurrency: 2 },
    retryPolicy: { maxAttempts: 3, baseMs: 1_000, capMs: 900_000 },
    timeoutMs: 5_000,
    onAmbiguous: 'retry',
    retryWorkflowErrors: true,
    payloadLimitBytes: null,
    isActive: true,
  });
  const { secret, inboundSecret: _inbound, ...seen } = made.json;
  const shown = await call('GET', path);
  const circuit = { state: 'closed', openUntil: null };
  t.same(shown.json, { ...seen, circuit }, 'all but the secrets, which are shown once');
  t.equal(shown.headers.etag, made.headers.etag);
  t.notOk([made, shown].some(({ text }) => text.includes('a-credential')));
  t.notOk(shown.text.includes(String(secret)));

  const changed = await call('PATCH', path, {
    body: { isActive: false, pace: null, retryPolicy: { baseMs: 10 }, events: [] },
  });
  t.equal(changed.status, 200);
  const stamps = { updatedAt: changed.json.updatedAt };
  const retryPolicy = { maxAttempts: 8, baseMs: 10, capMs: 900_000 };
  t.same(changed.json, { ...seen, ...stamps, isActive: false, pace: null, retryPolicy, events: [] });
  t.same((await call('GET', path)).json, { ...changed.json, circuit });

  t.equal((await call('DELETE', path)).status, 204);
  const gone = { status: 404, json: { code: 'endpoint_not_found' } };
  for (const [method, url, body] of [
    ['GET', path],
    ['PATCH', path, { name: 'x' }],
    ['DELETE', path],
    ['POST', `${path}/secret`],
    ['GET', `${FAMILY}/${NOBODY}`],
  ] as const) {
    t.match(await call(method, url, { body }), gone, `${method} ${url}`);
  }
  t.same(itemsOf(await call('GET', FAMILY)), []);
});

t.test('headers and secrets are replaced as a whole, and what is sent obeys', async (t) => {
  const { call, db } = await setUp(t);
  const made = await call('POST', FAMILY, {
    body: { url: URL_OF_N8N, headers: { 'x-a': '1', 'x-b': '2' } },
  });
  const path = `${FAMILY}/${idOf(made)}`;
  t.match(made.json.name, /^n8n\.example\.com\/webhook\/orders /);
  const workflow = await call('POST', '/api/workflows', {
    body: { name: 'a', triggers: [{ endpointId: idOf(made) }] },
  });
  const sent = async () => {
    const snapshot = await loadWorkflowSnapshot(db, box, idOf(workflow));
    return snapshot?.triggers[0]?.endpoint;
  };
  t.match(await sent(), { secret: made.json.secret, headers: { 'x-a': '1', 'x-b': '2' } });

  const replaced = await call('PATCH', path, { body: { headers: { 'X-C': '3' } } });
  t.same(replaced.json.headerNames, ['X-C']);
  t.same((await sent())?.headers, { 'X-C': '3' });
  t.equal((await sent())?.secret, made.json.secret, 'what is left out stays');
  t.same((await call('PATCH', path, { body: { headers: {} } })).json.headerNames, []);
  t.same((await sent())?.headers, {});

  const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZg==';
  const brought = await call('PATCH', path, { body: { secret, name: 'named' } });
  t.notOk(brought.text.includes(secret), 'who brings a secret knows it');
  t.match(await sent(), { secret });

  const rotated = await call('POST', `${path}/secret`);
  t.match(rotated, { status: 201, json: { endpointId: idOf(made), secret: /^whsec_[A-Za-z0-9+/]{43}=$/ } });
  t.not(rotated.json.secret, made.json.secret);
  t.equal((await sent())?.secret, rotated.json.secret);
  const own = await call('POST', `${path}/secret`, { body: { secret: 'sixteen characters at least' } });
  t.match([own.status, (await sent())?.secret], [201, 'sixteen characters at least']);
  t.notOk((await call('GET', path)).text.includes('sixteen characters'));
  const { rows } = await sql<{ row: string }>`
    SELECT e::text || encode(secret_ciphertext, 'escape') AS row FROM webhook_endpoints e`.execute(db);
  t.notOk(rows[0]?.row.includes('sixteen characters'), 'and it is stored sealed');
});

t.test('a path is below the n8n there is', async (t) => {
  const { call, db, key } = await setUp(t);
  const made = await call('POST', FAMILY, { body: { path: '/webhook/a?b=c' } });
  t.match(made, { status: 201, json: { url: 'https://n8n.example.com/webhook/a?b=c' } });
  const moved = await call('PATCH', `${FAMILY}/${idOf(made)}`, { body: { path: 'webhook/b' } });
  t.equal(moved.json.url, 'https://n8n.example.com/webhook/b');
  const host = await call('POST', FAMILY, { body: { path: '//evil.example.com/x' } });
  t.equal(new URL(String(host.json.url)).host, 'n8n.example.com');

  const { app } = await startInstance(t, db, { n8nWebhookUrl: null });
  const without = clientOf(app, key);
  const refused = await without('POST', FAMILY, { body: { path: '/webhook/a' } });
  t.match(refused, { status: 422, json: { code: 'invalid_configuration' } });
  t.match(refused.json.errors, [{ pointer: '/body/path', detail: /N8N_BASE_URL/ }]);
  t.equal((await without('POST', FAMILY, { body: { url: URL_OF_N8N } })).status, 201);
});

t.test('every fault is named at once', async (t) => {
  const { call } = await setUp(t);
  const made = await call('POST', FAMILY, { body: { url: URL_OF_N8N } });
  const path = `${FAMILY}/${idOf(made)}`;
  const bad = {
    url: 'https://user:password@example.com',
    secret: 'whsec_not base64 at all',
    headers: { Host: 'a', 'x-a': '1', 'X-A': '2', 'x-hookgate-~': '1' },
    retryPolicy: { baseMs: 5_000, capMs: 10 },
  };
  for (const [method, url] of [
    ['POST', FAMILY],
    ['PATCH', path],
  ] as const) {
    const answer = await call(method, url, { body: bad });
    t.match(answer, { status: 422, json: { code: 'invalid_configuration' } }, method);
    t.same(pointersOf(answer), [
      '/body/headers/Host',
      '/body/headers/X-A',
      '/body/headers/x-hookgate-~0',
      '/body/retryPolicy/capMs',
      '/body/secret',
      '/body/url',
    ]);
    t.notOk(/password|base64 at all/.test(answer.text), 'and nothing that was sent as a secret is repeated');
    const both = await call(method, url, { body: { url: URL_OF_N8N, path: '/a', secret: bad.secret } });
    t.match([both.status, pointersOf(both)], [422, ['/body', '/body/secret']]);
    const schema = await call(method, url, {
      body: {
        name: '',
        url: 1,
        isActive: null,
        events: ['', 'x'.repeat(101)],
        pace: { perSecond: 0 },
        timeoutMs: 1,
        surprise: 1,
        headerNames: [],
      },
    });
    t.match(schema, { status: 400, json: { code: 'validation_failed' } });
    t.same(
      [...new Set(pointersOf(schema))],
      [
        '/body/events/0',
        '/body/events/1',
        '/body/headerNames',
        '/body/isActive',
        '/body/name',
        '/body/pace/perSecond',
        '/body/surprise',
        '/body/timeoutMs',
        '/body/url',
      ],
    );
    const events = Array.from({ length: 51 }, (_, i) => `event ${i}`);
    t.equal((await call(method, url, { body: { url: URL_OF_N8N, events } })).status, 400);
  }
  for (const url of ['ftp://example.com', 'https://exa mple.com', 'n8n.example.com', 'https://a:b@c.d']) {
    const answer = await call('PATCH', path, { body: { url } });
    t.match([answer.status, pointersOf(answer)], [422, ['/body/url']], url);
  }
  const spaced = await call('PATCH', path, { body: { path: '/a b' } });
  t.match([spaced.status, pointersOf(spaced)], [422, ['/body/path']]);
  const nowhere = await call('POST', FAMILY, { body: { name: 'a', secret: bad.secret } });
  t.match([nowhere.status, pointersOf(nowhere)], [422, ['/body', '/body/secret']]);
  const secret = await call('POST', `${path}/secret`, { body: { secret: bad.secret } });
  t.match([secret.status, pointersOf(secret)], [422, ['/body/secret']]);
  t.equal((await call('PATCH', path, { body: {} })).status, 400);
  const { secret: _secret, inboundSecret: _inbound, ...before } = made.json;
  const { circuit: _circuit, ...after } = (await call('GET', path)).json;
  t.same(after, before, 'nothing was changed');
});

t.test('a name is one endpoint’s', async (t) => {
  const { call, app, db } = await setUp(t);
  const [one, other] = [
    await call('POST', FAMILY, { body: { url: URL_OF_N8N, name: 'one' } }),
    await call('POST', FAMILY, { body: { url: URL_OF_N8N, name: 'other' } }),
  ];
  const taken = { status: 409, json: { code: 'name_taken', detail: /"one"/ } };
  t.match(await call('POST', FAMILY, { body: { url: URL_OF_N8N, name: 'one' } }), taken);
  t.match(await call('PATCH', `${FAMILY}/${idOf(other)}`, { body: { name: 'one' } }), taken);
  t.equal((await call('PATCH', `${FAMILY}/${idOf(one)}`, { body: { name: 'one' } })).status, 200);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.equal((await stranger('POST', FAMILY, { body: { url: URL_OF_N8N, name: 'one' } })).status, 201);

  // Two who swap names would wait for each other, had they not taken turns.
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all([
      call('PATCH', `${FAMILY}/${idOf(one)}`, { body: { name: 'other' } }),
      call('PATCH', `${FAMILY}/${idOf(other)}`, { body: { name: 'one' } }),
      call('POST', FAMILY, { body: { url: URL_OF_N8N, name: 'other' } }),
    ]);
    t.same(
      answers.map(({ status }) => status),
      [409, 409, 409],
    );
  }
});

t.test('they are listed page by page, and found by name, by being active and by being unused', async (t) => {
  const { call } = await setUp(t);
  const ids: string[] = [];
  for (const name of ['Orders', 'orders_2', '100% off', 'off']) {
    const made = await call('POST', FAMILY, {
      body: { url: URL_OF_N8N, name, isActive: name !== 'off' },
    });
    ids.unshift(idOf(made));
  }
  const found = async (query: string) =>
    itemsOf(await call('GET', `${FAMILY}?${query}`)).map((item) => String(item.name));
  t.same(await found('name=ORDERS'), ['orders_2', 'Orders']);
  t.same(await found('name=_'), ['orders_2']);
  t.same(await found('name=%25'), ['100% off']);
  t.same(await found('isActive=false'), ['off']);
  t.same(await found('isActive=true&name=off'), ['100% off']);
  const seen: unknown[] = [];
  for (let next: unknown = ''; next !== null; ) {
    const page = await call('GET', `${FAMILY}?limit=3${next === '' ? '' : `&cursor=${next}`}`);
    seen.push(...itemsOf(page).map((item) => item.id));
    next = page.json.nextCursor;
  }
  t.same(seen, ids, 'newest first');
  t.match(await call('GET', `${FAMILY}?cursor=x`), { status: 400, json: { code: 'invalid_cursor' } });
  t.same(pointersOf(await call('GET', `${FAMILY}?unused=x&name=`)), ['/query/name', '/query/unused']);

  const body = { name: 'a', triggers: [{ endpointId: ids[0] }, { endpointId: ids[1] }] };
  const workflow = `/api/workflows/${idOf(await call('POST', '/api/workflows', { body }))}`;
  t.same(await found('unused=false'), ['off', '100% off']);
  t.same(await found('unused=true'), ['orders_2', 'Orders']);
  await call('PATCH', workflow, { body: { triggers: [{ endpointId: ids[1] }] } });
  t.same(await found('unused=false'), ['100% off']);
  await call('DELETE', workflow);
  t.same(await found('unused=false'), [], 'nor does a workflow that is deleted use one');
});

t.test('a header has a name and a value that HTTP can carry', async (t) => {
  const { call } = await setUp(t);
  const made = await call('POST', FAMILY, { body: { url: URL_OF_N8N } });
  const workflow = await call('POST', '/api/workflows', { body: { name: 'a' } });
  const calls = [
    ['POST', FAMILY, { url: URL_OF_N8N }],
    ['PATCH', `${FAMILY}/${idOf(made)}`, {}],
    ['PUT', '/api/webhooks/n8n', { name: 'a', url: URL_OF_N8N }],
  ] as const;
  const bad: [string, unknown][] = [
    ['x y', 'v'],
    ['x\u0000', 'v'],
    ['', 'v'],
    ['x:y', 'v'],
    ['x\ny', 'v'],
    ['x'.repeat(101), 'v'],
    ['x y', 7],
    ['x-number', 7],
    ['x-null', null],
    ['x-list', ['v']],
    ['x-nul', '\u0000'],
  ];
  for (const [name, value] of bad) {
    const headers = { [name]: value, 'x-good': 'v' };
    for (const [method, path, more] of calls) {
      const answer = await call(method, path, { body: { ...more, headers } });
      t.match(
        answer,
        { status: 400, json: { code: 'validation_failed' } },
        JSON.stringify([method, name, value]),
      );
      t.same(pointersOf(answer), [`/body/headers/${name}`]);
    }
    const body = { workflowId: idOf(workflow), endpoint: { url: URL_OF_N8N, headers } };
    const inside = await call('POST', '/api/workflow-triggers', { body });
    t.same([inside.status, pointersOf(inside)], [400, [`/body/endpoint/headers/${name}`]]);
  }
});

t.test('a credential does not follow a URL that leads elsewhere', async (t) => {
  const { call, db } = await setUp(t);
  const made = await call('POST', FAMILY, { body: { url: URL_OF_N8N, headers: { 'x-token': 'secret' } } });
  const path = `${FAMILY}/${idOf(made)}`;
  const patch = (body: object) => call('PATCH', path, { body });
  const there = new URL(URL_OF_N8N);
  for (const url of [
    'https://evil.example.com/webhook/orders',
    `http://${there.host}${there.pathname}`,
    `https://${there.host}:8443${there.pathname}`,
  ]) {
    const refused = await patch({ url, name: 'other' });
    t.match(refused, {
      status: 422,
      json: {
        code: 'invalid_configuration',
        errors: [
          { pointer: '/body/headers', detail: 'must be given again, because the URL leads elsewhere' },
        ],
      },
    });
  }
  t.equal((await call('GET', path)).json.url, URL_OF_N8N, 'nothing was changed');
  const faulty = await patch({ url: 'https://evil.example.com/', retryPolicy: { baseMs: 5_000, capMs: 10 } });
  t.same(pointersOf(faulty), ['/body/headers', '/body/retryPolicy/capMs'], 'with all other faults');
  t.equal((await patch({ url: `https://${there.host.toUpperCase()}/other` })).status, 200);
  t.match(await patch({ url: 'https://b.example.com/', headers: { 'x-b': 'b' } }), {
    status: 200,
    json: { headerNames: ['x-b'] },
  });
  t.equal((await patch({ url: 'https://c.example.com/', headers: {} })).status, 200);
  t.equal((await patch({ url: 'https://d.example.com/' })).status, 200, 'without headers nothing follows');

  const body = { name: 'by name', url: URL_OF_N8N, headers: { 'x-token': 'secret' } };
  const named = await call('PUT', '/api/webhooks/n8n', { body });
  const moved = await call('PUT', '/api/webhooks/n8n', {
    body: { name: 'by name', url: 'https://b.example.com/' },
  });
  t.match(moved, { status: 200, json: { id: idOf(named), headerNames: [] } }, 'what is left out is gone');
  const { rows } = await sql<{ sealed: unknown }>`
    SELECT headers_ciphertext AS sealed FROM webhook_endpoints WHERE name = 'by name'`.execute(db);
  t.same(rows, [{ sealed: null }]);
});
