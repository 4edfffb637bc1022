import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { openInboundSecrets } from '../../src/store/inbound-secrets.ts';
import { createSecretBox } from '../../src/store/secret-box.ts';
import { openSecret } from '../../src/store/secret-rows.ts';
import { box } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';
import { clientOf, idOf, insertOrganization, itemsOf, pointersOf, setUp } from './management.ts';
import { EVENTS } from './signed-events.ts';

const FAMILY = '/api/webhook-endpoints';
const URL = 'https://n8n.example.com/webhook/orders';

async function withEndpoint(t: Test, input: object = {}) {
  const set = await setUp(t);
  const made = await set.call('POST', FAMILY, { body: { name: 'orders', url: URL, ...input } });
  const id = idOf(made);
  const live = () => set.db.transaction().execute((trx) => openInboundSecrets(trx, box, id));
  return { ...set, made, id, path: `${FAMILY}/${id}/inbound-secret`, live };
}

t.test('an endpoint that is made by itself has one, shown once', async (t) => {
  const { call, made, id, live } = await withEndpoint(t);
  t.match(made, {
    status: 201,
    json: { hasInboundSecret: true, inboundSecret: /^whsec_/, secret: /^whsec_/ },
  });
  t.not(made.json.inboundSecret, made.json.secret);
  t.match(await live(), [{ secret: made.json.inboundSecret, expiresAt: null }]);
  for (const path of [`${FAMILY}/${id}`, FAMILY]) {
    const shown = await call('GET', path);
    t.notOk(shown.text.includes(String(made.json.inboundSecret)));
    t.match(shown.text, /"hasInboundSecret":true/);
  }
  const brought = await call('PUT', EVENTS, {
    body: { name: 'b', path: 'b', inboundSecret: 'brought along by me' },
  });
  t.match(brought, { status: 201, json: { hasInboundSecret: true, inboundSecret: undefined } });
});

t.test('registering again leaves it, unless another one is brought', async (t) => {
  const { call, made, live } = await withEndpoint(t);
  const again = await call('PUT', EVENTS, { body: { name: 'orders', url: URL } });
  t.match(again, { status: 200, json: { hasInboundSecret: true, inboundSecret: undefined } });
  t.match(await live(), [{ secret: made.json.inboundSecret }]);
  const body = { name: 'orders', url: URL, inboundSecret: 'brought along by me' };
  for (let round = 0; round < 2; round++) {
    t.match(await call('PUT', EVENTS, { body }), { status: 200, json: { inboundSecret: undefined } });
    t.match(await live(), [{ secret: 'brought along by me', expiresAt: null }]);
    t.equal((await live()).length, 1);
  }
});

t.test('one that is made with a trigger has none until it is asked for', async (t) => {
  const { call } = await setUp(t);
  const body = { name: 'w', triggers: [{ endpoint: { url: URL } }] };
  const workflow = await call('POST', '/api/workflows', { body });
  t.match(workflow.json.triggers, [{ endpoint: { hasInboundSecret: false, inboundSecret: undefined } }]);
  const [endpoint] = itemsOf(await call('GET', FAMILY));
  const path = `${FAMILY}/${endpoint?.id}`;
  const before = [await call('GET', path), await call('GET', `/api/workflows/${idOf(workflow)}`)];
  const rotated = await call('POST', `${path}/inbound-secret`);
  t.match(rotated, { status: 201, json: { secret: /^whsec_/, previousExpiresAt: null } });
  const after = [await call('GET', path), await call('GET', `/api/workflows/${idOf(workflow)}`)];
  t.match(after[0]?.json, { hasInboundSecret: true });
  for (const [i, answer] of after.entries()) t.not(answer.headers.etag, before[i]?.headers.etag);
  const stale = { 'if-match': String(before[1]?.headers.etag) };
  t.equal(
    (await call('PATCH', `/api/workflows/${idOf(workflow)}`, { body: { name: 'x' }, headers: stale })).status,
    412,
  );
  const refused = { ...body, triggers: [{ endpoint: { url: URL, inboundSecret: 'sixteen characters' } }] };
  t.equal((await call('POST', '/api/workflows', { body: refused })).status, 400);
});

