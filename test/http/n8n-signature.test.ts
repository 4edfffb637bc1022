import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID } from '../../src/domain/ids.ts';
import { eventually } from '../helpers/eventually.ts';
import t from '../helpers/tap.ts';
import { ADMIN_KEY, type Answer, clientOf, idOf, N8N_SECRET, setUp, startInstance } from './management.ts';
import {
  EVENTS,
  inboundEvents,
  type SendOptions,
  sendEvent,
  signedHex,
  signedStandard,
} from './signed-events.ts';

const BODY = '{"event":"order.paid", "data": {"n": 1}}';
const now = () => Math.floor(Date.now() / 1_000);
const keyOf = (secret: unknown) => Buffer.from(String(secret).replace(/^whsec_/, ''), 'base64');

t.test('what is signed right is taken, in either form', async (t) => {
  const { app } = await setUp(t);
  const { 'x-webhook-signature': hex = '' } = signedHex(BODY);
  const standard = signedStandard(BODY, { id: 'msg_several' });
  const other = `v1,${randomBytes(32).toString('base64')}`;
  const several = {
    ...standard,
    'webhook-signature': `v1a,c2ln ${other} ${standard['webhook-signature']} v2,x`,
  };
  const right: Record<string, Record<string, string>> = {
    hex: { 'x-webhook-signature': hex },
    'with its name': { 'x-webhook-signature': `sha256=${hex}` },
    'in capitals': { 'x-webhook-signature': hex.toUpperCase() },
    standard: signedStandard(BODY, { id: 'msg_now' }),
    'a while ago': signedStandard(BODY, { id: 'msg_then', timestamp: now() - 290 }),
    several,
    'in both forms': { ...signedStandard(BODY, { id: 'msg_both' }), 'x-webhook-signature': hex },
  };
  for (const [name, signature] of Object.entries(right)) {
    t.match(await sendEvent(app, BODY, { signature }), { status: 200, json: { duplicate: false } }, name);
  }
});

t.test('anything else is not, and the answer says nothing of why', async (t) => {
  const { app, db } = await setUp(t);
  const { 'x-webhook-signature': hex = '' } = signedHex(BODY);
  const standard = signedStandard(BODY);
  const wrong: Record<string, [Record<string, string>, string]> = {
    none: [{}, 'missing_credential'],
    empty: [{ 'x-webhook-signature': '' }, 'missing_credential'],
    'another body': [signedHex('{"event":"order.paid"}'), 'signature_mismatch'],
    'another key': [signedHex(BODY, 'another key altogether'), 'signature_mismatch'],
    'the end is cut off': [{ 'x-webhook-signature': hex.slice(0, -2) }, 'malformed_signature'],
    'no hex': [{ 'x-webhook-signature': `${hex.slice(0, -1)}g` }, 'malformed_signature'],
    'another algorithm': [{ 'x-webhook-signature': `sha1=${hex}` }, 'malformed_signature'],
    'six minutes old': [signedStandard(BODY, { timestamp: now() - 360 }), 'timestamp_out_of_tolerance'],
    'six minutes ahead': [signedStandard(BODY, { timestamp: now() + 360 }), 'timestamp_out_of_tolerance'],
    'in milliseconds': [signedStandard(BODY, { timestamp: Date.now() }), 'timestamp_out_of_tolerance'],
    'no time': [{ ...standard, 'webhook-timestamp': '' }, 'missing_timestamp'],
    'a word for a time': [signedStandard(BODY, { timestamp: 'now' }), 'malformed_timestamp'],
    'another id': [{ ...standard, 'webhook-id': 'msg_2' }, 'signature_mismatch'],
    'no version of ours': [{ ...standard, 'webhook-signature': 'v2,abc' }, 'malformed_signature'],
    'one of two wrong': [{ ...standard, ...signedHex('{}') }, 'signature_mismatch'],
    'the other one wrong': [
      { ...signedHex(BODY), ...signedStandard(BODY, { timestamp: now() - 360 }) },
      'timestamp_out_of_tolerance',
    ],
  };
  const said = new Set<string>();
  for (const [name, [signature]] of Object.entries(wrong)) {
    const answer = await sendEvent(app, BODY, { signature });
    t.match(answer, { status: 401, json: { code: 'n8n_signature_invalid' } }, name);
    said.add(withoutRequest(answer));
  }
  t.equal(said.size, 1, 'the same to all');
  const rows = await eventually('all are written down', async () => {
    const found = await inboundEvents(db);
    return found.length === Object.keys(wrong).length && found;
  });
  t.same(
    rows.map((row) => row.signature_verdict),
    Object.values(wrong).map(([, reason]) => reason),
    'operators see the reason',
  );
});

