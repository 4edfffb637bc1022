import { sql } from 'kysely';
import { markSecretsUsed } from '../../src/store/webhook-secrets.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { box } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { type Client, idOf, type Json, PUBLIC_URL, pointersOf, setUp } from './management.ts';

/** A workflow with this webhook; the path of its settings and the secret that was generated. */
async function withWebhook(call: Client, webhook?: object) {
  const made = await call('POST', '/api/workflows', { body: { name: 'a', ...(webhook && { webhook }) } });
  const id = idOf(made);
  return { id, path: `/api/workflows/${id}/webhook`, secret: (made.json.webhook as Json).secret };
}

t.test('every setting can be changed and taken away', async (t) => {
  const { call } = await setUp(t);
  const { path, id } = await withWebhook(call, {});
  const settings = {
    hmac: { header: 'X-Signature', encoding: 'base64', prefix: 'v1=' },
    rateLimit: { max: 10, windowSeconds: 60 },
    maxBodyBytes: 2_048,
    ipAllowlist: ['10.0.0.0/8', '2001:db8::/32', '203.0.113.7'],
    payloadSchema: { type: 'object', required: ['id'] },
    publicUrl: 'https://front.example.com/prefix/',
  };
  const changed = await call('PATCH', path, { body: settings });
  t.equal(changed.status, 200);
  const publicUrl = 'https://front.example.com/prefix';
  t.match(changed.json, {
    ...settings,
    publicUrl,
    url: `${publicUrl}/api/webhooks/${id}`,
    enabled: true,
    authType: 'hmac',
    secret: undefined,
  });
  t.same((await call('GET', path)).json, changed.json);
  t.match((await call('PATCH', path, { body: { maxBodyBytes: null } })).json, {
    ...settings,
    publicUrl,
    maxBodyBytes: null,
  });
  const none = { hmac: null, rateLimit: null, ipAllowlist: [], payloadSchema: null, publicUrl: null };
  const cleared = await call('PATCH', path, { body: none });
  t.match(cleared.json, { ...none, url: `${PUBLIC_URL}/api/webhooks/${id}` });
  t.match((await call('PATCH', path, { body: { enabled: false } })).json, { enabled: false });
  t.match((await call('PATCH', path, { body: { payloadSchema: false } })).json, { payloadSchema: false });
});

t.test('a webhook that needs a secret and has none gets one, shown once', async (t) => {
  const { call } = await setUp(t);
  const plain = await withWebhook(call);
  t.match((await call('PATCH', plain.path, { body: { rateLimit: null } })).json, {
    enabled: false,
    secrets: [],
  });
  const enabled = await call('PATCH', plain.path, { body: { enabled: true } });
  t.match(enabled.json, {
    enabled: true,
    authType: 'hmac',
    secret: /^[0-9a-f]{64}$/,
    secrets: [{ expiresAt: null }],
  });
  t.equal((await call('PATCH', plain.path, { body: { enabled: true } })).json.secret, undefined);

  const open = await withWebhook(call, { authType: 'none' });
  const switched = await call('PATCH', open.path, { body: { authType: 'bearer_token' } });
  t.match(switched.json, { authType: 'bearer_token', secret: /^[0-9a-f]{64}$/ });
  const back = await call('PATCH', open.path, { body: { authType: 'api_key' } });
  t.match(
    back.json,
    { authType: 'api_key', secret: undefined, secrets: { length: 1 } },
    'the secret it has will do',
  );

  const own = await withWebhook(call, { secret: 'not base64!' });
  const unusable = await call('PATCH', own.path, { body: { hmac: { secretEncoding: 'base64' } } });
  t.match(unusable.json, { secret: /^[A-Za-z0-9+/]{43}=$/ }, 'in the encoding it is read in');
});

