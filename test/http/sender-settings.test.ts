import { sql } from 'kysely';
import { PROVIDER_NAMES } from '../../src/domain/providers.ts';
import { PRESETS } from '../../src/verify/presets/index.ts';
import t from '../helpers/tap.ts';
import { type Client, idOf, type Json, pointersOf, setUp } from './management.ts';

const make = (call: Client, webhook: object) =>
  call('POST', '/api/workflows', { body: { name: 'a', webhook } });

async function withWebhook(call: Client, webhook: object) {
  const made = await make(call, webhook);
  return { path: `/api/workflows/${idOf(made)}/webhook`, webhook: made.json.webhook as Json };
}

t.test('what a provider brings along is shown, and can be set otherwise', async (t) => {
  const { call } = await setUp(t);
  const { path, webhook } = await withWebhook(call, {
    authType: 'provider',
    provider: 'slack',
    secret: 'the signing secret',
  });
  const brought = {
    authType: 'provider',
    provider: 'slack',
    sender: { title: 'Slack', answerWithinSeconds: 3, needsPublicUrl: false },
    missing: [],
    handshake: 'slack',
    dedup: { source: 'provider', windowSeconds: 86_400 },
    success: null,
    verifyTokenSet: false,
    alerts: null,
  };
  t.match(webhook, brought);
  t.match(webhook.curl, 'x-slack-signature');
  const own = {
    handshake: 'none',
    dedup: { source: 'header:x-id', windowSeconds: 60 },
    success: { status: 204 },
  };
  t.match((await call('PATCH', path, { body: own })).json, own);
  t.match((await call('PATCH', path, { body: { dedup: { source: 'none' } } })).json, {
    dedup: { source: 'none' },
  });
  const back = await call('PATCH', path, { body: { handshake: null, dedup: null, success: null } });
  t.match(back.json, brought);
  const shown = (await call('GET', path)).json;
  const { provider, handshake, dedup, success, alerts } = shown;
  const again = await call('PATCH', path, { body: { provider, handshake, dedup, success, alerts } });
  t.same(again.json, shown, 'what is shown can be sent back');
});

t.test('a provider belongs to its auth type', async (t) => {
  const { call } = await setUp(t);
  t.match(await make(call, { authType: 'provider' }), { status: 422 });
  t.same(pointersOf(await make(call, { authType: 'provider' })), ['/body/webhook/provider']);
  t.same(pointersOf(await make(call, { provider: 'github' })), ['/body/webhook/provider']);
  const { path } = await withWebhook(call, { authType: 'provider', provider: 'github' });
  t.same(pointersOf(await call('PATCH', path, { body: { provider: null } })), ['/body/provider']);
  t.match((await call('PATCH', path, { body: { authType: 'hmac' } })).json, { provider: null, sender: null });
  t.same(pointersOf(await call('PATCH', path, { body: { authType: 'provider' } })), ['/body/provider']);
});

t.test('settings of a sender that contradict each other are refused', async (t) => {
  const { call } = await setUp(t);
  const github = { authType: 'provider', provider: 'github' };
  const zoom = { authType: 'provider', provider: 'zoom' };
  const cases: [object, string][] = [
    [{ ...github, dedup: { source: 'header:' + 'x y' } }, 'dedup/source'],
    [{ ...github, dedup: { source: 'json:a..b' } }, 'dedup/source'],
    [{ dedup: { source: 'body' } }, 'dedup/source'],
    [{ dedup: { source: 'provider' } }, 'dedup/source'],
    [{ ...zoom, dedup: { source: 'provider' } }, 'dedup/source'],
    [{ success: { status: 204, body: 'x' } }, 'success/body'],
    [{ success: { status: 205, body: '' } }, 'success/body'],
    [{ success: { status: 200, body: 'a\0b' } }, 'success/body'],
    [{ handshake: 'aws_sns' }, 'handshake'],
    // What x_crc signs for anybody would be the signature of any event.
    [{ authType: 'provider', provider: 'mailgun', handshake: 'x_crc' }, 'handshake'],
    [{ authType: 'provider', provider: 'twilio', handshake: 'x_crc' }, 'handshake'],
    [{ hmac: { jsonPath: 'sig', payload: '{json:id}' }, handshake: 'x_crc' }, 'handshake'],
    [{ hmac: { payload: '{url}{body}' }, handshake: 'x_crc' }, 'handshake'],
    ...['zoom', 'discord', 'x_crc', 'asana', 'xero'].map((handshake): [object, string] => [
      { authType: 'none', handshake },
      'handshake',
    ]),
  ];
  for (const [webhook, pointer] of cases) {
    const answer = await make(call, webhook);
    t.match(answer, { status: 422, json: { code: 'invalid_configuration' } }, JSON.stringify(webhook));
    t.same(pointersOf(answer), [`/body/webhook/${pointer}`], JSON.stringify(webhook));
  }
  for (const webhook of [
    { verifyToken: 'short' },
    { verifyToken: 'with a space' },
    { handshake: 'github' },
    { success: { status: 302 } },
    { success: { status: 200, body: 'x'.repeat(1_001) } },
    { dedup: { source: 'none', windowSeconds: 1 } },
  ]) {
    t.equal((await make(call, webhook)).status, 400, JSON.stringify(webhook));
  }
  const { path } = await withWebhook(call, { ...github, dedup: { source: 'provider' } });
  const changed = await call('PATCH', path, { body: { provider: 'zoom' } });
  t.same(pointersOf(changed), ['/body/dedup/source'], 'also when it is the provider that changes');
  t.match(await make(call, { authType: 'none', handshake: 'slack' }), { status: 201 });
  t.match(await make(call, { hmac: { payload: '{body}' }, handshake: 'x_crc' }), { status: 201 });
});