const withoutRequest = ({ json }: Answer): string => JSON.stringify({ ...json, requestId: '' });

t.test('an endpoint signs with its own secret, for its own organization', async (t) => {
  const { app, call, db, organizationId } = await setUp(t);
  const made = await call('PUT', EVENTS, { body: { name: 'orders', path: 'orders' } });
  const { inboundSecret } = made.json;
  t.match(inboundSecret, /^whsec_/);
  const forms = {
    text: signedHex(BODY, String(inboundSecret)),
    bytes: signedHex(BODY, keyOf(inboundSecret)),
    'standard, bytes': signedStandard(BODY, { key: keyOf(inboundSecret), id: 'a' }),
    'standard, text': signedStandard(BODY, { key: String(inboundSecret), id: 'b' }),
  };
  for (const [name, signature] of Object.entries(forms)) {
    for (const named of namings(idOf(made))) {
      t.equal((await sendEvent(app, BODY, { ...named, signature })).status, 200, name);
    }
  }
  for (const row of await inboundEvents(db)) {
    t.match(row, { organization_id: organizationId, endpoint_id: idOf(made) });
  }
  const own = { signature: signedHex(BODY, String(inboundSecret)) };
  t.equal((await sendEvent(app, BODY, own)).status, 401, 'it has to be named');
  const named = { query: `?endpoint=${idOf(made)}` };
  t.equal((await sendEvent(app, BODY, named)).status, 401, 'the secret of the service is not its own');
  t.equal((await sendEvent(app, BODY, { ...own, query: '?endpoint=orders' })).status, 401, 'by id only');
  const outbound = { ...named, signature: signedHex(BODY, String(made.json.secret)) };
  t.equal((await sendEvent(app, BODY, outbound)).status, 401, 'nor is the one that signs what goes out');
});

const namings = (endpoint: string): SendOptions[] => [
  { headers: { 'x-hookgate-endpoint': endpoint } },
  { query: `?endpoint=${encodeURIComponent(endpoint)}` },
  { headers: { 'x-hookgate-endpoint': endpoint.toUpperCase() }, query: '?endpoint=another' },
];

t.test('within the default organization a name will do', async (t) => {
  const { app, db } = await setUp(t);
  const admin = clientOf(app, ADMIN_KEY);
  const made = await admin('POST', '/api/webhook-endpoints', {
    body: {
      name: 'Aufträge 注文',
      url: 'https://n8n.example.com/webhook/a',
      inboundSecret: 'a secret brought along',
    },
  });
  t.match(made, { status: 201, json: { hasInboundSecret: true, inboundSecret: undefined } });
  const signature = signedHex(BODY, 'a secret brought along');
  const query = `?endpoint=${encodeURIComponent('Aufträge 注文')}`;
  t.equal((await sendEvent(app, BODY, { query, signature })).status, 200);
  const latin1 = Buffer.from('Aufträge 注文').toString('latin1');
  const response = await app.inject({
    method: 'POST',
    url: EVENTS,
    headers: { ...signature, 'x-hookgate-endpoint': latin1 },
    payload: BODY,
  });
  t.equal(response.statusCode, 200, 'in a header too');
  const [row] = await inboundEvents(db);
  t.match(row, { organization_id: DEFAULT_ORGANIZATION_ID, endpoint_id: idOf(made) });
});