t.test('settings that contradict each other are refused with every fault', async (t) => {
  const { call } = await setUp(t);
  const { path } = await withWebhook(call, {});
  const before = (await call('GET', path)).json;
  const answer = await call('PATCH', path, {
    body: {
      authType: 'api_key',
      hmac: { header: 'x-s' },
      ipAllowlist: ['1.2.3.4/33'],
      payloadSchema: { $ref: 'https://example.com/remote.json' },
      publicUrl: 'https://example.com/?query',
    },
  });
  t.match(answer, { status: 422, json: { code: 'invalid_configuration' } });
  t.same(pointersOf(answer), ['/body/hmac', '/body/ipAllowlist/0', '/body/payloadSchema', '/body/publicUrl']);
  for (const publicUrl of [
    'https://u:p@example.com',
    'https://example.com/#x',
    'mailto:a@example.com',
    'https://example.com/?',
  ]) {
    t.equal((await call('PATCH', path, { body: { publicUrl } })).status, 422, publicUrl);
  }
  for (const body of [
    {},
    { provider: 'nobody' },
    { secret: 'x' },
    { dedup: {} },
    { enabled: 'yes' },
    { hmac: { regex: '.*' } },
  ]) {
    t.match(
      await call('PATCH', path, { body }),
      { status: 400, json: { code: 'validation_failed' } },
      JSON.stringify(body),
    );
  }
  t.same((await call('GET', path)).json, before, 'nothing was changed');
});

t.test('a secret is rotated, with and without an overlap', async (t) => {
  const { call, db } = await setUp(t);
  const { path, id, secret: first } = await withWebhook(call, {});
  const live = async () => (await loadWorkflowSnapshot(db, box, id))?.secrets.map(({ secret }) => secret);

  const second = await call('POST', `${path}/secret`, { body: { overlapSeconds: 3_600 } });
  t.match(second, { status: 201, json: { secret: /^[0-9a-f]{64}$/, previousExpiresAt: /Z$/ } });
  const { rows } = await sql<{ seconds: number }>`
    SELECT extract(epoch FROM expires_at - now())::float8 AS seconds FROM webhook_secrets
    WHERE expires_at IS NOT NULL`.execute(db);
  t.equal(rows.length, 1);
  t.ok(Math.abs((rows[0]?.seconds ?? 0) - 3_600) < 60);
  t.same(await live(), [second.json.secret, first], 'both verify');
  const shown = (await call('GET', path)).json.secrets;
  t.match(shown, [{ id: second.json.id, expiresAt: null }, { expiresAt: second.json.previousExpiresAt }]);

  const third = await call('POST', `${path}/secret`, {
    body: { overlapSeconds: 7_200, secret: 'brought along' },
  });
  t.match(third.json, { secret: 'brought along' });
  const [, , oldest] = (await call('GET', path)).json.secrets as Json[];
  t.equal(oldest?.expiresAt, second.json.previousExpiresAt, 'an overlap never prolongs a secret');

  const fourth = await call('POST', `${path}/secret`, { body: {} });
  t.same(await live(), [fourth.json.secret], 'without an overlap the old ones are out at once');
  t.match((await call('GET', path)).json.secrets, { length: 1 });
});

t.test('secrets that cannot be used are refused', async (t) => {
  const { call } = await setUp(t);
  const bearer = await withWebhook(call, { authType: 'bearer_token' });
  for (const secret of ['short', 'with a space in it', 'ümlaut-in-a-header']) {
    const answer = await call('POST', `${bearer.path}/secret`, { body: { secret } });
    t.match(answer, { status: 422, json: { errors: [{ pointer: '/body/secret' }] } });
    t.notOk(answer.text.includes(secret));
  }
  const open = await withWebhook(call, { authType: 'none' });
  t.equal((await call('POST', `${open.path}/secret`, { body: {} })).status, 422);
  for (const overlapSeconds of [-1, 1.5, 30 * 86_400 + 1]) {
    t.equal((await call('POST', `${bearer.path}/secret`, { body: { overlapSeconds } })).status, 400);
  }
  for (let i = 0; i < 9; i++) {
    t.equal((await call('POST', `${bearer.path}/secret`, { body: { overlapSeconds: 60 } })).status, 201);
  }
  const tooMany = await call('POST', `${bearer.path}/secret`, { body: { overlapSeconds: 60 } });
  t.match(tooMany, { status: 422, json: { errors: [{ pointer: '/body/overlapSeconds' }] } });
  t.match((await call('GET', bearer.path)).json.secrets, { length: 10 }, 'and what there was still verifies');
});