t.test('a verify token is a credential', async (t) => {
  const { call, db } = await setUp(t);
  const verifyToken = 'the-verify-token-of-ours';
  const made = await make(call, {
    authType: 'provider',
    provider: 'meta',
    secret: 'the app secret',
    verifyToken,
  });
  const { path, webhook } = await withWebhook(call, {
    authType: 'provider',
    provider: 'meta',
    secret: 'the app secret',
  });
  t.match(webhook, { missing: ['verifyToken'], verifyTokenSet: false });
  const set = await call('PATCH', path, { body: { verifyToken } });
  t.match(set.json, { missing: [], verifyTokenSet: true });
  for (const answer of [made, set, await call('GET', path), await call('GET', '/api/workflows')]) {
    t.notOk(answer.text.includes(verifyToken));
  }
  t.match((await call('PATCH', path, { body: { verifyToken: null } })).json, { verifyTokenSet: false });
  const { rows } = await sql<{ has: boolean }>`
    SELECT webhook_config ? 'verifyToken' AS has FROM workflows ORDER BY created_at`.execute(db);
  t.same(
    rows.map(({ has }) => has),
    [true, false],
  );
});

t.test('a secret is generated only where it is of use', async (t) => {
  const { call } = await setUp(t);
  for (const provider of PROVIDER_NAMES) {
    const { scheme, secret } = PRESETS[provider];
    const { path, webhook } = await withWebhook(call, { authType: 'provider', provider });
    const rotated = await call('POST', `${path}/secret`, { body: {} });
    if (secret.kind === 'chosen') {
      t.equal((webhook.secrets as []).length, 1, provider);
      t.equal(rotated.status, 201, provider);
      const prefix = typeof scheme === 'object' ? (scheme.secretPrefix ?? '') : '';
      t.ok(String(webhook.secret).startsWith(prefix) && String(webhook.secret).length >= 32, provider);
      continue;
    }
    t.match(webhook, { secrets: [], secret: undefined, enabled: true }, provider);
    t.ok((webhook.missing as string[]).includes('secret'), provider);
    t.match(rotated, { status: 422, json: { errors: [{ pointer: '/body/secret' }] } }, provider);
    t.match((rotated.json.errors as Json[])[0]?.detail, secret.paste, 'which says what to paste');
    t.same((await call('PATCH', path, { body: { maxBodyBytes: 1_000 } })).json.secrets, [], provider);
  }
});

t.test('a secret that the provider cannot have made is refused', async (t) => {
  const { call } = await setUp(t);
  const cases: [string, string][] = [
    ['standardwebhooks', 'whsec_no base64'],
    ['adyen_platform', 'not hexadecimal'],
    ['discord', 'abcdef'],
    ['sendgrid', 'no key'],
    ['aws_sns', 'no arn of a topic'],
  ];
  for (const [provider, secret] of cases) {
    const answer = await make(call, { authType: 'provider', provider, secret });
    t.match(answer, { status: 422, json: { errors: [{ pointer: '/body/webhook/secret' }] } }, provider);
    t.notOk(answer.text.includes(secret), provider);
    const { path } = await withWebhook(call, { authType: 'provider', provider });
    t.match(await call('POST', `${path}/secret`, { body: { secret } }), { status: 422 }, provider);
  }
  const short = await make(call, { authType: 'provider', provider: 'github', secret: 'short' });
  t.equal(short.status, 201, 'what is entered there is as long as it is');
});

t.test('Asana makes its secret up, and is heard anew when its handshake is turned on', async (t) => {
  const { call } = await setUp(t);
  const { path, webhook } = await withWebhook(call, {
    hmac: { header: 'x-hook-signature' },
    handshake: 'asana',
  });
  t.match(webhook, { secrets: [], secret: undefined, missing: ['secret'] });
  t.match(await call('POST', `${path}/secret`, { body: {} }), { status: 422 });
  t.equal((await call('POST', `${path}/secret`, { body: { secret: 'brought along' } })).status, 201);
  t.match((await call('PATCH', path, { body: { handshake: 'asana' } })).json, { secrets: { length: 1 } });
  const other = await withWebhook(call, {});
  t.match((await call('PATCH', other.path, { body: { handshake: 'asana' } })).json, {
    secrets: [],
    missing: ['secret'],
  });
});