t.test('nobody learns which endpoints there are', async (t) => {
  const { app, call, db } = await setUp(t);
  const withSecret = await call('PUT', EVENTS, { body: { name: 'a', path: 'a' } });
  const workflow = { name: 'w', triggers: [{ endpoint: { url: 'https://n8n.example.com/b' } }] };
  await call('POST', '/api/workflows', { body: workflow });
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM webhook_endpoints WHERE id <> ${idOf(withSecret)}`.execute(db);
  const without = String(rows[0]?.id);
  const names = [idOf(withSecret), without, randomUUID(), 'a', '', 'x'.repeat(300), 'a%00b', 'a&endpoint=b'];
  const said = new Set<string>();
  for (const name of names) {
    for (const signature of [{}, signedHex(BODY), signedStandard(BODY)]) {
      const answer = await sendEvent(app, BODY, { signature, query: `?endpoint=${name}` });
      t.equal(answer.status, 401, name.slice(0, 40));
      said.add(withoutRequest(answer));
    }
  }
  t.equal(said.size, 1);
  const known = await eventually('those of known endpoints are written down', async () => {
    const found = await inboundEvents(db);
    return found.length === 6 && found;
  });
  t.same(
    new Set(known.map(({ endpoint_id, signature_verdict }) => `${endpoint_id} ${signature_verdict}`)),
    new Set([
      `${idOf(withSecret)} missing_credential`,
      `${idOf(withSecret)} signature_mismatch`,
      `${without} no_secret`,
    ]),
  );
});

t.test('without any secret nothing is taken', async (t) => {
  const { db } = await setUp(t);
  const { app } = await startInstance(t, db, { n8nWebhookSecret: null });
  for (const signature of [{}, signedHex(BODY), signedHex(BODY, ''), signedStandard(BODY, { key: '' })]) {
    const answer = await sendEvent(app, BODY, { signature });
    t.match(answer, { status: 401, json: { detail: /N8N_WEBHOOK_SECRET/ } });
  }
  await eventually('operators see why', async () =>
    (await inboundEvents(db)).some(({ signature_verdict }) => signature_verdict === 'no_secret'),
  );
});

t.test('a secret that runs out verifies until then', async (t) => {
  const { app, call, db } = await setUp(t);
  const made = await call('PUT', EVENTS, { body: { name: 'a', path: 'a' } });
  const named = { query: `?endpoint=${idOf(made)}` };
  const first = { ...named, signature: signedHex(BODY, String(made.json.inboundSecret)) };
  const path = `/api/webhook-endpoints/${idOf(made)}/inbound-secret`;
  t.equal((await sendEvent(app, BODY, first)).status, 200);
  const rotated = await call('POST', path, { body: { overlapSeconds: 3_600 } });
  const second = { ...named, signature: signedHex(BODY, String(rotated.json.secret)) };
  t.equal((await sendEvent(app, BODY, first)).status, 200);
  t.equal((await sendEvent(app, BODY, second)).status, 200);
  await sql`UPDATE endpoint_inbound_secrets SET expires_at = now() WHERE expires_at IS NOT NULL`.execute(db);
  t.equal((await sendEvent(app, BODY, first)).status, 401);
  t.equal((await sendEvent(app, BODY, second)).status, 200);
  await call('PATCH', `/api/webhook-endpoints/${idOf(made)}`, { body: { isActive: false } });
  t.equal((await sendEvent(app, BODY, second)).status, 200, 'what was delivered before may still come back');
  await call('DELETE', `/api/webhook-endpoints/${idOf(made)}`);
  t.equal((await sendEvent(app, BODY, second)).status, 401);
});

t.test('the secret of the service is for the default organization only', async (t) => {
  const { app, call } = await setUp(t);
  const made = await call('POST', '/api/workflows', { body: { name: 'theirs' } });
  const event = { event: 'order.paid', workflowId: idOf(made) };
  t.match(await sendEvent(app, event), { status: 404, json: { code: 'workflow_not_found' } });
  const raw = JSON.stringify(event);
  t.match(await sendEvent(app, raw, { signature: signedStandard(raw, { key: N8N_SECRET }) }), {
    status: 404,
  });
});