t.test('two rotations at once leave one newest secret', async (t) => {
  const { call } = await setUp(t);
  const { path } = await withWebhook(call, {});
  const rotations = await Promise.all([1, 2, 3].map(() => call('POST', `${path}/secret`, { body: {} })));
  t.ok(rotations.every((answer) => answer.status === 201));
  const [only, ...others] = (await call('GET', path)).json.secrets as Json[];
  t.ok(rotations.some((answer) => answer.json.id === only?.id));
  t.same(others, []);
});

t.test('null takes a setting away, and is refused for what every webhook has', async (t) => {
  const { call } = await setUp(t);
  const { path } = await withWebhook(call, { ipAllowlist: ['10.0.0.0/8'], maxBodyBytes: 10 });
  for (const field of ['enabled', 'authType', 'secret', 'url']) {
    const answer = await call('PATCH', path, { body: { [field]: null } });
    t.match([answer.status, pointersOf(answer)], [400, [`/body/${field}`]], field);
  }
  const cleared = await call('PATCH', path, { body: { ipAllowlist: null } });
  t.match(cleared.json, { ipAllowlist: [], maxBodyBytes: 10, enabled: true, authType: 'hmac' });
  for (const field of ['hmac', 'rateLimit', 'maxBodyBytes', 'payloadSchema', 'publicUrl']) {
    const answer = await call('PATCH', path, { body: { [field]: null } });
    t.match(answer, { status: 200, json: { [field]: null } }, field);
  }
});

t.test('a rotation that would change nothing is refused', async (t) => {
  const { call, db } = await setUp(t);
  const { path, id, secret } = await withWebhook(call, {});
  const rotate = (body?: object) => call('POST', `${path}/secret`, body && { body });
  const before = (await call('GET', path)).json.secrets;
  for (const overlapSeconds of [0, 60]) {
    const answer = await rotate({ secret, overlapSeconds });
    t.match(answer, { status: 422, json: { errors: [{ pointer: '/body/secret' }] } });
    t.notOk(answer.text.includes(String(secret)));
  }
  for (const body of [{ secret: '' }, { secret: null }, { overlapSeconds: null }, { overlap: 1 }]) {
    t.equal((await rotate(body)).status, 400, JSON.stringify(body));
  }
  t.same((await call('GET', path)).json.secrets, before);

  const generated = await rotate();
  t.match(generated, { status: 201, json: { secret: /^[0-9a-f]{64}$/, previousExpiresAt: /Z$/ } });
  await rotate({ overlapSeconds: 60 });
  const back = await rotate({ secret: generated.json.secret, overlapSeconds: 60 });
  t.equal(back.status, 201, 'one that is running out may come back');
  const live = (await loadWorkflowSnapshot(db, box, id))?.secrets ?? [];
  t.match(live[0], { secret: generated.json.secret, expiresAt: null });
});

t.test('it is shown when each secret was last used', async (t) => {
  const { call, db } = await setUp(t);
  const { path, id } = await withWebhook(call, {});
  const rotated = await call('POST', `${path}/secret`, { body: { overlapSeconds: 60 } });
  t.match((await call('GET', path)).json.secrets, [{ lastUsedAt: null }, { lastUsedAt: null }]);
  const [, old] = (await call('GET', path)).json.secrets as Json[];
  await markSecretsUsed(db, [String(old?.id)]);
  const shown = { secrets: [{ id: rotated.json.id, lastUsedAt: null }, { lastUsedAt: /Z$/ }] };
  t.match((await call('GET', path)).json, shown);
  t.match((await call('GET', `/api/workflows/${id}`)).json, { webhook: shown });
});