t.test('a new one, with an overlap', async (t) => {
  const { call, made, path, live } = await withEndpoint(t);
  const rotated = await call('POST', path, { body: { overlapSeconds: 3_600 } });
  t.match(rotated, { status: 201, json: { secret: /^whsec_/, previousExpiresAt: /Z$/ } });
  t.match(await live(), [
    { id: idOf(rotated), secret: rotated.json.secret, expiresAt: null },
    { secret: made.json.inboundSecret, expiresAt: Number },
  ]);
  const own = await call('POST', path, { body: { secret: 'one of my own, long enough' } });
  t.match(own, { status: 201, json: { secret: 'one of my own, long enough' } });
  t.match(await live(), [{ secret: 'one of my own, long enough', expiresAt: null }]);
  t.equal((await live()).length, 1);
  const tag = { 'if-match': String(made.headers.etag) };
  t.match(await call('POST', path, { headers: tag }), { status: 412, json: { code: 'precondition_failed' } });
  for (let i = 1; i < 10; i++)
    t.equal((await call('POST', path, { body: { overlapSeconds: 600 } })).status, 201);
  const tooMany = await call('POST', path, { body: { overlapSeconds: 600 } });
  t.match(tooMany, { status: 422, json: { errors: [{ pointer: '/body/overlapSeconds' }] } });
  t.equal((await live()).length, 10);
});

t.test('secrets that will not do', async (t) => {
  const outbound = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const { call, id, path, db, live } = await withEndpoint(t, {
    secret: outbound,
    inboundSecret: 'comes back with this',
  });
  const refused = async (method: string, url: string, body: object, pointer: string) => {
    const answer = await call(method, url, { body });
    t.equal(answer.status, 422, `${method} ${url}`);
    t.same(pointersOf(answer), [pointer]);
  };
  // What goes out is signed by us, whatever it is: with one secret for both it would come back as n8n's.
  await refused('POST', path, { secret: outbound }, '/body/secret');
  await refused('POST', path, { secret: outbound.replace(/=+$/, '') }, '/body/secret');
  await refused('POST', path, { secret: 'whsec_no base64 at all' }, '/body/secret');
  await refused('POST', path, { secret: 'comes back with this' }, '/body/secret');
  await refused('POST', `${FAMILY}/${id}/secret`, { secret: 'comes back with this' }, '/body/secret');
  await refused('PATCH', `${FAMILY}/${id}`, { secret: 'comes back with this' }, '/body/secret');
  const registered = { name: 'orders', url: URL };
  await refused('PUT', EVENTS, { ...registered, secret: 'comes back with this' }, '/body/secret');
  await refused('PUT', EVENTS, { ...registered, inboundSecret: outbound }, '/body/inboundSecret');
  const same = { secret: 'one for both of them', inboundSecret: 'one for both of them' };
  await refused('PUT', EVENTS, { ...registered, ...same }, '/body/inboundSecret');
  await refused('POST', FAMILY, { url: URL, ...same }, '/body/inboundSecret');
  await refused('POST', FAMILY, { url: URL, inboundSecret: 'whsec_not base64' }, '/body/inboundSecret');
  t.match(await live(), [{ secret: 'comes back with this' }]);
  t.equal((await call('POST', path, { body: { secret: 'short' } })).status, 400);
  t.equal((await call('POST', path, { body: { overlapSeconds: -1 } })).status, 400);
  const swapped = { ...registered, secret: 'comes back with this', inboundSecret: outbound };
  t.equal((await call('PUT', EVENTS, { body: swapped })).status, 200, 'changed places they are two again');
  const { rows } = await sql`SELECT FROM webhook_endpoints`.execute(db);
  t.equal(rows.length, 1);
});

t.test('who may, and whose', async (t) => {
  const { app, db, path, live } = await withEndpoint(t);
  const stranger = clientOf(app, (await insertOrganization(db)).key);
  t.match(await stranger('POST', path), { status: 404, json: { code: 'endpoint_not_found' } });
  const reader = clientOf(app, (await insertOrganization(db, ['n8n:read'])).key);
  t.match(await reader('POST', path), { status: 403, json: { code: 'insufficient_scope' } });
  t.equal((await stranger('POST', `${FAMILY}/${randomUUID()}/inbound-secret`)).status, 404);
  t.equal((await live()).length, 1);
});

t.test('it is kept encrypted, bound to its row, and under a key that can be changed', async (t) => {
  const { db, made, id } = await withEndpoint(t);
  const { rows } = await sql<Parameters<typeof openSecret>[1]>`
    SELECT id, ciphertext, encryption_key_id, expires_at FROM endpoint_inbound_secrets
    WHERE endpoint_id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  t.notOk(row.ciphertext.includes(String(made.json.inboundSecret)));
  t.equal(
    openSecret(createSecretBox(Buffer.alloc(32, 8), Buffer.alloc(32, 7)), row).secret,
    made.json.inboundSecret,
  );
  t.throws(() => openSecret(box, { ...row, id }), 'it does not open in another row');
});
